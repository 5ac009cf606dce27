// @ts-check
// Six words that two people hear from each other, in the room or on the call: made of both sides' public keys, so that they are
// the same in both browsers only when each has the very keys of the other. The list is BIP 39's English one, whose words are
// told apart by their first four letters.
//
// Six words are 66 bits. Whoever stands between two people would look for two pairs of keys of their own whose words are the
// same, which takes some 2^33 tries; each costs a run of scrypt with 64 MiB, so that nobody gets there.

import { scryptAsync } from "../../vendor/age.js";
import { wordlist } from "../../vendor/words.js";

/** @typedef {import("./known.js").Keys} Keys */

const WORDS = 6;
/** A word says so many bits. */
const BITS = 11;
const COST = { N: 2 ** 16, r: 8, p: 1, dkLen: 9 };

/** @param {Keys} mine @param {Keys} theirs @returns {Promise<string[]>} */
export async function sixWords(mine, theirs) {
  const sides = [mine, theirs].map(({ recipient, author }) => `${recipient} ${author}`).sort();
  const text = new TextEncoder().encode(`${sides.join("\n")}\n`);
  const bytes = await scryptAsync(text, new TextEncoder().encode("own words, six words"), COST);
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const number = (/** @type {number} */ at) => Number.parseInt(bits.slice(at * BITS, (at + 1) * BITS), 2);
  return Array.from({ length: WORDS }, (_, at) => wordlist[number(at)] ?? "");
}
