// @ts-check
// Whose keys stand on the page, how it stands with each, and the six words by which two people compare them.

import { Known } from "./known.js";
import { painted } from "./gate.js";
import { sixWords } from "./six-words.js";

/** @typedef {import("./known.js").Reader} Reader */
/** @typedef {import("./gate.js").Gate} Gate */
/** @typedef {import("./gate.js").Opened} Opened */

const TEXT = {
  absent: "No keys yet",
  changed: "Other keys than before: compare the six words",
  doubted: "Your browser cannot tell whether these keys are those of before: compare the six words",
  first: "Not compared yet",
  compared: "Compared on ",
  making: "Working out the six words…",
  agreed: "Noted. The six words are the same, and these are the keys that you write for from now on.",
  replaced:
    "Noted. The six words are the same, and these are the keys that you write for from now on. Keys of before were never compared: what was written with them is marked, and whoever has them can read what was sent until now.",
  nameless: "somebody without a name",
  me: "you",
  failed: "Not noted: no connection. Try once more.",
};

/** Those who read, as the page names them. @param {HTMLElement} box @returns {Reader[]} */
export function readersOf(box) {
  return JSON.parse(box.dataset.readers ?? "[]");
}

/** @param {string} day an instant */
const inWords = (day) => new Date(day).toLocaleDateString(document.documentElement.lang || undefined, { day: "numeric", month: "long", year: "numeric" });

/** "Sam, Dr. Okafor and you" @param {string[]} names */
export const listed = (names) => new Intl.ListFormat("en-GB", { type: "conjunction" }).format(names);

export class Readers {
  /** @param {Known} known @param {Reader[]} readers @param {HTMLElement | null} card where the six words are */
  constructor(known, readers, card) {
    this.known = known;
    // Whatever the page says of one's own keys: what is written is for those that are open here.
    const { reader: me, identity } = known.opened;
    const mine = { recipient: identity.recipient, author: identity.authorText() };
    this.readers = readers.map((reader) => (reader.person === me ? { ...reader, keys: mine } : reader));
    this.card = card;
    /** Called when two people have compared. @type {() => unknown} */
    this.agreed = () => {};
    this.others = this.readers.filter(({ person }) => person !== me);
  }

  /** Whose keys are others than before, or may be: nothing is encrypted for these. */
  changed() {
    return this.others.filter((reader) => ["changed", "doubted"].includes(this.known.standing(reader)));
  }

  /** For whom something is encrypted, by name: those very readers whose keys are taken for it. */
  names() {
    const others = this.others.map(({ name }) => name.trim() || TEXT.nameless);
    return listed([...others, ...(this.others.length < this.readers.length ? [TEXT.me] : [])]);
  }

  /** Writes down how it stands with each, and lets them be compared. */
  show() {
    for (const row of this.card?.querySelectorAll("[data-compare]") ?? []) {
      const reader = row instanceof HTMLElement ? this.others.find(({ person }) => person === row.dataset.compare) : undefined;
      if (!reader || !(row instanceof HTMLElement)) continue;
      this.tell(row, reader);
      const button = row.querySelector("[data-show-words]");
      if (!(button instanceof HTMLButtonElement)) continue;
      button.hidden = !reader.keys;
      button.onclick = () => void this.words(row, reader);
    }
  }

  /** @param {HTMLElement} row @param {Reader} reader */
  tell(row, reader) {
    const line = row.querySelector("[data-standing]");
    const standing = this.known.standing(reader);
    const compared = this.known.compared(reader);
    if (line) line.textContent = compared ? TEXT.compared + inWords(compared) : standing === "same" ? TEXT.first : TEXT[standing];
  }

  /** @param {HTMLElement} row @param {Reader} reader */
  async words(row, reader) {
    const box = row.querySelector("[data-words]");
    const list = row.querySelector("[data-list]");
    const line = row.querySelector("[data-line]");
    const same = row.querySelector("[data-same]");
    if (!(box instanceof HTMLElement) || !list || !line || !(same instanceof HTMLButtonElement) || !reader.keys) return;
    line.textContent = TEXT.making;
    await painted();
    const { identity } = this.known.opened;
    const mine = { recipient: identity.recipient, author: identity.authorText() };
    list.replaceChildren(...(await sixWords(mine, reader.keys)).map(item));
    line.textContent = "";
    box.hidden = false;
    same.onclick = () => void this.agree(row, reader);
    if (list instanceof HTMLElement) list.focus();
  }

  /** @param {HTMLElement} row @param {Reader} reader */
  async agree(row, reader) {
    const line = row.querySelector("[data-line]");
    const before = this.known.trusted(reader.person);
    try {
      await this.known.agree(reader);
    } catch {
      if (line) line.textContent = TEXT.failed;
      return;
    }
    const box = row.querySelector("[data-words]");
    if (box instanceof HTMLElement) box.hidden = true;
    const now = this.known.trusted(reader.person);
    const isLess = before.some(({ author }) => !now.some((one) => one.author === author));
    if (line) line.textContent = isLess ? TEXT.replaced : TEXT.agreed;
    this.tell(row, reader);
    this.agreed();
  }
}

/** @param {string} word */
function item(word) {
  const one = document.createElement("li");
  one.textContent = word;
  return one;
}
