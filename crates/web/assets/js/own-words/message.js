// @ts-check
// One message: what its body says, for whom it is sealed, and whether what was found is authentic. A message is the author's when
// it stands at its very place, is for the readers of its thread and for nobody else, and is signed with keys of the author's
// that this browser takes for theirs. Whose keys changed concerns what they sign, and nothing that others wrote.

import { filled, fromBase64, toBase64 } from "./bytes.js";
import { NotAuthentic, NotForMe, examined, unhex } from "./envelope.js";

/** @typedef {import("./envelope.js").Place} Place */
/** @typedef {import("./known.js").Known} Known */
/** @typedef {import("./known.js").Keys} Keys */
/** @typedef {import("./known.js").Reader} Reader */
/** @typedef {{id: string, name: string, type: string, size: number, pieces: number, digest: string}} Attachment */
/** @typedef {{text: string, attachments: Attachment[]}} Said */
/**
 * What reading came to: what was said and when, by its author's clock; or else why it is not shown. What was signed with keys that
 * were only seen, while others were compared later, is given as `unverified`: nobody is named as who wrote that.
 * Of a reader who made new keys before this browser ever saw those of before it cannot tell that they were meant: `unseen` names them.
 * @typedef {{body: string, time: string, unseen: Reader[]} | {body: undefined, why: "closed" | "broken" | "uncompared" | "unverified", unverified?: string}} Read
 */

/** The longest text of a message, in characters. */
export const LONGEST = 10_000;

/** @param {Said} said */
export const bodyOf = ({ text, attachments }) => JSON.stringify({ text, attachments });

/** What a body says; anything else was not written by our modules. @param {string} body @returns {Said} */
export function saidIn(body) {
  let found;
  try {
    found = JSON.parse(body);
  } catch {
    throw new NotAuthentic();
  }
  const { text, attachments } = found ?? {};
  const isWhole =
    typeof text === "string" &&
    Array.isArray(attachments) &&
    attachments.every((one) => {
      const isNamed = ["id", "name", "type", "digest"].every((name) => typeof one?.[name] === "string");
      return isNamed && /^[0-9a-f-]{36}$/.test(one.id) && Number.isSafeInteger(one.size) && Number.isSafeInteger(one.pieces);
    });
  if (!isWhole) throw new NotAuthentic();
  return { text, attachments };
}

/**
 * An age file for everybody who reads the thread, in Base64; how long its text is shows in steps alone.
 * @param {Known} known @param {Reader[]} readers
 * @param {{kind: "thread" | "message", place: string, item: string}} where @param {string} body
 */
export async function sealedFor(known, readers, where, body) {
  const { installation, reader, identity } = known.opened;
  const recipients = readers.map(({ keys }) => keys?.recipient ?? "");
  return toBase64(await identity.seal({ ...where, installation, revision: 1, author: reader, recipients }, filled(body)));
}

/**
 * Those readers of whom no recipient is known, where recipients can be these readers: one for each, and nobody's twice. Nothing when
 * they cannot.
 * @param {string[]} recipients @param {Reader[]} readers @param {(reader: Reader) => Keys[]} keysOf
 */
function unseenOf(recipients, readers, keysOf) {
  const whose = readers.map((reader) => recipients.filter((one) => keysOf(reader).some(({ recipient }) => recipient === one)));
  const found = whose.flat();
  const fits =
    new Set(recipients).size === readers.length &&
    recipients.length === readers.length &&
    new Set(found).size === found.length &&
    whose.every(({ length }) => length <= 1);
  return fits ? readers.filter((_, at) => whose[at].length === 0) : undefined;
}

/**
 * Reads what stands at a place.
 * @param {Known} known @param {Reader[]} readers
 * @param {{kind: "thread" | "message", place: string, item: string, author: string}} where @param {string} file in Base64
 * @returns {Promise<Read>}
 */
export async function read(known, readers, where, file) {
  const { installation, identity } = known.opened;
  try {
    const envelope = await identity.decrypt(fromBase64(file));
    const told = examined(envelope, { ...where, installation, revision: 1 });
    const by = readers.find(({ person }) => person === where.author);
    if (!by || !Number.isFinite(Date.parse(told.time))) throw new NotAuthentic();
    const isBy = (/** @type {Keys[]} */ keys) => keys.some(({ author }) => told.isSignedBy(unhex(author)));
    // For whom it is, its author said: keys that nobody compared yet are a reader's as well as those of before.
    const claimed = (/** @type {Reader} */ reader) => mine(known, reader) ?? [...seen(known, reader), ...(reader.keys ? [reader.keys] : [])];
    const unseen = unseenOf(told.recipients, readers, claimed);
    // Whoever wrote it is known by keys of theirs, and so is whoever reads it here.
    if (!unseen || unseen.some(({ person }) => [by.person, known.opened.reader].includes(person))) throw new NotAuthentic();
    const body = told.body.trimEnd();
    if (isBy(trusted(known, by))) return { body, time: told.time, unseen };
    if (isBy(seen(known, by))) return { body: undefined, why: "unverified", unverified: body };
    if (isBy(claimed(by))) return { body: undefined, why: "uncompared" };
    throw new NotAuthentic();
  } catch (error) {
    if (!(error instanceof NotAuthentic)) throw error;
    return { body: undefined, why: error instanceof NotForMe ? "closed" : "broken" };
  }
}

/**
 * Whether a thread was begun for these very readers, by who is said to have begun it: nothing is encrypted for them otherwise.
 * @param {Known} known @param {Reader[]} readers
 * @param {{thread: string, by: string, about: string}} begun
 */
export async function isBegun(known, readers, { thread, by, about }) {
  const found = await read(known, readers, { kind: "thread", place: thread, item: thread, author: by }, about);
  return found.body !== undefined && found.unseen.length === 0;
}

/**
 * Whether the one who looks wrote this at its place, whoever it is for.
 * @param {Known} known @param {{kind: "thread" | "message", place: string, item: string}} where @param {string} file in Base64
 */
export async function isMine(known, where, file) {
  const { installation, reader, identity } = known.opened;
  try {
    const envelope = await identity.decrypt(fromBase64(file));
    return examined(envelope, { ...where, installation, revision: 1, author: reader }).isSignedBy(identity.author);
  } catch (error) {
    if (error instanceof NotAuthentic) return false;
    throw error;
  }
}

/** The keys that are a reader's own here: one's own are those that are open. @param {Known} known @param {Reader} reader */
function mine(known, { person }) {
  const { reader: me, identity } = known.opened;
  return person === me ? [{ recipient: identity.recipient, author: identity.authorText() }] : undefined;
}

/** The keys that this browser takes for a reader's. @param {Known} known @param {Reader} reader @returns {Keys[]} */
const trusted = (known, reader) => mine(known, reader) ?? known.trusted(reader.person);

/** Every key of a reader's that this browser saw. @param {Known} known @param {Reader} reader @returns {Keys[]} */
const seen = (known, reader) => mine(known, reader) ?? known.of(reader.person);
