// @ts-check
// A message thread, or the page on which one begins: what stands there is read and written in this browser alone.

import { download, sizeInWords } from "./attachments.js";
import { Composer } from "./composer.js";
import { NotAuthentic } from "./envelope.js";
import { Gate, send } from "./gate.js";
import { Known } from "./known.js";
import { isBegun, isMine, read, saidIn } from "./message.js";
import { Readers, listed, readersOf } from "./readers.js";
import { areApart, clockOf, moment } from "./when.js";

/** @typedef {import("./message.js").Attachment} Attachment */

const TEXT = {
  broken: "Not authentic: this was not written by the person named here, for this place, with keys that your browser knows. It is not shown. Tell the practice.",
  closed: "This is encrypted for other keys than yours of today, and cannot be read with them.",
  uncompared: "Written with other keys than before. It is shown when you have compared the six words.",
  unverified:
    "Not verified: this was written with keys that nobody had compared when you compared the six words, and they are others. It may be of the person named here, before they made new keys, or of somebody who stood in between.",
  offered: "Show it, not verified",
  me: "You",
  apart: "By the writer’s own clock. The practice’s server says that it came ",
  unseen: "Encrypted for keys of before, which your browser never saw, of ",
  encrypted: "Encrypted for: ",
  swapped: "Not authentic: this is not the file that was sent with the message. It is not saved. Tell the practice.",
  away: "No connection. Try once more.",
  filing: "Filing…",
  filed: "It stands in the record now.",
  notFiled: "Not filed. Load this page again.",
};

/** In the place of what a thread is about. */
const TITLE = {
  broken: "Not authentic: what this is about is not shown",
  closed: "Encrypted for other keys than yours of today",
  uncompared: "Begun with other keys than before",
  unverified: "Not verified: begun with keys that were never compared",
};

class Thread {
  /** @param {Gate} gate @param {HTMLElement} box @param {Known} known */
  constructor(gate, box, known) {
    this.gate = gate;
    this.box = box;
    this.known = known;
    this.id = box.dataset.thread ?? crypto.randomUUID();
    this.address = box.dataset.address ?? "";
    this.clock = clockOf(box);
    const card = box.querySelector("[data-six]");
    this.readers = new Readers(known, readersOf(box), card instanceof HTMLElement ? card : null);
    this.readers.agreed = () => void this.show();
  }

  async begin() {
    await this.doubt();
    await this.known.meet(this.readers.readers);
    const form = this.box.querySelector("[data-composer]");
    if (form instanceof HTMLFormElement) {
      const isNew = this.box.dataset.thread === undefined;
      const then = isNew ? `${this.box.dataset.home}/${this.id}` : this.address;
      const place = { address: this.address, thread: this.id, then, isBegun: async () => isNew || this.isBegun() };
      this.composer = new Composer(this.gate, this.readers, form, place);
    }
    await this.show();
  }

  /** Whether the thread was begun for these very readers, by who is said to have begun it. */
  isBegun() {
    const title = this.box.querySelector("[data-about]");
    if (!(title instanceof HTMLElement)) return Promise.resolve(false);
    const { about = "", by = "" } = title.dataset;
    return isBegun(this.known, this.readers.readers, { thread: this.id, by, about });
  }

  /**
   * Who wrote here before has seen the keys of those who read it. When the server gives none of what was seen, these are not taken
   * at first sight; of people in other threads nothing is said.
   */
  async doubt() {
    if (!this.known.isNew) return;
    for (const row of this.rows()) {
      const { author, message: item = "", file = "" } = row.dataset;
      if (author !== this.known.opened.reader) continue;
      const isOurs = await isMine(this.known, { kind: "message", place: this.id, item }, file);
      if (isOurs) this.known.doubt(this.readers.others.map(({ person }) => person));
    }
  }

  rows() {
    return [...this.box.querySelectorAll("[data-message]")].filter((one) => one instanceof HTMLElement);
  }

  /** @param {HTMLElement} row */
  placeOf(row) {
    const { message = "", author = "" } = row.dataset;
    return { kind: /** @type {const} */ ("message"), place: this.id, item: message, author };
  }

  /** Shows everything as far as it is authentic, and who has to compare six words before anything goes on. */
  async show() {
    this.readers.show();
    const changed = this.readers.changed();
    const alert = this.box.querySelector("[data-changed]");
    if (alert instanceof HTMLElement) alert.hidden = changed.length === 0;
    const names = this.box.querySelector("[data-changed-names]");
    if (names) names.textContent = listed(changed.map(({ name }) => name));
    const whom = this.box.querySelector("[data-encrypted-for]");
    if (whom) whom.textContent = `${TEXT.encrypted}${this.readers.names()}`;
    for (const act of this.box.querySelectorAll("[data-composer] [type=submit], [data-composer] [type=file]")) {
      if (act instanceof HTMLButtonElement || act instanceof HTMLInputElement) act.disabled = changed.length > 0;
    }
    await this.title();
    await this.composer?.look();
    let last = "";
    for (const row of this.rows()) {
      const isRead = await this.message(row);
      if (isRead) last = row.dataset.message ?? "";
    }
    if (last) await send(`${this.address}/read`, { csrf: this.gate.csrf, message: last }).catch(() => {});
  }

  async title() {
    const title = this.box.querySelector("[data-about]");
    if (!(title instanceof HTMLElement)) return;
    const where = { kind: /** @type {const} */ ("thread"), place: this.id, item: this.id, author: title.dataset.by ?? "" };
    const found = await read(this.known, this.readers.readers, where, title.dataset.about ?? "");
    title.textContent = found.body ?? TITLE[found.why];
  }

  /** Whether it is shown. @param {HTMLElement} row */
  async message(row) {
    const text = row.querySelector("[data-text]");
    const line = row.querySelector("[data-line]");
    if (!text || !line) return false;
    const found = await read(this.known, this.readers.readers, this.placeOf(row), row.dataset.file ?? "");
    line.textContent = "";
    text.textContent = "";
    row.querySelector("[data-offer]")?.remove();
    this.attached(row, []);
    this.filing(row, "");
    if (found.body === undefined) {
      line.textContent = TEXT[found.why];
      if (found.unverified !== undefined) this.offer(line, text, found.unverified);
      // It never becomes more than that: it is not new for ever.
      return found.why === "unverified";
    }
    const said = asSaid(found.body);
    if (!said) {
      line.textContent = TEXT.broken;
      return false;
    }
    text.textContent = said.text;
    this.signed(row, line, found.time);
    if (found.unseen.length > 0) line.textContent += ` ${TEXT.unseen}${listed(found.unseen.map(({ name }) => name))}.`;
    this.attached(row, said.attachments);
    this.filing(row, said.text);
    return true;
  }

  /** Who wrote it and when, as it was signed: what the server says stands there only until then. @param {HTMLElement} row @param {Element} line @param {string} time */
  signed(row, line, time) {
    const name = row.querySelector("[data-name]");
    const by = this.readers.readers.find(({ person }) => person === row.dataset.author);
    if (name && by) name.textContent = by.person === this.known.opened.reader ? TEXT.me : by.name;
    const when = row.querySelector("time");
    if (!(when instanceof HTMLTimeElement)) return;
    when.dataset.came ??= when.dateTime;
    const { came } = when.dataset;
    when.dateTime = time;
    when.textContent = moment(time, this.clock);
    if (areApart(time, came)) line.textContent = `${TEXT.apart}${moment(came, this.clock)}.`;
  }

  /** Lets somebody see what nobody is named as the author of: its text, and nothing that went with it. @param {Element} line @param {Element} text @param {string} body */
  offer(line, text, body) {
    const said = asSaid(body);
    if (!said) return;
    const act = document.createElement("div");
    act.className = "btn-row";
    act.dataset.offer = "";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn--quiet";
    button.textContent = TEXT.offered;
    button.onclick = () => {
      text.textContent = said.text;
      act.remove();
    };
    act.append(button);
    line.after(act);
  }

  /** @param {HTMLElement} row @param {Attachment[]} attachments */
  attached(row, attachments) {
    const list = row.querySelector("[data-attachments]");
    if (!(list instanceof HTMLElement)) return;
    list.hidden = attachments.length === 0;
    list.replaceChildren(...attachments.map((one) => this.fileRow(one)));
  }

  /** @param {Attachment} attachment */
  fileRow(attachment) {
    const row = document.createElement("li");
    row.className = "stack-1";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn--quiet file";
    button.textContent = `${attachment.name}, ${sizeInWords(attachment.size)}`;
    button.setAttribute("aria-label", `Open and save ${attachment.name}, ${sizeInWords(attachment.size)}`);
    const bar = document.createElement("progress");
    bar.className = "bar";
    bar.max = 1;
    bar.hidden = true;
    bar.setAttribute("aria-label", attachment.name);
    const line = document.createElement("p");
    line.className = "hint";
    line.setAttribute("role", "status");
    button.onclick = () => void this.save(attachment, { button, bar, line });
    row.append(button, bar, line);
    return row;
  }

  /** @param {Attachment} attachment @param {{button: HTMLButtonElement, bar: HTMLProgressElement, line: HTMLElement}} shown */
  async save(attachment, { button, bar, line }) {
    button.disabled = true;
    bar.hidden = false;
    line.textContent = "";
    try {
      const tell = (/** @type {number} */ share) => void (bar.value = share);
      const found = await download(this.known.opened.identity.secret, attachment, { address: this.address, tell });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(found);
      link.download = attachment.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } catch (error) {
      line.textContent = error instanceof NotAuthentic ? TEXT.swapped : TEXT.away;
    }
    bar.hidden = true;
    button.disabled = false;
  }

  /** A clinician puts a copy into the record: the exact text stands there before it is sent. @param {HTMLElement} row @param {string} said */
  filing(row, said) {
    const box = row.querySelector("[data-filing]");
    const text = row.querySelector("[data-filing-text]");
    const form = row.querySelector("[data-filing-form]");
    const line = row.querySelector("[data-filing-line]");
    if (!(box instanceof HTMLElement) || !text || !(form instanceof HTMLFormElement) || !line) return;
    box.hidden = said === "";
    text.textContent = said;
    form.onsubmit = async (event) => {
      event.preventDefault();
      line.textContent = TEXT.filing;
      const address = `${this.address}/filing/${row.dataset.message}`;
      const answer = await send(address, { csrf: this.gate.csrf, text: said }).catch(() => undefined);
      line.textContent = answer?.ok ? TEXT.filed : answer ? TEXT.notFiled : TEXT.away;
      if (answer?.ok) location.reload();
    };
  }
}

/** What a body says; nothing where our modules did not write it. @param {string} body */
function asSaid(body) {
  try {
    return saidIn(body);
  } catch {
    return undefined;
  }
}

const gate = Gate.here();
const box = document.querySelector("[data-readers][data-address]");
if (gate && box instanceof HTMLElement) {
  void gate.stand(async (opened) => {
    const known = await Known.load(gate, opened);
    await new Thread(gate, box, known).begin();
  });
}
