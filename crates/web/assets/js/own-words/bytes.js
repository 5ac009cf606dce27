// @ts-check
// Bytes as the text in which forms and answers carry them.

/** So many bytes at once, since a call takes only so many arguments. */
const PIECE = 0x8000;

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(text);
}

/** @param {string} text */
export const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** The shortest length of what is encrypted in the place of a text, as in the server's own sealing. */
const SHORTEST = 256;

/**
 * The length up to which so many bytes are filled: Padmé, as the server's own sealing (at most twelve hundredths more).
 * @param {number} length
 */
export function padded(length) {
  if (length < 2) return length;
  const exponent = Math.floor(Math.log2(length));
  const kept = Math.floor(Math.log2(exponent)) + 1;
  const step = 2 ** Math.max(exponent - kept, 0);
  return Math.ceil(length / step) * step;
}

/**
 * A text with spaces after it up to 256 bytes, and above that up to Padmé's next length: so the length of its file tells little.
 * To JSON they say nothing; other texts are read without the space around them.
 * @param {string} text
 */
export function filled(text) {
  const { length } = new TextEncoder().encode(text);
  return text + " ".repeat(padded(Math.max(length, SHORTEST)) - length);
}
