"""Makes the vectors in this folder with another implementation than the crate's, so that it is not checked against itself.

    python3 crates/vault/vectors/make.py        needs the package `cryptography`

The formats are those of docs/decisions 0001 to 0003. Vectors of a published version never change: a changed output
means a broken promise to whoever has sealed data, so the files are committed and the tests read those.
"""

import base64
import hashlib
import hmac
import json
import math
import struct
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HERE = Path(__file__).parent


def fixed(label, length):
    """Bytes that look random and never change."""
    return hashlib.shake_256(b"alcove/vectors/" + label.encode()).digest(length)


def uuid(label):
    raw = bytearray(fixed(label, 16))
    raw[6], raw[8] = raw[6] & 0x0F | 0x70, raw[8] & 0x3F | 0x80
    return UUID(bytes=bytes(raw))


def part(value):
    return struct.pack(">I", len(value)) + value


def hkdf(secret, salt, info, length):
    return HKDF(algorithm=hashes.SHA512(), length=length, salt=salt, info=info).derive(secret)


def mac(key, value):
    return hmac.new(key, value, hashlib.sha256).digest()


def write(name, value):
    (HERE / name).write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


# --- padding ---------------------------------------------------------------------------------------------------------


def padded(length):
    marked = length + 1
    if marked <= 256:
        return 256
    exponent = math.floor(math.log2(marked))
    low = exponent - (math.floor(math.log2(exponent)) + 1)
    return (marked + (1 << low) - 1) // (1 << low) * (1 << low)


# --- sealed format v1 ------------------------------------------------------------------------------------------------

INSTALLATION, COMPARTMENT, KEY = uuid("installation"), uuid("compartment"), fixed("key", 32)


def key_id(key):
    return hkdf(key, b"", b"alcove/sealed/key-id/v1", 8)


def pad(text):
    return text + b"\x80" + bytes(padded(len(text)) - len(text) - 1)


def derive(key, salt, address, installation=INSTALLATION, compartment=COMPARTMENT, head=b"\x01\x01"):
    table, column, row, revision, schema = address
    place = b"".join(
        part(field)
        for field in (
            installation.bytes,
            table.encode(),
            column.encode(),
            row.bytes,
            compartment.bytes,
            struct.pack(">I", revision),
            struct.pack(">H", schema),
        )
    )
    out = hkdf(key, salt, b"alcove/sealed/v1" + head + key_id(key) + place, 76)
    return out[:32], out[32:44], out[44:]


def seal(padded_text, salt, address, key=KEY, head=b"\x01\x01", **place):
    cipher, nonce, commitment = derive(key, salt, address, head=head, **place)
    return head + key_id(key) + salt + commitment + AESGCM(cipher).encrypt(nonce, padded_text, None)


def described(address):
    table, column, row, revision, schema = address
    return {"table": table, "column": column, "row": str(row), "revision": revision, "schema": schema}


def sealed_vectors():
    here = ("note", "sealed", uuid("row"), 3, 1)
    texts = {
        "empty": b"",
        "one byte": b"a",
        "a note in several scripts": "Noor och Sam: 45 min, nästa gång måndag. שלום, здравствуйте, 你好.".encode(),
        "255 bytes, the most that pads to 256": fixed("255", 255),
        "256 bytes, the first above": fixed("256", 256),
        "ends like padding": b"text\x80\x00\x00",
        "one kibibyte": fixed("1024", 1024),
    }
    opened = []
    for name, text in texts.items():
        sealed = seal(pad(text), fixed("salt " + name, 32), here)
        digest = hashlib.sha256(sealed).hexdigest()
        opened.append({"name": name, "at": described(here), "text": text.hex(), "sealed": sealed.hex(), "digest": digest})
    joined = ("note", "", uuid("row"), 2**32 - 1, 2**16 - 1)
    sealed = seal(pad(b"edges"), fixed("salt edges", 32), joined)
    digest = hashlib.sha256(sealed).hexdigest()
    opened.append({"name": "edges", "at": described(joined), "text": b"edges".hex(), "sealed": sealed.hex(), "digest": digest})

    good, salt = pad(b"refused"), fixed("salt refused", 32)
    table, column, row, revision, schema = here
    other = {
        "another installation": seal(good, salt, here, installation=uuid("other installation")),
        "another compartment": seal(good, salt, here, compartment=uuid("other compartment")),
        "another key": seal(good, salt, here, key=fixed("other key", 32)),
        "another table": seal(good, salt, ("plan", column, row, revision, schema)),
        "another column": seal(good, salt, (table, "shared", row, revision, schema)),
        "another row": seal(good, salt, (table, column, uuid("other row"), revision, schema)),
        "an older revision": seal(good, salt, (table, column, row, revision - 1, schema)),
        "another schema": seal(good, salt, (table, column, row, revision, schema + 1)),
        "table and column joined elsewhere": seal(good, salt, ("notes", "ealed", row, revision, schema)),
        "no padding": seal(b"refused", salt, here),
        "padding of zeros only": seal(bytes(256), salt, here),
        "too much padding": seal(b"refused\x80" + bytes(504), salt, here),
        "padding not of zeros": seal(good[:-1] + b"\x01", salt, here),
        "nothing inside": seal(b"", salt, here),
        "another suite": seal(good, salt, here, head=b"\x01\x02"),
        "version nought": seal(good, salt, here, head=b"\x00\x01"),
        "header only": seal(good, salt, here)[:74],
        "header and tag of another": seal(good, salt, here)[:74] + fixed("tag", 16),
        "no bytes": b"",
    }
    cipher, nonce, commitment = derive(KEY, salt, here)
    false_commitment = fixed("false commitment", 32)
    other["another commitment over authentic text"] = (
        b"\x01\x01" + key_id(KEY) + salt + false_commitment + AESGCM(cipher).encrypt(nonce, good, None)
    )
    write(
        "sealed-v1.json",
        {
            "installation": str(INSTALLATION),
            "compartment": str(COMPARTMENT),
            "key": KEY.hex(),
            "opened": opened,
            "refused": [{"name": name, "at": described(here), "sealed": sealed.hex()} for name, sealed in other.items()],
            "newer": [{"name": "version two", "at": described(here), "sealed": seal(good, salt, here, head=b"\x02\x01").hex()}],
        },
    )
    lengths = [0, 1, 254, 255, 256, 300, 511, 512, 513, 1000, 1024, 4095, 4096, 5000, 65535, 65536, 100000, 1048575, 10**7]
    write("padding.json", [{"length": length, "padded": padded(length)} for length in lengths])


# --- the receipt log -------------------------------------------------------------------------------------------------


def leaf(content):
    return hashlib.sha256(b"\x00" + content).digest()


def root(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaf(leaves[0])
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root(leaves[:left]) + root(leaves[left:])).digest()


def path(index, leaves):
    """RFC 6962, 2.1.1"""
    if len(leaves) == 1:
        return []
    left = 1 << (len(leaves) - 1).bit_length() - 1
    if index < left:
        return path(index, leaves[:left]) + [root(leaves[left:])]
    return path(index - left, leaves[left:]) + [root(leaves[:left])]


def proof(old, leaves, known=True):
    """RFC 6962, 2.1.2"""
    if old == len(leaves):
        return [] if known else [root(leaves)]
    left = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= left:
        return proof(old, leaves[:left], known) + [root(leaves[left:])]
    return proof(old - left, leaves[left:], False) + [root(leaves[:left])]


def tree_vectors():
    # The leaves of the vectors that Certificate Transparency's implementations share, and some more.
    known = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [bytes.fromhex(text) for text in known] + [fixed(f"leaf {n}", n) for n in range(8, 21)]
    sizes = range(len(leaves) + 1)
    write(
        "rfc6962.json",
        {
            "leaves": [text.hex() for text in leaves],
            "roots": [root(leaves[:size]).hex() for size in sizes],
            "inclusion": [
                {"index": index, "size": size, "proof": [step.hex() for step in path(index, leaves[:size])]}
                for size in (1, 2, 3, 5, 7, 8, 13, 16, 21)
                for index in range(size)
            ],
            "consistency": [
                {"old": old, "new": new, "proof": [step.hex() for step in proof(old, leaves[:new])]}
                for new in (1, 2, 3, 6, 7, 8, 13, 16, 21)
                for old in range(1, new + 1)
            ],
        },
    )


def receipt(entry):
    def optional(value):
        return value.bytes if value else b""

    rows = b"".join(
        part(table.encode()) + part(row.bytes) + part(struct.pack(">I", revision)) + part(digest)
        for table, row, revision, digest in entry["rows"]
    )
    return b"\x01" + b"".join(
        part(field)
        for field in (
            entry["id"].bytes,
            struct.pack(">q", entry["at"]),
            optional(entry["actor"]),
            optional(entry["sign_in"]),
            entry["role"].encode(),
            entry["action"].encode(),
            entry["purpose"].encode(),
            entry["outcome"].encode(),
            b"".join(compartment.bytes for compartment in entry["compartments"]),
            rows,
        )
    )


def receipt_vectors():
    full = {
        "id": uuid("receipt 1"),
        "at": 1_782_000_000_123_456,
        "actor": uuid("actor"),
        "sign_in": uuid("sign-in"),
        "role": "clinician",
        "action": "notes/sign",
        "purpose": "treatment",
        "outcome": "done",
        "compartments": [uuid("own"), uuid("joint")],
        "rows": [("note", uuid("note"), 2, fixed("digest 1", 32)), ("case", uuid("case"), 2**32 - 1, fixed("digest 2", 32))],
    }
    bare = {**full, "id": uuid("receipt 2"), "at": -1, "actor": None, "sign_in": None, "purpose": "", "compartments": [], "rows": []}
    refused = {**full, "id": uuid("receipt 3"), "outcome": "refused:no-grant", "rows": [], "sign_in": None}
    cases = []
    for name, entry in (("full", full), ("bare", bare), ("refused", refused)):
        shown = {
            **{field: str(value) if isinstance(value, UUID) else value for field, value in entry.items()},
            "compartments": [str(value) for value in entry["compartments"]],
            "rows": [
                {"table": table, "row": str(row), "revision": revision, "digest": digest.hex()}
                for table, row, revision, digest in entry["rows"]
            ],
        }
        encoded = receipt(entry)
        cases.append({"name": name, "entry": shown, "encoded": encoded.hex(), "leaf": leaf(encoded).hex()})
    good = receipt(full)
    malformed = {
        "nothing": b"",
        "another version": b"\x02" + good[1:],
        "cut": good[:-1],
        "more after the end": good + b"\x00",
        "half a compartment": b"\x01" + receipt({**full, "rows": []})[1:].replace(part(uuid("own").bytes + uuid("joint").bytes), part(uuid("own").bytes[:8])),
        "an actor of 15 bytes": good.replace(part(full["actor"].bytes), part(full["actor"].bytes[:15])),
    }
    write("receipts.json", {"cases": cases, "malformed": [{"name": name, "encoded": value.hex()} for name, value in malformed.items()]})


def note_key_id(name, public):
    return hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]


def checkpoint_vectors():
    seed = fixed("audit seed", 32)
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    origin, size, head = f"alcove/receipts/{INSTALLATION}", 20852163, fixed("root", 32)

    def signed(body, name=origin, sign=private, of=public):
        line = base64.b64encode(note_key_id(name, of) + sign.sign(body.encode())).decode()
        return f"— {name} {line}\n"

    def b64(value):
        return base64.b64encode(value).decode()

    body = f"{origin}\n{size}\n{b64(head)}\n"
    own = signed(body)
    witness_key = Ed25519PrivateKey.from_private_bytes(fixed("witness", 32))
    witness_public = witness_key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    witness = signed(body, "witness.example/one", witness_key, witness_public)
    extended = body + "an extension line\n"
    text = body + "\n" + own
    false = own[:-6] + ("A" if own[-6] != "A" else "B") + own[-5:]
    write(
        "checkpoint.json",
        {
            "seed": seed.hex(),
            "public": public.hex(),
            "verifier_key": f"{origin}+{note_key_id(origin, public).hex()}+{b64(bytes([1]) + public)}",
            "origin": origin,
            "size": size,
            "root": head.hex(),
            "text": text,
            "accepted": [
                {"name": "ours", "text": text},
                {"name": "ours, then a witness", "text": body + "\n" + own + witness},
                {"name": "a witness, then ours", "text": body + "\n" + witness + own},
                {"name": "with an extension line", "text": extended + "\n" + signed(extended)},
            ],
            "unsigned": [
                {"name": "only a witness", "text": body + "\n" + witness},
                {"name": "our key under another name", "text": body + "\n" + signed(body, "alcove/receipts/other")},
            ],
            "bad_signature": [
                {"name": "a changed signature", "text": body + "\n" + false},
                {"name": "a changed size", "text": text.replace("20852163", "20852162")},
                {"name": "a changed root", "text": text.replace(b64(head), b64(fixed("other root", 32)))},
                {"name": "an added extension line", "text": extended + "\n" + own},
                {"name": "false first, true second", "text": body + "\n" + false + own},
            ],
            "malformed": [
                {"name": "empty", "text": ""},
                {"name": "no signature", "text": body},
                {"name": "no signature line", "text": body + "\n"},
                {"name": "no end of line", "text": text[:-1]},
                {"name": "a hyphen for the dash", "text": text.replace("—", "-")},
                {"name": "a size with a nought before it", "text": text.replace("20852163", "020852163")},
                {"name": "a size with a sign", "text": text.replace("20852163", "+20852163")},
                {"name": "a size that is no number", "text": text.replace("20852163", "many")},
                {"name": "a root of 31 bytes", "text": text.replace(b64(head), b64(head[:31]))},
                {"name": "a root without padding", "text": text.replace(b64(head), b64(head).rstrip("="))},
                {"name": "an empty origin", "text": text.replace(origin + "\n", "\n", 1)},
                {"name": "carriage returns", "text": text.replace("\n", "\r\n")},
                {"name": "a signature of four bytes", "text": body + "\n" + f"— {origin} {b64(b'1234')}\n"},
                {"name": "a line after the signatures", "text": text + "more\n"},
            ],
        },
    )


# --- the keyring -----------------------------------------------------------------------------------------------------


def place(what, *outside):
    fields = (b"alcove/keyring/v1", what.encode(), INSTALLATION.bytes, *outside)
    return b"".join(part(field) for field in fields)


def wrap(key, label, value, aad):
    nonce = fixed("nonce " + label, 12)
    return nonce + AESGCM(key).encrypt(nonce, value, aad)


def check(name, body):
    return hashlib.sha256(b"alcove/keyring/check/v1" + name.encode() + b"\x00" + body).digest()[:8]


def slot(label, secret, method, root_key):
    identity, salt = UUID(bytes=fixed(label, 16), version=4), fixed("salt " + label, 32)
    material = secret(salt)
    key = hkdf(material, salt, b"alcove/keyring/slot/v1" + method, 32)
    name = f"slot/{identity}"
    body = b"\x01" + method + salt + wrap(key, label, root_key, place("slot", identity.bytes, method, salt))
    return name, body + check(name, body)


def state(key, name, content):
    salt = mac(hkdf(key, b"", b"alcove/keyring/state/v1/salt", 32), place(name, content))
    out = hkdf(key, salt, b"alcove/keyring/state/v1/key" + place(name), 44)
    return name, b"\x01" + salt + AESGCM(out[:32]).encrypt(out[32:], content, None)


def times(one, other, polynomial, bits):
    """The product in GF(2^bits)."""
    product = 0
    for place in range(bits):
        if other >> place & 1:
            product ^= one << place
    for place in range(2 * bits - 2, bits - 1, -1):
        if product >> place & 1:
            product ^= polynomial << (place - bits)
    return product


def card(number, slot_name, secret, slope):
    """docs/decisions/0016-cards.md"""
    first = UUID(slot_name.removeprefix("slot/")).int >> 98
    head = (1 << 35 | number << 30 | first).to_bytes(5, "big")
    body = head + bytes(byte ^ times(rise, number, 0x11B, 8) for byte, rise in zip(secret, slope))
    value = int.from_bytes(body + hashlib.sha256(b"alcove/card/v1" + body).digest()[:3], "big")
    symbols = [value >> place & 31 for place in range(315, -1, -5)]
    groups = []
    for index in range(16):
        group = symbols[index * 4 : index * 4 + 4]
        total = index
        for place, symbol in enumerate(group):
            total ^= times(symbol, (2, 4, 8, 16)[place], 0x25, 5)
        groups.append("".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[symbol] for symbol in [*group, total]))
    return "-".join(groups)


def keyring_vectors():
    root_key, secret = fixed("root key", 32), fixed("key file", 32)
    passphrase = "sju små trollungar i en eka"
    epochs = {1: fixed("epoch 1", 32), 2: fixed("epoch 2", 32)}
    names = ("mac", "set", "blind", "token", "audit", "state")
    keys = {name: fixed("independent " + name, 32) for name in names}
    body = b"\x01" + INSTALLATION.bytes
    rows = [("format", body + check("format", body))]
    rows.append(slot("slot 1", lambda salt: secret, b"\x01", root_key))
    cost = struct.pack(">III", 16, 2, 1)
    argon = lambda salt: Argon2id(salt=salt, length=32, iterations=2, lanes=1, memory_cost=16).derive(passphrase.encode())
    rows.append(slot("slot 2", argon, b"\x02" + cost, root_key))
    shared, slope = fixed("cards", 32), fixed("slope", 32)
    rows.append(slot("slot 3", lambda salt: shared, b"\x03", root_key))
    cards = [card(number, rows[-1][0], shared, slope) for number in (1, 2, 3)]
    credential, derived, prf_salt = fixed("credential", 20), fixed("passkey", 32), fixed("prf salt", 32)
    rows.append(slot("slot 4", lambda salt: derived, b"\x04" + part(credential) + prf_salt, root_key))
    for number, key in epochs.items():
        outside = struct.pack(">I", number), struct.pack(">I", 1)
        rows.append((f"epoch/{number}", b"\x01" + outside[1] + wrap(root_key, f"epoch {number}", key, place("epoch", *outside))))
    rows.append(("keys", b"\x01" + wrap(root_key, "keys", b"".join(keys.values()), place("keys"))))
    kinds = {"identity": 1, "own": 2, "joint": 3, "office": 4}
    compartments = []
    for (kind, byte), epoch in zip(kinds.items(), (1, 2, 2, 1)):
        identity, key = uuid("compartment " + kind), fixed("compartment key " + kind, 32)
        outside = identity.bytes, bytes([byte]), struct.pack(">I", epoch)
        wrapped = wrap(epochs[epoch], kind, key, place("compartment", *outside))
        rows.append((f"compartment/{identity}", b"\x01" + outside[1] + outside[2] + wrapped))
        at = ("note", "sealed", uuid("row"), 1, 1)
        sealed = seal(pad(kind.encode()), fixed("salt " + kind, 32), at, key=key, compartment=identity)
        compartments.append({"id": str(identity), "kind": kind, "at": described(at), "text": kind.encode().hex(), "sealed": sealed.hex()})
    current, pending = fixed("current", 32), fixed("pending", 32)
    rows.append(state(keys["state"], "authority", current + b"\x01" + pending))
    private = Ed25519PrivateKey.from_private_bytes(keys["audit"])
    public = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    origin = f"alcove/receipts/{INSTALLATION}"
    head = f"{origin}\n7\n{base64.b64encode(fixed('head', 32)).decode()}\n"
    line = base64.b64encode(note_key_id(origin, public) + private.sign(head.encode())).decode()
    text = f"{head}\n— {origin} {line}\n"
    rows.append(state(keys["state"], "checkpoint", text.encode()))
    element, element_mac = uuid("element"), fixed("element mac", 32)
    file_check = hashlib.sha256(b"alcove/key-file/v1" + secret).digest()[:4]
    write(
        "keyring-v1.json",
        {
            "installation": str(INSTALLATION),
            "key_file": "alcove-key-1 " + base64.urlsafe_b64encode(secret + file_check).decode().rstrip("=") + "\n",
            "passphrase": passphrase,
            "cards": cards,
            "passkey": {"credential": credential.hex(), "salt": prf_salt.hex(), "key": derived.hex()},
            "rows": [{"name": name, "bytes": value.hex()} for name, value in rows],
            "compartments": compartments,
            "audit_key": public.hex(),
            "checkpoint": text,
            "authority": {"current": current.hex(), "pending": pending.hex()},
            "mac": {"domain": "grant", "bytes": b"row".hex(), "mac": mac(keys["mac"], part(b"grant") + part(b"row")).hex()},
            "blind_index": {"name": "noor", "index": mac(keys["blind"], b"noor").hex()},
            "token_hash": {"token": b"token".hex(), "hash": mac(keys["token"], b"token").hex()},
            "set_element": {
                "id": str(element),
                "mac": element_mac.hex(),
                "digest": mac(keys["set"], part(element.bytes) + part(element_mac)).hex(),
            },
        },
    )


if __name__ == "__main__":
    sealed_vectors()
    tree_vectors()
    receipt_vectors()
    checkpoint_vectors()
    keyring_vectors()
