// @ts-check
// The signed envelope inside every age file: age hides what was written, the envelope tells who wrote it and where it
// belongs. Each part is its name, its length in bytes, and its bytes, so that one text has one encoding; whoever opens the
// file with an age tool of another maker can still read it.

import { ed25519 } from "../../vendor/age.js";

const FIRST = "alcove-envelope-1";
const PARTS = /** @type {const} */ (["installation", "kind", "place", "item", "revision", "author", "recipients", "time", "body"]);
/** The longest length that is read, in digits. */
const DIGITS = 10;

/**
 * Where own words stand and whose they are.
 * @typedef {object} Place
 * @property {string} installation the practice's id
 * @property {"process-note" | "journal" | "thread" | "message" | "known-keys"} kind
 * @property {string} place the case, the participant or the thread
 * @property {string} item the row
 * @property {number} revision
 * @property {string} author the writer's id
 * @property {string[]} recipients age recipients of everybody who can read it
 */

/**
 * The same for who reads: the recipients that are expected, or which ones may be, where the author chose among several.
 * @typedef {Omit<Place, "recipients"> & {recipients: string[] | ((listed: string[]) => boolean)}} Expected
 */

/** What was found is not what was written for this place by this author; its text is never shown. */
export class NotAuthentic extends Error {
  constructor() {
    super("not authentic");
    this.name = "NotAuthentic";
  }
}

/** The file is encrypted for other keys: somebody else's, or one's own of before. */
export class NotForMe extends NotAuthentic {}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @param {readonly string[]} recipients */
const listed = (recipients) => [...recipients].sort().join("\n");

/** @param {Uint8Array[]} pieces */
export function joined(pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** @param {string} name @param {string} value */
function part(name, value) {
  const bytes = encoder.encode(value);
  return joined([encoder.encode(`${name} ${bytes.length}\n`), bytes, encoder.encode("\n")]);
}

/**
 * The envelope of `body` at its place, signed.
 * @param {Place} place
 * @param {string} time an instant in UTC
 * @param {string} body
 * @param {Uint8Array} key the author's signing key
 */
export function sealed(place, time, body, key) {
  const values = { ...place, revision: String(place.revision), recipients: listed(place.recipients), time, body };
  const signed = joined([encoder.encode(`${FIRST}\n`), ...PARTS.map((name) => part(name, values[name]))]);
  return joined([signed, part("signature", hex(ed25519.sign(signed, key)))]);
}

/**
 * What an envelope says, when it was written for this very place and signed by this author.
 * @param {Uint8Array} bytes
 * @param {Expected} place
 * @param {Uint8Array} author the author's public signing key
 * @returns {{time: string, body: string}}
 */
export function opened(bytes, place, author) {
  const { recipients, ...where } = place;
  const told = examined(bytes, where);
  const isFor = typeof recipients === "function" ? recipients(told.recipients) : listed(told.recipients) === listed(recipients);
  if (!isFor || !told.isSignedBy(author)) throw new NotAuthentic();
  return { time: told.time, body: told.body };
}

/**
 * What an envelope says when it was written for this very place, before it is known for whom and by which key: who asks
 * compares both before anything of it is shown.
 * @param {Uint8Array} bytes
 * @param {Omit<Place, "recipients">} place
 * @returns {{time: string, body: string, recipients: string[], isSignedBy: (author: Uint8Array) => boolean}}
 */
export function examined(bytes, place) {
  const { values, signed, signature } = parsed(bytes);
  /** @type {Record<string, string>} */
  const expected = { ...place, revision: String(place.revision) };
  const free = ["time", "body", "recipients"];
  if (!PARTS.every((name) => free.includes(name) || values[name] === expected[name])) throw new NotAuthentic();
  const recipients = values.recipients.split("\n");
  if (listed(recipients) !== values.recipients) throw new NotAuthentic();
  return { time: values.time, body: values.body, recipients, isSignedBy: (author) => isSigned(signature, signed, author) };
}

/** @param {Uint8Array} signature @param {Uint8Array} signed @param {Uint8Array} author */
function isSigned(signature, signed, author) {
  try {
    return ed25519.verify(signature, signed, author, { zip215: false });
  } catch {
    return false;
  }
}

/** @param {Uint8Array} bytes */
function parsed(bytes) {
  const reader = new Reader(bytes);
  if (reader.line() !== FIRST) throw new NotAuthentic();
  /** @type {Record<string, string>} */
  const values = {};
  for (const name of PARTS) values[name] = reader.part(name);
  const signed = bytes.subarray(0, reader.at);
  const signature = reader.part("signature");
  if (reader.at !== bytes.length || !/^[0-9a-f]{128}$/.test(signature)) throw new NotAuthentic();
  return { values, signed, signature: unhex(signature) };
}

class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  line() {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0 || end - this.at > 64) throw new NotAuthentic();
    return this.take(end - this.at);
  }

  /** @param {string} name */
  part(name) {
    const [found, length = ""] = this.line().split(" ", 2);
    const isLength = /^(0|[1-9][0-9]*)$/.test(length) && length.length <= DIGITS;
    if (found !== name || !isLength) throw new NotAuthentic();
    return this.take(Number(length));
  }

  /** So many bytes, and the line's end after them. @param {number} length */
  take(length) {
    const end = this.at + length;
    if (this.bytes[end] !== 10) throw new NotAuthentic();
    const piece = this.bytes.subarray(this.at, end);
    this.at = end + 1;
    try {
      return decoder.decode(piece);
    } catch {
      throw new NotAuthentic();
    }
  }
}

/** @param {Uint8Array} bytes */
export const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
/** @param {string} text */
export const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
