// One-time codes of sign-in (RFC 6238: SHA-1, six digits, thirty seconds), as a person's telephone makes them.

import { createHmac } from "node:crypto";

/**
 * The code of a moment.
 * @param {string} secret in base32, as the enrolment page shows it
 * @param {number} [at] milliseconds since 1970
 */
export function totp(secret, at = Date.now()) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const digest = createHmac("sha1", base32(secret)).update(counter).digest();
  const offset = digest[digest.length - 1] & 15;
  const number = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** @param {string} text */
function base32(text) {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const clean = text.toUpperCase().replace(/[\s=]/g, "");
  const bits = [...clean].map((digit) => digits.indexOf(digit).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
