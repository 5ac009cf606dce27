// @ts-check
// The unlocked identity on its way from page to page: ciphertext in this tab's sessionStorage, under a key that the server
// holds for this sign-in and forgets after ten idle minutes. Neither side alone has it.

import { fromBase64, toBase64 } from "./bytes.js";
import { joined } from "./envelope.js";
import { Identity } from "./identity.js";

const NAME = "own-words";
const NONCE = 12;

/** @param {Uint8Array} key @param {"encrypt" | "decrypt"} use */
const imported = (key, use) => crypto.subtle.importKey("raw", /** @type {BufferSource} */ (key), "AES-GCM", false, [use]);

/** @param {Uint8Array} nonce @param {string} person */
const gcm = (nonce, person) => ({
  name: "AES-GCM",
  iv: /** @type {BufferSource} */ (nonce),
  additionalData: new TextEncoder().encode(person),
});

/**
 * @param {Identity} identity @param {Uint8Array} key the server's, 32 bytes @param {string} person whose it is
 * @param {Storage} [storage]
 */
export async function keep(identity, key, person, storage = sessionStorage) {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
  const text = new TextEncoder().encode(identity.text());
  const sealed = await crypto.subtle.encrypt(gcm(nonce, person), await imported(key, "encrypt"), text);
  storage.setItem(NAME, toBase64(joined([nonce, new Uint8Array(sealed)])));
}

/** Whether this tab keeps something. @param {Storage} [storage] */
export const keeps = (storage = sessionStorage) => storage.getItem(NAME) !== null;

/** @param {Storage} [storage] */
export const forget = (storage = sessionStorage) => storage.removeItem(NAME);

/**
 * The kept identity; nothing when there is none, or it is somebody else's or under another key.
 * @param {Uint8Array} key @param {string} person @param {Storage} [storage]
 */
export async function kept(key, person, storage = sessionStorage) {
  const stored = fromBase64(storage.getItem(NAME) ?? "");
  try {
    const nonce = stored.subarray(0, NONCE);
    const sealed = /** @type {BufferSource} */ (stored.subarray(NONCE));
    const text = await crypto.subtle.decrypt(gcm(nonce, person), await imported(key, "decrypt"), sealed);
    return await Identity.read(new TextDecoder().decode(text));
  } catch {
    return undefined;
  }
}
