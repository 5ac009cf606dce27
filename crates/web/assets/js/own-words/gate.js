// @ts-check
// The gate before own words: it asks the server whose keys there are and for its half of this tab, opens them with what
// somebody types, and closes again after ten idle minutes. What is behind it is shown only while it is open.

import { fromBase64 } from "./bytes.js";
import { Identity } from "./identity.js";
import { mayDerive, unlockedByPasskey } from "./passkey.js";
import { unlocked } from "./slots.js";
import { forget, keep, keeps, kept } from "./tab.js";

/** How long the keys stay open without use, and how often the server is told of use, in milliseconds. */
const IDLE = 10 * 60_000;
const TELL = 60_000;

/** @typedef {"opening" | "absent" | "code" | "locked" | "open"} State */
/**
 * What is open: `person` is whose own words these are, `reader` the same for the others of a thread, where ids tell nothing.
 * @typedef {{installation: string, person: string, reader: string, identity: Identity}} Opened
 */
/** @typedef {{revision: number, recipient: string, author: string, slots: {kind: string, file: string, line?: string}[]}} Kept */

const TEXT = {
  opening: "Opening…",
  wrong: "This opens nothing. Look at it once more: capital letters and spaces count in a passphrase.",
  passkey: "The device was not asked to the end, or it is another one.",
  away: "The practice’s server did not answer. Load this page again.",
  foreign: "These keys are not the ones that the practice’s server shows for you. Tell the practice before you write anything.",
};

export class Gate {
  /** @param {HTMLElement} box the element with data-own-words */
  constructor(box) {
    this.box = box;
    this.base = box.dataset.ownWords ?? "";
    this.csrf = box.dataset.csrf ?? "";
    this.line = box.querySelector("[data-say]");
    this.installation = "";
    this.person = "";
    this.reader = "";
    /** @type {Kept | null} */
    this.kept = null;
    /** @type {Identity | undefined} */
    this.identity = undefined;
    /** Asked before the gate closes by itself: whether what is typed was kept. @type {(() => Promise<boolean>)[]} */
    this.closing = [];
    this.used = Date.now();
    this.show("opening");
    box.querySelector("[data-unlock]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.unlock();
    });
    box.querySelector("[data-by-passkey] button")?.addEventListener("click", () => void this.unlockByPasskey());
    box.querySelector("[data-close-tab]")?.addEventListener("click", () => void this.close());
    // Quick exit leaves nothing of the keys in this tab.
    addEventListener("alcove:leaving", () => forget());
    for (const kind of ["input", "keydown", "pointerdown"]) addEventListener(kind, () => (this.used = Date.now()), { capture: true });
    // A page that comes back from the browser's memory is asked for anew.
    addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  /** The gate of this page; nothing on a page without. */
  static here() {
    const box = document.querySelector("[data-own-words]");
    return box instanceof HTMLElement ? new Gate(box) : undefined;
  }

  /**
   * Finds out how it stands, and calls `inside` once the keys are open, now or later.
   * @param {(opened: Opened) => unknown} inside
   */
  async stand(inside) {
    this.inside = inside;
    try {
      const { installation, person, reader, kept: there } = await this.ask("/identity");
      Object.assign(this, { installation, person, reader, kept: there });
      if (!there) {
        forget();
        this.show("absent");
        return;
      }
      const found = keeps() ? await this.again() : undefined;
      if (found) this.open(found);
      else await this.lock();
    } catch {
      this.say(TEXT.away);
    }
  }

  /** Shows how to open the keys: with a passkey, too, where there is one and this browser can. */
  async lock() {
    const part = this.box.querySelector("[data-by-passkey]");
    const hasOne = this.slots().some(({ kind }) => kind === "passkey");
    if (part instanceof HTMLElement) part.hidden = !hasOne || !(await mayDerive());
    this.show("locked");
  }

  /** The slots that the server keeps. */
  slots() {
    return (this.kept?.slots ?? []).map(({ file, ...rest }) => ({ ...rest, file: fromBase64(file) }));
  }

  async unlockByPasskey() {
    const slot = this.slots().find(({ kind }) => kind === "passkey");
    this.say(TEXT.opening);
    const found = slot && (await unlockedByPasskey(slot));
    if (found) await this.hold(found);
    else this.say(TEXT.passkey);
  }

  /** What this tab keeps, with the server's half. */
  async again() {
    const { key } = await this.post("/tab", { want: "kept" });
    const found = key ? await kept(fromBase64(key), this.person) : undefined;
    if (!found || !this.isMine(found)) forget();
    return found;
  }

  async unlock() {
    const field = this.box.querySelector("[data-unlock] input");
    if (!(field instanceof HTMLInputElement) || !this.kept) return;
    this.say(TEXT.opening);
    await painted();
    const found = await unlocked(this.slots(), field.value);
    if (!found) {
      this.say(TEXT.wrong);
      field.select();
      return;
    }
    field.value = "";
    await this.hold(found);
  }

  /** Opens the gate with an identity, and keeps it for this tab's next pages. @param {Identity} identity */
  async hold(identity) {
    const { key } = await this.post("/tab", { want: "new" });
    await keep(identity, fromBase64(key), this.person);
    this.open(identity);
  }

  /** @param {Identity} identity */
  open(identity) {
    if (!this.isMine(identity)) {
      this.say(TEXT.foreign);
      return;
    }
    this.identity = identity;
    this.say("");
    this.show("open");
    this.watch();
    const { installation, person, reader } = this;
    this.inside?.({ installation, person, reader, identity });
  }

  /** Whether the server shows the very keys that were opened. @param {Identity} identity */
  isMine(identity) {
    return this.kept?.recipient === identity.recipient && this.kept.author === identity.authorText();
  }

  /** Tells the server of use, and closes when there was none, or when the keys were closed in another tab. */
  watch() {
    if (this.timer) return;
    let told = Date.now();
    this.timer = setInterval(() => {
      if (Date.now() - this.used >= IDLE) void this.close();
      else if (this.used > told) {
        told = Date.now();
        const asked = this.post("/tab", { want: "kept" });
        asked.then(({ key }) => key ?? this.close()).catch(() => {});
      }
    }, TELL);
  }

  /** Closes the keys in every page of this tab, unless something that was typed could not be kept. */
  async close() {
    const saved = await Promise.all(this.closing.map((save) => save()));
    if (saved.includes(false)) return;
    forget();
    await this.post("/tab", { want: "nothing" }).catch(() => {});
    location.reload();
  }

  /** Shows what belongs to a state and hides the rest. @param {State} state */
  show(state) {
    for (const part of this.box.querySelectorAll("[data-when]")) {
      if (part instanceof HTMLElement) part.hidden = part.dataset.when !== state;
    }
  }

  /** @param {string} words */
  say(words) {
    if (this.line) this.line.textContent = words;
  }

  /** @param {string} path */
  async ask(path) {
    return answered(await fetch(this.base + path, { headers: { Accept: "application/json" }, redirect: "error" }));
  }

  /** @param {string} path below the page of the keys @param {Record<string, string>} fields */
  async post(path, fields) {
    return answered(await this.send(path, fields));
  }

  /** The same, whatever the answer is. @param {string} path @param {Record<string, string>} fields */
  send(path, fields) {
    return send(this.base + path, { csrf: this.csrf, ...fields });
  }
}

/** A form as the server takes it. @param {string} address @param {Record<string, string> | [string, string][]} fields */
export function send(address, fields) {
  return fetch(address, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { Accept: "application/json" },
    redirect: "error",
  });
}

/** @param {Response} answer */
function answered(answer) {
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/** Lets the page show what it says before something takes seconds. */
export const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
