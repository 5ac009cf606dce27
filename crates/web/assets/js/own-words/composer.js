// @ts-check
// Writing a message: what is typed is sealed for the readers and sent; whatever the network does, it stays on the page until it
// is there. Files are sealed and sent while the message is still being written.

import { NotAuthentic } from "./envelope.js";
import { LONGEST as LONGEST_FILE, Refused, sizeInWords, upload } from "./attachments.js";
import { send } from "./gate.js";
import { LONGEST, bodyOf, sealedFor } from "./message.js";
import { listed } from "./readers.js";

/** @typedef {import("./gate.js").Gate} Gate */
/** @typedef {import("./known.js").Known} Known */
/** @typedef {import("./readers.js").Readers} Readers */
/** @typedef {import("./message.js").Attachment} Attachment */

/** So many files go with one message; the server takes no more, either. */
const MOST_FILES = 10;

export const TEXT = {
  sending: "Encrypting and sending…",
  empty: "Write something first.",
  about: "Say in a few words what it is about.",
  long: `This is too long for one message: ${LONGEST.toLocaleString("en-US")} characters at most.`,
  away: "Not sent: no connection. Your words are on this page; send them once more.",
  out: "Not sent: you are signed out. Your words are still here: copy them before you leave this page.",
  refused: "Not sent: something changed here meanwhile. Copy your words, then load this page again.",
  changed: "Not sent, and your words are still here. Compare the six words first with ",
  readers:
    "Nothing is sent here: your browser cannot tell that this thread was begun for the very people who would read this. What you type stays on this page. Tell the practice, or begin another thread.",
  notTaken: "Not taken: see what stands above the button.",
  wait: "A file is still being sent. Wait for it, or take it out.",
  tooLarge: `A file has 25 MB at most, so it was not taken: `,
  tooMany: `${MOST_FILES} files go with one message at most. Send the others with the next one.`,
  emptyFile: "That file is empty, so it was not taken: ",
  sent: "Encrypted and sent",
  stopped: "Not sent. Take it out, and choose it once more.",
  again: "No connection. It goes on by itself while this page is open.",
  without: "What was not taken does not go with it. Send once more to send the message without it.",
};

export class Composer {
  /**
   * @param {Gate} gate @param {Readers} readers @param {HTMLFormElement} form
   * @param {{address: string, thread: string, then: string, isBegun: () => Promise<boolean>}} place where it is sent, where the page
   *   goes afterwards, and whether the thread is one that was begun for these very readers
   */
  constructor(gate, readers, form, place) {
    this.gate = gate;
    this.readers = readers;
    this.known = readers.known;
    this.form = form;
    this.place = place;
    this.area = form.querySelector("textarea");
    this.about = form.querySelector("[data-about-field]");
    this.line = form.querySelector("[data-line]");
    this.list = form.querySelector("[data-chosen]");
    /** The same message however often it is tried. */
    this.item = crypto.randomUUID();
    /** @type {Set<{attachment: Attachment | undefined, row: HTMLElement, isGone: boolean}>} */
    this.files = new Set();
    this.isSent = false;
    /** What was said of files that were refused, until it is asked whether the message goes without them. @type {string[]} */
    this.refused = [];
    this.area?.addEventListener("input", () => this.measure());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
    form.querySelector("input[type=file]")?.addEventListener("change", (event) => this.choose(event.currentTarget));
    addEventListener("beforeunload", (event) => {
      if (this.holds()) event.preventDefault();
    });
    addEventListener("alcove:leaving", () => (this.isSent = true));
    gate.closing.push(() => Promise.resolve(!this.holds()));
  }

  /** Whether something stands here that would be lost. */
  holds() {
    return !this.isSent && (!!this.area?.value.trim() || this.files.size > 0);
  }

  /** @param {string} words */
  say(words) {
    if (this.line) this.line.textContent = words;
  }

  /** Says at once when a message is too long, and takes it back when it is not any more. */
  measure() {
    const isLong = (this.area?.value.trim().length ?? 0) > LONGEST;
    if (isLong) this.say(TEXT.long);
    else if (this.line?.textContent === TEXT.long) this.say("");
  }

  /** Says before anything is typed that nothing can be encrypted here. Whose keys changed stands above the page. */
  async look() {
    if (this.line?.textContent === TEXT.readers) this.say("");
    if ((await this.why()) === TEXT.readers) this.say(TEXT.readers);
  }

  /** Why nothing may be encrypted for those who would read it; nothing when it may. */
  async why() {
    const changed = this.readers.changed().map(({ name }) => name);
    if (changed.length > 0) return `${TEXT.changed}${listed(changed)}.`;
    return (await this.place.isBegun()) ? "" : TEXT.readers;
  }

  async send() {
    const text = this.area?.value.trim() ?? "";
    const about = this.about instanceof HTMLInputElement ? this.about.value.trim() : undefined;
    const files = [...this.files];
    if (about === "") return this.say(TEXT.about);
    if (!text && files.length === 0) return this.say(TEXT.empty);
    if (text.length > LONGEST) return this.say(TEXT.long);
    if (files.some(({ attachment }) => !attachment)) return this.say(TEXT.wait);
    if (this.refused.length > 0) return this.say([...this.refused.splice(0), TEXT.without].join(" "));
    const why = await this.why();
    if (why) return this.say(why);
    this.say(TEXT.sending);
    const attachments = files.flatMap(({ attachment }) => attachment ?? []);
    const { readers } = this.readers;
    const place = this.place.thread;
    const message = { kind: /** @type {const} */ ("message"), place, item: this.item };
    /** @type {[string, string][]} */
    const fields = [
      ["csrf", this.gate.csrf],
      ["message", this.item],
      ["file", await sealedFor(this.known, readers, message, bodyOf({ text, attachments }))],
    ];
    for (const { id } of attachments) fields.push(["attachment", id]);
    if (about !== undefined) {
      const where = { kind: /** @type {const} */ ("thread"), place, item: place };
      fields.push(["thread", place], ["about", await sealedFor(this.known, readers, where, about)]);
    }
    const answer = await send(this.place.address, fields).catch(() => undefined);
    if (!answer || answer.status === 429 || answer.status >= 500) return this.say(TEXT.away);
    if (answer.status === 401 || answer.status === 403) return this.say(TEXT.out);
    // The id of a new thread is taken by nobody but a first try whose answer was lost.
    const isThere = about !== undefined && answer.status === 409;
    if (!answer.ok && !isThere) return this.say(TEXT.refused);
    this.isSent = true;
    if (this.place.then === location.pathname) location.reload();
    else location.assign(this.place.then);
  }

  /** @param {EventTarget | null} input */
  choose(input) {
    if (!(input instanceof HTMLInputElement)) return;
    for (const file of input.files ?? []) {
      if (file.size > LONGEST_FILE) this.refused.push(`${TEXT.tooLarge}${file.name}.`);
      else if (file.size === 0) this.refused.push(`${TEXT.emptyFile}${file.name}.`);
      else if (this.files.size < MOST_FILES) void this.take(file);
      else if (!this.refused.includes(TEXT.tooMany)) this.refused.push(TEXT.tooMany);
    }
    this.say(this.refused.join(" "));
    input.value = "";
  }

  /** Takes back that something is still being sent, when nothing is any more. */
  arrived() {
    const isUnderWay = [...this.files].some(({ attachment }) => !attachment);
    if (!isUnderWay && this.line?.textContent === TEXT.wait) this.say("");
  }

  /** @param {File} file */
  async take(file) {
    const { row, bar, line, away } = rowFor(file);
    /** @type {{attachment: Attachment | undefined, row: HTMLElement, isGone: boolean}} */
    const one = { attachment: undefined, row, isGone: false };
    this.files.add(one);
    this.list?.append(row);
    away.onclick = () => {
      one.isGone = true;
      this.files.delete(one);
      row.remove();
      this.arrived();
    };
    const recipients = this.readers.readers.map(({ keys }) => keys?.recipient ?? "");
    const tell = (/** @type {number} */ share, /** @type {boolean} */ isAway) => {
      bar.value = share;
      line.textContent = isAway ? TEXT.again : `${Math.floor(share * 100)} %`;
    };
    try {
      const why = await this.why();
      if (why) {
        this.say(why);
        throw new NotAuthentic();
      }
      const how = { address: this.place.then, csrf: this.gate.csrf, recipients, stopped: () => one.isGone, tell };
      one.attachment = await upload(file, how);
      bar.value = 1;
      line.textContent = TEXT.sent;
      this.arrived();
    } catch (error) {
      if (one.isGone) return;
      line.textContent = error instanceof NotAuthentic ? TEXT.notTaken : TEXT.stopped;
      if (!(error instanceof NotAuthentic || error instanceof Refused)) throw error;
    }
  }
}

/** @param {File} file */
function rowFor(file) {
  const row = document.createElement("li");
  row.className = "stack-1";
  const name = document.createElement("p");
  const strong = document.createElement("strong");
  strong.textContent = file.name;
  name.append(strong, `, ${sizeInWords(file.size)}`);
  const bar = document.createElement("progress");
  bar.className = "bar";
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  const line = document.createElement("p");
  line.className = "hint";
  line.setAttribute("role", "status");
  const away = document.createElement("button");
  away.type = "button";
  away.className = "btn btn--quiet";
  away.textContent = "Take out";
  away.setAttribute("aria-label", `Take out ${file.name}`);
  row.append(name, bar, line, away);
  return { row, bar, line, away };
}
