// The browser's modules for own words, without a browser: what an envelope refuses, what a slot opens, also one for a passkey, what a
// tab keeps.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createHmac, randomBytes } from "node:crypto";
import { Decrypter, Encrypter, webauthn } from "../crates/web/assets/vendor/age.js";
import { fromBase64, toBase64 } from "../crates/web/assets/js/own-words/bytes.js";
import { NotAuthentic, NotForMe, joined, opened, sealed } from "../crates/web/assets/js/own-words/envelope.js";
import { Identity } from "../crates/web/assets/js/own-words/identity.js";
import { newCode, readCode, unlocked, withCode, withPassphrase } from "../crates/web/assets/js/own-words/slots.js";
import { NoPasskey, lineOf, newPasskey, unlockedByPasskey, withPasskey } from "../crates/web/assets/js/own-words/passkey.js";
import { anyExecutor, checkOf, executorOf, readersOf, renewed, signed, stands } from "../crates/web/assets/js/own-words/succession.js";
import { forget, keep, keeps, kept } from "../crates/web/assets/js/own-words/tab.js";

const author = await Identity.make();
const outsider = await Identity.make();
const WORDS = "Ünder the quiet, a second voice.\nAnd a line that says\nsignature 128\n";

/** @type {import("../crates/web/assets/js/own-words/envelope.js").Place} */
const place = {
  installation: "0199a1b2-0000-7000-8000-000000000001",
  kind: "process-note",
  place: "0199a1b2-0000-7000-8000-00000000000c",
  item: "0199a1b2-0000-7000-8000-00000000000d",
  revision: 3,
  author: "0199a1b2-0000-7000-8000-00000000000a",
  recipients: [author.recipient],
};

/** @param {Promise<unknown>} opening */
const refused = (opening) => assert.rejects(opening, (error) => error instanceof NotAuthentic && error.message === "not authentic");

/** @param {Uint8Array} bytes */
async function inAge(bytes) {
  const encrypter = new Encrypter();
  encrypter.addRecipient(author.recipient);
  return encrypter.encrypt(bytes);
}

describe("an envelope", () => {
  test("gives back what its author wrote for this place, and when", async () => {
    const now = new Date("2026-11-27T01:02:03.004Z");
    const file = await author.seal(place, WORDS, now);
    assert.ok(!Buffer.from(file).includes("quiet"), "age hides the words");
    assert.deepEqual(await author.open(file, place), { time: now.toISOString(), body: WORDS });
  });

  test("is refused at every other place: swapped, replayed, re-addressed", async () => {
    const file = await author.seal(place, WORDS);
    const elsewhere = {
      installation: "another practice",
      kind: "journal",
      place: "another case",
      item: "another session",
      revision: 4,
      author: "somebody else",
      recipients: [author.recipient, outsider.recipient],
    };
    for (const [name, value] of Object.entries(elsewhere)) {
      await refused(author.open(file, { ...place, [name]: value }));
    }
    await refused(author.open(file, { ...place, revision: 2 }));
  });

  test("is refused when an outsider made it, with whatever it claims", async () => {
    const claimed = await outsider.seal(place, WORDS);
    await refused(author.open(claimed, place));
    const honest = sealed(place, "2026-11-27T00:00:00Z", WORDS, author.signing);
    const other = sealed(place, "2026-11-27T00:00:00Z", "Other words", outsider.signing);
    const cut = other.length - "signature 128\n".length - 129;
    const moved = joined([other.subarray(0, cut), honest.subarray(honest.length - (other.length - cut))]);
    await refused(author.open(await inAge(moved), place));
    await refused(author.open(await inAge(new TextEncoder().encode(WORDS)), place));
  });

  test("is refused with any byte changed, taken away or added", () => {
    const whole = sealed(place, "2026-11-27T00:00:00Z", "Short words", author.signing);
    assert.equal(opened(whole, place, author.author).body, "Short words");
    const broken = (/** @type {Uint8Array} */ bytes) => assert.throws(() => opened(bytes, place, author.author), NotAuthentic);
    for (let at = 0; at < whole.length; at += 1) {
      const changed = whole.slice();
      changed[at] ^= 1;
      broken(changed);
    }
    broken(whole.subarray(0, -1));
    broken(joined([whole, new Uint8Array([10])]));
    const text = new TextDecoder().decode(whole);
    broken(new TextEncoder().encode(text.replace("revision 1\n", "revision 01\n")));
    broken(new TextEncoder().encode(text.replace("body 11\n", "body 99999999999\n")));
  });

  test("is refused when the file itself is not for who reads", async () => {
    const theirs = outsider.open(await author.seal(place, WORDS), place, author.author);
    await assert.rejects(theirs, (error) => error instanceof NotForMe && error instanceof NotAuthentic);
    const file = await author.seal(place, WORDS);
    file[file.length - 1] ^= 1;
    await assert.rejects(author.open(file, place), (error) => error instanceof NotAuthentic && !(error instanceof NotForMe));
  });

  test("of an author's key of small order is refused, under which one signature would fit every text", () => {
    const point = `01${"00".repeat(31)}`;
    const honest = new TextDecoder().decode(sealed(place, "2026-11-27T00:00:00Z", WORDS, author.signing));
    const forged = honest.replace(/[0-9a-f]{128}\n$/, `${point}${"00".repeat(32)}\n`);
    assert.notEqual(forged, honest);
    assert.throws(() => opened(new TextEncoder().encode(forged), place, Buffer.from(point, "hex")), NotAuthentic);
  });
});

describe("slots", () => {
  test("a recovery code has 130 bits and tells of a wrong or missing character", async () => {
    const code = await newCode();
    assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
    assert.notEqual(code, await newCode());
    assert.equal(await readCode(code), code);
    assert.equal(await readCode(` ${code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l")}`), code);
    let unnoticed = 0;
    for (const [at, letter] of [...code].entries()) {
      if (letter === "-") continue;
      const other = letter === "7" ? "8" : "7";
      if (await readCode(code.slice(0, at) + other + code.slice(at + 1))) unnoticed += 1;
    }
    assert.ok(unnoticed <= 1, "one wrong character in a thousand passes two check characters");
    assert.equal(await readCode(code.slice(0, -1)), undefined);
    assert.equal(await readCode("a passphrase of several words"), undefined);
  });

  test("either slot opens the identity, and nothing else does", async () => {
    const code = await newCode();
    const slots = [
      { kind: "recovery", file: await withCode(author, code) },
      { kind: "passphrase", file: await withPassphrase(author, "  willow  Stone ample ferry ") },
    ];
    for (const typed of [code, code.toLowerCase(), "willow Stone ample ferry"]) {
      const found = await unlocked(slots, typed);
      assert.equal(found?.text(), author.text());
      assert.equal(found?.authorText(), author.authorText());
    }
    assert.equal(await unlocked(slots, "willow stone ample ferry"), undefined);
    assert.equal(await unlocked(slots, await newCode()), undefined);
    const header = Buffer.from(slots[1].file).toString("latin1").split("\n")[1];
    assert.match(header, /^-> scrypt \S+ 18$/);
  });

  test("the identity's text is a file that age tools take", async () => {
    const secret = author.text().split("\n").filter((line) => line && !line.startsWith("#"));
    assert.equal(secret.length, 1);
    const decrypter = new Decrypter();
    decrypter.addIdentity(secret[0]);
    assert.ok((await decrypter.decrypt(await author.seal(place, WORDS), "text")).includes(WORDS));
  });
});

describe("succession", () => {
  const executor = outsider.recipient;
  const me = { installation: place.installation, person: place.author, reader: "not asked", identity: author };
  const notes = { all: 1, waiting: [], closed: 0 };
  /** @param {number} revision @param {string | null} to @param {string} [registered] */
  const standing = (revision, to, registered = executor, who = me) => ({
    registered,
    decided: { to, signature: signed(who, revision, to), when: "today" },
    revision,
    notes,
  });

  test("a check is three groups of the recipient's digest, as the server and the cards have it", async () => {
    const one = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    assert.equal(await checkOf(one), "BZ7D-AWZN-9078");
    assert.notEqual(await checkOf(executor), await checkOf(author.recipient));
  });

  test("only what the author signed, about whom is registered now, gives to somebody", () => {
    assert.equal(stands(me, { registered: null, decided: null, revision: 0, notes }), "none");
    assert.equal(stands(me, { registered: executor, decided: null, revision: 0, notes }), "off");
    assert.equal(stands(me, standing(1, executor)), "on");
    assert.equal(executorOf(me, standing(1, executor)), executor);
    assert.equal(stands(me, standing(2, null)), "off");
    assert.equal(stands(me, standing(1, executor, author.recipient)), "earlier");
    const forged = [
      standing(1, executor, executor, { ...me, identity: outsider }),
      standing(1, executor, executor, { ...me, person: "somebody else" }),
      standing(1, executor, executor, { ...me, installation: "another practice" }),
      { ...standing(1, executor), revision: 2 },
      { ...standing(1, null), decided: { ...standing(1, null).decided, to: executor } },
      { ...standing(1, executor), decided: { ...standing(1, executor).decided, signature: "" } },
    ];
    for (const claimed of forged) {
      assert.equal(stands(me, claimed), "forged");
      assert.equal(executorOf(me, claimed), "", "nothing is encrypted for who was not signed for");
    }
  });

  test("a note is encrypted anew for other readers, and its words stay", async () => {
    const item = { place: place.place, item: place.item, revision: 3, file: toBase64(await author.seal(place, WORDS)) };
    const both = await renewed(me, item, executor);
    const decrypter = new Decrypter();
    decrypter.addIdentity(outsider.secret);
    assert.ok((await decrypter.decrypt(both, "text")).includes(WORDS), "the executor opens it with any age tool");
    const at = { ...place, revision: 4, recipients: anyExecutor(author) };
    assert.equal((await author.open(both, at)).body, WORDS);
    await refused(author.open(both, { ...at, recipients: [author.recipient] }));
    const alone = await renewed(me, { ...item, revision: 4, file: toBase64(both) }, "");
    await assert.rejects(outsider.open(alone, { ...at, revision: 5 }, author.author), (error) => error instanceof NotForMe);
    assert.equal((await author.open(alone, { ...at, revision: 5 })).body, WORDS);
    assert.deepEqual(readersOf(author, ""), [author.recipient]);
  });

  test("a note that names three readers, or not its author, is not taken for one's own", async () => {
    const third = await Identity.make();
    const at = { ...place, recipients: anyExecutor(author) };
    await refused(author.open(await author.seal({ ...place, recipients: [author.recipient, executor, third.recipient] }, WORDS), at));
    const others = sealed({ ...place, recipients: [executor] }, "2026-11-27T00:00:00Z", WORDS, author.signing);
    await refused(author.open(await inAge(others), at));
  });
});

test("a tab keeps ciphertext that needs the server's key and the same person", async () => {
  /** @type {Map<string, string>} */
  const held = new Map();
  const storage = /** @type {any} */ ({
    getItem: (/** @type {string} */ name) => held.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => held.set(name, value),
    removeItem: (/** @type {string} */ name) => held.delete(name),
  });
  const key = crypto.getRandomValues(new Uint8Array(32));
  assert.equal(keeps(storage), false);
  await keep(author, key, "noor", storage);
  assert.equal(keeps(storage), true);
  const stored = Buffer.from(fromBase64([...held.values()].join("")));
  assert.ok(!stored.includes("AGE-SECRET-KEY"));
  assert.equal((await kept(key, "noor", storage))?.text(), author.text());
  assert.equal(await kept(key, "sam", storage), undefined);
  assert.equal(await kept(crypto.getRandomValues(new Uint8Array(32)), "noor", storage), undefined);
  forget(storage);
  assert.equal(await kept(key, "noor", storage), undefined);
});

test("bytes come back from their text, however many", () => {
  const bytes = new Uint8Array(200_000).map((_, at) => (at * 7) & 255);
  assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
});

/** Devices as a page sees them: each credential derives by a secret of its own (WebAuthn, PRF). */
class Devices {
  /** @type {Map<string, Buffer>} */
  secrets = new Map();
  /** @type {any[]} */
  asked = [];
  derives = true;

  /** @param {any} options */
  async create({ publicKey }) {
    this.asked.push(publicKey);
    const id = randomBytes(32);
    this.secrets.set(id.toString("hex"), randomBytes(32));
    const response = Object.assign(new AuthenticatorAttestationResponse(), { getTransports: () => ["internal", "hybrid"] });
    return credential(id, response, { prf: { enabled: this.derives } });
  }

  /** @param {any} options */
  async get({ publicKey }) {
    this.asked.push(publicKey);
    const [wanted] = publicKey.allowCredentials;
    const secret = this.secrets.get(Buffer.from(wanted?.id ?? []).toString("hex"));
    if (!secret) throw new Error("NotAllowedError");
    const { eval: inputs } = publicKey.extensions.prf;
    const derived = (/** @type {Uint8Array} */ input) => Uint8Array.from(createHmac("sha256", secret).update(input).digest()).buffer;
    return credential(wanted.id, {}, { prf: { results: { first: derived(inputs.first), second: derived(inputs.second) } } });
  }
}

class PublicKeyCredential {}
class AuthenticatorAttestationResponse {}
Object.assign(globalThis, { PublicKeyCredential, AuthenticatorAttestationResponse, location: { hostname: "alcove.example.org" } });

/** @param {Uint8Array} id @param {object} response @param {object} results */
function credential(id, response, results) {
  const rawId = Uint8Array.from(id).buffer;
  return Object.assign(new PublicKeyCredential(), { rawId, response, getClientExtensionResults: () => results });
}

describe("a slot for a passkey", () => {
  const devices = new Devices();
  Object.defineProperty(globalThis, "navigator", { value: { credentials: devices }, configurable: true });

  test("is an age file that this passkey opens, and no other", async () => {
    const line = await newPasskey();
    const file = await withPasskey(author, line);
    const header = new TextDecoder().decode(file).split("\n");
    assert.match(header[1] ?? "", /^-> age-encryption\.org\/fido2prf [\w+/]{22}$/);
    assert.match(header[3] ?? "", /^--- /, "and nothing else opens it");
    const found = await unlockedByPasskey({ kind: "passkey", file, line });
    assert.equal(found?.text(), author.text());
    const other = await newPasskey();
    assert.equal(await unlockedByPasskey({ kind: "passkey", file, line: other }), undefined);
    for (const asked of devices.asked) {
      assert.equal(asked.userVerification ?? asked.authenticatorSelection.userVerification, "required");
    }
  });

  test("has the line that programs for age take", async () => {
    const ours = lineOf(Uint8Array.from({ length: 300 }, (_, at) => at), "alcove.example.org", ["usb"]);
    const read = new webauthn.WebAuthnIdentity({ identity: ours });
    assert.deepEqual([read.rpId, read.transports, read.credId.length], ["alcove.example.org", ["usb"], 300]);
    devices.asked = [];
    const theirs = await webauthn.createCredential({ keyName: "any", rpId: "alcove.example.org" });
    const id = Buffer.from([...devices.secrets.keys()].at(-1) ?? "", "hex");
    assert.equal(theirs, lineOf(id, "alcove.example.org", ["internal", "hybrid"]));
  });

  test("is not made where a device derives nothing", async () => {
    devices.derives = false;
    await assert.rejects(newPasskey(), (error) => error instanceof NoPasskey && error.message === "unable");
  });
});
