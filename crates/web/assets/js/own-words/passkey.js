// @ts-check
// The slot of an identity that a passkey opens: an age file whose one recipient is what the passkey derives (PRF), in the form of
// age-plugin-fido2prf, so that the program of that name opens it, too, with a security key and the line kept beside the file.
// What the passkey derives never leaves this module.

import { Decrypter, Encrypter, bech32, webauthn } from "../../vendor/age.js";
import { Identity } from "./identity.js";

/** @typedef {import("./slots.js").Slot} Slot */

// The library's namespace of these two is made by the bundler and has no types.
const { WebAuthnIdentity, WebAuthnRecipient } = /** @type {any} */ (webauthn);

/** How the line begins that tells programs for age which passkey it is. */
const PREFIX = "AGE-PLUGIN-FIDO2PRF-";
const LONGEST_LINE = 2048;

/** Somebody stopped, or the device derives no keys. */
export class NoPasskey extends Error {}

/** Whether this browser may have a passkey that derives keys. Some cannot say; then making one tells. */
export async function mayDerive() {
  if (!("PublicKeyCredential" in globalThis)) return false;
  const ask = /** @type {any} */ (PublicKeyCredential).getClientCapabilities;
  if (typeof ask !== "function") return true;
  const able = await ask.call(PublicKeyCredential).catch(() => ({}));
  return able["extension:prf"] !== false;
}

/** @param {number} count */
const random = (count) => crypto.getRandomValues(new Uint8Array(count));

/**
 * CBOR of bytes, of a text or of a list of texts, as the line holds it (RFC 8949, 3.1).
 * @param {number} major @param {number} count
 */
function head(major, count) {
  const first = major << 5;
  if (count < 24) return [first | count];
  return count < 256 ? [first | 24, count] : [first | 25, count >> 8, count & 255];
}

/** @param {string} text */
function textItem(text) {
  const bytes = new TextEncoder().encode(text);
  return [...head(3, bytes.length), ...bytes];
}

/**
 * The line that names a passkey: version, credential, the page's name, the ways to the device.
 * @param {Uint8Array} credential @param {string} name @param {string[]} transports
 */
export function lineOf(credential, name, transports) {
  const ways = transports.flatMap(textItem);
  const bytes = [1, ...head(2, credential.length), ...credential, ...textItem(name), ...head(4, transports.length), ...ways];
  return bech32.encode(PREFIX, bech32.toWords(Uint8Array.from(bytes)), LONGEST_LINE).toUpperCase();
}

/**
 * Makes a passkey for own words alone, and gives its line. It has a person of its own, so that it takes no other passkey's place.
 * @returns {Promise<string>}
 */
export async function newPasskey() {
  const name = `Own words ${String(new Uint16Array(random(2).buffer)[0] ?? 0).padStart(5, "0")}`;
  /** @type {PublicKeyCredentialCreationOptions} */
  const publicKey = {
    challenge: random(32),
    rp: { name: "Alcove" },
    user: { id: random(16), name, displayName: name },
    pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
    authenticatorSelection: { userVerification: "required", residentKey: "discouraged" },
    extensions: { prf: {} },
  };
  const given = await navigator.credentials.create({ publicKey }).catch(() => null);
  if (!(given instanceof PublicKeyCredential)) throw new NoPasskey("stopped");
  if (!given.getClientExtensionResults().prf?.enabled) throw new NoPasskey("unable");
  const { response } = given;
  const ways = response instanceof AuthenticatorAttestationResponse ? response.getTransports() : [];
  return lineOf(new Uint8Array(given.rawId), location.hostname, ways);
}

/** @param {Identity} identity @param {string} line */
export async function withPasskey(identity, line) {
  const encrypter = new Encrypter();
  encrypter.addRecipient(new WebAuthnRecipient({ identity: line }));
  return encrypter.encrypt(identity.text()).catch(() => Promise.reject(new NoPasskey("stopped")));
}

/**
 * The identity in the slot of a passkey; nothing when the device was not asked to the end or is another.
 * @param {Slot} slot
 */
export async function unlockedByPasskey({ file, line }) {
  const decrypter = new Decrypter();
  decrypter.addIdentity(new WebAuthnIdentity({ identity: line ?? "" }));
  const text = await decrypter.decrypt(file, "text").catch(() => undefined);
  return text === undefined ? undefined : Identity.read(text);
}
