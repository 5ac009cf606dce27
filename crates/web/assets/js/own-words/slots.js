// @ts-check
// The slots of an identity: a printed recovery code, and a passphrase or a passkey (`passkey.js`). Each of the first two is an age file of the identity's text under a
// passphrase (scrypt), so that any age tool opens it, too, when somebody has the slot and what goes with it.

import { Decrypter, Encrypter } from "../../vendor/age.js";
import { Identity } from "./identity.js";

/** @typedef {{kind: string, file: Uint8Array, line?: string}} Slot */

/** What a guess costs, as a power of two: a passphrase is made by a person, a recovery code by dice of 130 bits. */
const PASSPHRASE = 18;
const RECOVERY = 12;

/** Crockford's Base32: no I, L, O, U. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** 26 characters of 5 bits, and two that check them. */
const SECRET = 26;
const CHECK = 2;
const GROUP = 4;

/** The shortest passphrase, in characters. */
export const SHORTEST = 12;

/** A passphrase without the differences that keyboards make. @param {string} typed */
const plain = (typed) => typed.normalize("NFKC").trim().replaceAll(/\s+/g, " ");

/** @param {string} secret 26 characters */
async function check(secret) {
  const bytes = new TextEncoder().encode(`own words, recovery code\n${secret}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [0, 1].map((at) => LETTERS[(digest[at] ?? 0) & 31]).join("");
}

/** A new recovery code in groups of four: "K7QF-…". */
export async function newCode() {
  const random = crypto.getRandomValues(new Uint8Array(SECRET));
  const secret = [...random].map((byte) => LETTERS[byte & 31]).join("");
  return grouped(secret + (await check(secret)));
}

/** @param {string} characters */
const grouped = (characters) => (characters.match(new RegExp(`.{1,${GROUP}}`, "g")) ?? []).join("-");

/**
 * The code as it was printed, from what was typed; nothing when a character is missing or wrong.
 * @param {string} typed
 */
export async function readCode(typed) {
  const characters = typed.toUpperCase().replaceAll(/[\s-]/g, "").replaceAll("O", "0").replaceAll(/[IL]/g, "1");
  const known = [...characters].every((one) => LETTERS.includes(one));
  if (!known || characters.length !== SECRET + CHECK) return undefined;
  return (await check(characters.slice(0, SECRET))) === characters.slice(SECRET) ? grouped(characters) : undefined;
}

/** @param {Identity} identity @param {string} passphrase @param {number} factor */
async function wrapped(identity, passphrase, factor) {
  const encrypter = new Encrypter();
  encrypter.setScryptWorkFactor(factor);
  encrypter.setPassphrase(passphrase);
  return encrypter.encrypt(identity.text());
}

/** @param {Identity} identity @param {string} code as it was printed */
export const withCode = (identity, code) => wrapped(identity, code, RECOVERY);

/** @param {Identity} identity @param {string} passphrase */
export const withPassphrase = (identity, passphrase) => wrapped(identity, plain(passphrase), PASSPHRASE);

/**
 * The identity in a slot; nothing when what was typed does not open it.
 * @param {Uint8Array} file @param {string} passphrase the printed code, or a passphrase
 */
export async function unwrapped(file, passphrase) {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  let text;
  try {
    text = await decrypter.decrypt(file, "text");
  } catch {
    return undefined;
  }
  return Identity.read(text);
}

/**
 * The identity in one of its slots, by whatever was typed.
 * @param {Slot[]} slots @param {string} typed
 */
export async function unlocked(slots, typed) {
  const code = await readCode(typed);
  const kind = code ? "recovery" : "passphrase";
  const slot = slots.find((one) => one.kind === kind);
  return slot && unwrapped(slot.file, code ?? plain(typed));
}
