// @ts-check
// A field of own words: it encrypts what is typed and keeps it on the server as it goes. Whatever happens to the network, the
// sign-in or the keys, typed words stay on the page until they are kept.

import { QUIET, alsoSaves } from "../drafts.js";
import { fromBase64, toBase64 } from "./bytes.js";
import { NotAuthentic, NotForMe } from "./envelope.js";
import { send } from "./gate.js";
import { anyExecutor, readersOf } from "./succession.js";

/** @typedef {import("./envelope.js").Place} Place */
/** @typedef {import("./identity.js").Identity} Identity */

/** Time between tries while the network is away, in milliseconds. */
const AGAIN = 10_000;

export const TEXT = {
  saving: "Encrypting…",
  saved: "Kept, encrypted.",
  away: "Not kept yet: no connection. Your words are on this page, and we keep trying.",
  changed: "This was changed somewhere else meanwhile. Both are here now: what was kept there, and below it your words. Go on writing to keep them together.",
  elsewhere: "This was changed somewhere else meanwhile. Your words are still here: copy them, then open the page again.",
  out: "You are signed out. Your words are still here: copy them before you leave this page.",
  refused: "Not kept: an informed consent is missing, or the text is too long. Your words are still here: copy them before you leave this page.",
  closed: "What stands here is encrypted for other keys than yours of today, and cannot be read with them.",
  broken: "Not authentic: what is stored here was not written by you for this place. It is not shown. Tell the practice.",
};

/**
 * Where a field is kept, and what it is a part of.
 * @typedef {object} Kept
 * @property {string} address
 * @property {string} csrf
 * @property {Omit<Place, "revision" | "recipients">} place
 * @property {number} revision what is there; 0 for nothing
 * @property {() => Promise<{revision: number, file: string | null}>} [newest] what is there now, asked for after a conflict
 * @property {Readers} [readers] where somebody beside the author may be able to open it
 */

/**
 * Who can open it beside its author, as the author signed: nobody when it is empty.
 * @typedef {object} Readers
 * @property {string} executor
 * @property {() => Promise<string>} asked who it is now, asked for after a refusal
 */

/**
 * What a stored file says; or else why it is not shown, and whether another text may take its place.
 * @param {Identity} identity @param {Omit<Place, "revision" | "recipients">} place @param {string} file @param {number} revision
 * @param {import("./envelope.js").Expected["recipients"]} [recipients] its author alone, unless others are named
 * @returns {Promise<{text: string} | {text: undefined, why: string, isClosed: boolean}>}
 */
export async function words(identity, place, file, revision, recipients = [identity.recipient]) {
  try {
    const { body } = await identity.open(fromBase64(file), { ...place, revision, recipients });
    return { text: body };
  } catch (error) {
    if (!(error instanceof NotAuthentic)) throw error;
    const isClosed = error instanceof NotForMe;
    return { text: undefined, why: isClosed ? TEXT.closed : TEXT.broken, isClosed };
  }
}

export class Field {
  /** @param {HTMLTextAreaElement} area @param {Element | null} line @param {Identity} identity @param {Kept} kept */
  constructor(area, line, identity, kept) {
    this.area = area;
    this.line = line;
    this.identity = identity;
    this.kept = kept;
    this.saved = area.value;
    this.stopped = false;
    /** Its words go with no form. @type {HTMLFormElement | null} */
    this.form = null;
    this.late = false;
    /** @type {Promise<void> | undefined} */
    this.sending = undefined;
    area.addEventListener("input", () => this.soon(QUIET));
    addEventListener("online", () => this.soon(0));
    addEventListener("alcove:leaving", () => this.stop());
    addEventListener("beforeunload", (event) => {
      if (this.waits() || this.sending) event.preventDefault();
    });
    alsoSaves(this);
  }

  /** Whether something was typed that is not kept yet. */
  waits() {
    return !this.stopped && this.area.value !== this.saved;
  }

  /** @param {number} wait */
  soon(wait) {
    clearTimeout(this.timer);
    if (this.waits()) this.timer = setTimeout(() => void this.keep(), wait);
  }

  /** Keeps what is typed, and says whether it is kept now. */
  async keep() {
    clearTimeout(this.timer);
    await this.sending;
    if (this.waits()) {
      this.sending = this.send().finally(() => (this.sending = undefined));
      await this.sending;
    }
    return !this.waits();
  }

  settle() {
    return this.keep();
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  async send() {
    const text = this.area.value;
    this.say(TEXT.saving);
    let answer;
    try {
      answer = await this.offer(text);
      if (answer.status === 422 && (await this.hasOtherReaders())) answer = await this.offer(text);
    } catch {
      return this.again();
    }
    if (answer.ok) return this.done(text, (await answer.json()).revision);
    if (answer.status === 409) return this.meanwhile();
    if (answer.status === 429 || answer.status >= 500) return this.again();
    this.say(answer.status === 401 || answer.status === 403 ? TEXT.out : TEXT.refused);
  }

  /** @param {string} text */
  async offer(text) {
    const { identity, kept } = this;
    const executor = kept.readers?.executor ?? "";
    const place = { ...kept.place, revision: kept.revision + 1, recipients: readersOf(identity, executor) };
    const file = toBase64(await identity.seal(place, text));
    return send(kept.address, { csrf: kept.csrf, revision: String(kept.revision), executor, file });
  }

  /** Whether somebody else can open it now than when this page was opened. */
  async hasOtherReaders() {
    const { readers } = this.kept;
    if (!readers) return false;
    const executor = await readers.asked();
    const isOther = executor !== readers.executor;
    readers.executor = executor;
    return isOther;
  }

  /** @param {string} text @param {number} revision */
  done(text, revision) {
    this.saved = text;
    this.kept.revision = revision;
    this.say(TEXT.saved);
    if (this.waits()) this.soon(QUIET);
  }

  again() {
    this.say(TEXT.away);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.keep(), AGAIN);
  }

  /** Another tab or device was faster: what it kept stands above the words of this one, and nothing is lost. */
  async meanwhile() {
    const { identity, kept } = this;
    const found = await kept.newest?.().catch(() => undefined);
    const other = found?.file ? (await words(identity, kept.place, found.file, found.revision, this.expected())).text : undefined;
    if (!found || other === undefined) {
      this.say(TEXT.elsewhere);
      return;
    }
    kept.revision = found.revision;
    this.saved = other;
    if (!this.area.value.includes(other)) this.area.value = `${other}\n\n${this.area.value}`;
    this.say(TEXT.changed);
  }

  /** Whoever may be able to open what is stored here. */
  expected() {
    return this.kept.readers ? anyExecutor(this.identity) : undefined;
  }

  /** @param {string} text */
  say(text) {
    if (this.line) this.line.textContent = text;
  }
}
