// @ts-check
// What goes with a message: sealed as a stream while it is sent, in pieces, and opened as a stream while it comes. Neither side
// holds all of it as text; its name, kind and true length stand in the message, and the server sees a padded length.

import { Decrypter, Encrypter } from "../../vendor/age.js";
import { padded } from "./bytes.js";
import { NotAuthentic, hex, joined } from "./envelope.js";

/** @typedef {import("./message.js").Attachment} Attachment */

/** The most bytes of one file; the server refuses more, too. */
export const LONGEST = 25 * 1024 * 1024;
/** The bytes of a piece; all but the last have as many. */
const PIECE = 1024 * 1024;
/** So many zeros at once. */
const ZEROS = 64 * 1024;
/** Time between tries while the network is away, in milliseconds. */
const AGAIN = 5_000;

/** The server does not take it: trying again would not help. */
export class Refused extends Error {}

/** The file, then zeros. @param {Blob} file @returns {ReadableStream<Uint8Array>} */
function withZeros(file) {
  const reader = file.stream().getReader();
  let left = padded(file.size) - file.size;
  let isRead = false;
  return new ReadableStream({
    async pull(controller) {
      if (!isRead) {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        isRead = true;
      }
      if (left === 0) return controller.close();
      const zeros = new Uint8Array(Math.min(left, ZEROS));
      left -= zeros.length;
      controller.enqueue(zeros);
    },
    cancel: () => reader.cancel(),
  });
}

/** A stream in pieces of one length. @param {ReadableStream<Uint8Array>} stream */
async function* pieces(stream) {
  const reader = stream.getReader();
  /** @type {Uint8Array[]} */
  let waiting = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (value) {
      waiting.push(value);
      length += value.length;
    }
    while (length >= PIECE || (done && length > 0)) {
      const whole = joined(waiting);
      const piece = whole.slice(0, PIECE);
      const rest = whole.slice(PIECE);
      waiting = rest.length > 0 ? [rest] : [];
      length = rest.length;
      yield piece;
    }
    if (done) return;
  }
}

/** @param {Uint8Array} bytes */
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", /** @type {BufferSource} */ (bytes)));

/** The digest of an attachment: of the digests of its pieces, so that it grows with them. @param {Uint8Array[]} digests */
const digestOf = async (digests) => hex(await sha256(joined(digests)));

/**
 * Seals a file for the readers and sends it piece by piece; what does not arrive is sent again while the page is open.
 * @param {File} file
 * @param {{address: string, csrf: string, recipients: string[], stopped: () => boolean, tell: (share: number, isAway: boolean) => void}} how
 * @returns {Promise<Attachment>}
 */
export async function upload(file, { address, csrf, recipients, stopped, tell }) {
  const id = crypto.randomUUID();
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  const sealed = await encrypter.encrypt(withZeros(file));
  const whole = sealed.size(padded(file.size));
  /** @type {Uint8Array[]} */
  const digests = [];
  let sent = 0;
  for await (const piece of pieces(sealed)) {
    const number = digests.length;
    await sendPiece(`${address}/attachments/${id}/${number}`, piece, { csrf, stopped, away: () => tell(sent / whole, true) });
    digests.push(await sha256(piece));
    sent += piece.length;
    tell(sent / whole, false);
  }
  const { name, size } = file;
  return { id, name, type: file.type, size, pieces: digests.length, digest: await digestOf(digests) };
}

/**
 * @param {string} address @param {Uint8Array} piece
 * @param {{csrf: string, stopped: () => boolean, away: () => void}} how
 */
async function sendPiece(address, piece, { csrf, stopped, away }) {
  const headers = { "Content-Type": "application/octet-stream", "X-Form-Token": csrf, Accept: "application/json" };
  for (;;) {
    if (stopped()) throw new Refused("stopped");
    const body = /** @type {BodyInit} */ (piece);
    const answer = await fetch(address, { method: "POST", body, headers, redirect: "error" }).catch(() => undefined);
    if (answer?.ok) return;
    if (answer && answer.status < 500 && answer.status !== 429) throw new Refused(String(answer.status));
    away();
    await new Promise((done) => setTimeout(done, AGAIN));
  }
}

/**
 * Brings an attachment and opens it; it is given only when every piece is the very one that the message signed.
 * @param {string} secret the identity's age key
 * @param {Attachment} attachment
 * @param {{address: string, tell: (share: number) => void}} how
 * @returns {Promise<Blob>}
 */
export async function download(secret, attachment, { address, tell }) {
  /** @type {Uint8Array[]} */
  const digests = [];
  let number = 0;
  /** @type {ReadableStream<Uint8Array>} */
  const sealed = new ReadableStream({
    async pull(controller) {
      if (number === attachment.pieces) return controller.close();
      const answer = await fetch(`${address}/attachments/${attachment.id}/${number}`, { redirect: "error" });
      if (answer.status === 404) throw new NotAuthentic();
      if (!answer.ok) throw new Error(String(answer.status));
      const piece = new Uint8Array(await answer.arrayBuffer());
      digests.push(await sha256(piece));
      number += 1;
      tell(number / attachment.pieces);
      controller.enqueue(piece);
    },
  });
  const opened = await inClear(secret, sealed, attachment.size);
  if ((await digestOf(digests)) !== attachment.digest) throw new NotAuthentic();
  return opened;
}

/** @param {string} secret @param {ReadableStream<Uint8Array>} sealed @param {number} size */
async function inClear(secret, sealed, size) {
  const decrypter = new Decrypter();
  decrypter.addIdentity(secret);
  /** @type {BlobPart[]} */
  const parts = [];
  let length = 0;
  try {
    const reader = (await decrypter.decrypt(sealed)).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const wanted = value.subarray(0, Math.max(size - length, 0));
      length += wanted.length;
      parts.push(/** @type {BlobPart} */ (wanted.slice()));
    }
  } catch (error) {
    // What the network did is told as that; all else is a file that nobody of ours made.
    if (error instanceof TypeError || (error instanceof Error && /^\d+$/.test(error.message))) throw error;
    throw new NotAuthentic();
  }
  if (length !== size) throw new NotAuthentic();
  // Never of a kind that a browser would show as a page.
  return new Blob(parts, { type: "application/octet-stream" });
}

/** @param {number} size */
export function sizeInWords(size) {
  if (size < 1024) return `${size} bytes`;
  if (size < 1024 * 1024) return `${Math.round(size / 1024)} KB`;
  return `${(size / (1024 * 1024)).toFixed(1)} MB`;
}
