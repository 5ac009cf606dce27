// @ts-check
// Succession: whether a clinician lets the practice's executor open their process notes. What counts is what the clinician's own
// keys signed: a server that names somebody else gets nothing encrypted for them.

import { ed25519 } from "../../vendor/age.js";
import { fromBase64, toBase64 } from "./bytes.js";
import { NotAuthentic, hex, unhex } from "./envelope.js";
import { send } from "./gate.js";

/** @typedef {import("./gate.js").Gate} Gate */
/** @typedef {import("./gate.js").Opened} Opened */
/** @typedef {import("./identity.js").Identity} Identity */
/** @typedef {{to: string | null, signature: string, when: string}} Decided */
/** @typedef {{registered: string | null, decided: Decided | null, revision: number, notes: {all: number, waiting: string[], closed: number}}} Standing */

/** Crockford's Base32, and how many characters a check has. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHECK = 12;

/** What people compare: the first 60 bits of a digest of the recipient. @param {string} recipient */
export async function checkOf(recipient) {
  const bytes = new TextEncoder().encode(`succession recipient\n${recipient}\n`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const bits = [...digest.subarray(0, 8)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const letters = Array.from({ length: CHECK }, (_, at) => LETTERS[Number.parseInt(bits.slice(at * 5, at * 5 + 5), 2)]);
  return (letters.join("").match(/.{4}/g) ?? []).join("-");
}

/** @param {Pick<Opened, "installation" | "person">} whose @param {number} revision @param {string | null} to */
const statement = ({ installation, person }, revision, to) =>
  new TextEncoder().encode(`alcove-succession-1\n${installation}\n${person}\n${revision}\n${to ?? "-"}\n`);

/** A decision, signed by its author. @param {Opened} opened @param {number} revision @param {string | null} to */
export const signed = (opened, revision, to) => hex(ed25519.sign(statement(opened, revision, to), opened.identity.signing));

/** Whether a decision is its author's own. @param {Opened} opened @param {Standing} standing */
function isSigned(opened, { decided, revision }) {
  if (!decided || !/^[0-9a-f]{128}$/.test(decided.signature)) return false;
  try {
    const text = statement(opened, revision, decided.to);
    return ed25519.verify(unhex(decided.signature), text, opened.identity.author, { zip215: false });
  } catch {
    return false;
  }
}

/**
 * How it stands: nobody is registered, the author gives to whom is registered ("on"), gave to an earlier one, gives to nobody, or the
 * server claims a decision that the author did not sign.
 * @param {Opened} opened @param {Standing} standing
 * @returns {"none" | "on" | "earlier" | "off" | "forged"}
 */
export function stands(opened, standing) {
  const to = standing.decided?.to;
  if (to && !isSigned(opened, standing)) return "forged";
  if (to) return to === standing.registered ? "on" : "earlier";
  return standing.registered ? "off" : "none";
}

/** Who can open a new note beside its author; nobody where the author did not sign for them. @param {Opened} opened @param {Standing} standing */
export const executorOf = (opened, standing) => (stands(opened, standing) === "on" ? (standing.decided?.to ?? "") : "");

/** @param {Identity} identity @param {string} executor */
export const readersOf = (identity, executor) => (executor ? [identity.recipient, executor] : [identity.recipient]);

/** Whether a note that is read may be for these: its author, and one executor of today or of before. @param {Identity} identity */
export const anyExecutor = (identity) => (/** @type {string[]} */ listed) =>
  listed.length <= 2 && listed.includes(identity.recipient);

/** @param {Gate} gate @returns {Promise<Standing>} */
export const asked = (gate) => gate.ask("/succession");

/**
 * The same words for other readers, signed for the next revision.
 * @param {Opened} opened @param {{place: string, item: string, revision: number, file: string}} note @param {string} executor
 */
export async function renewed({ installation, person, identity }, note, executor) {
  const place = /** @type {const} */ ({ installation, kind: "process-note", place: note.place, item: note.item, author: person });
  const found = await identity.open(fromBase64(note.file), { ...place, revision: note.revision, recipients: anyExecutor(identity) });
  const next = { ...place, revision: note.revision + 1, recipients: readersOf(identity, executor) };
  return identity.seal(next, found.body);
}

const TEXT = {
  deciding: "Keeping what you decided…",
  stale: "This was changed in another tab, or the practice registered other cards meanwhile. Load this page again.",
  away: "The practice’s server did not answer. Load this page again: it goes on where it was.",
  done: "All of your process notes are as you decided.",
  /** @param {number} count */
  left: (count) => `${count} ${count === 1 ? "note" : "notes"} could not be opened with your keys of today, and stay as they are.`,
  /** @param {number} count */
  closed: (count) => `${count} ${count === 1 ? "note" : "notes"} in records that are not open to you any more stay as they are.`,
  /** @param {number} done @param {number} all */
  going: (done, all) => `${done} of ${all} notes. You can leave this page: it goes on when you open it again.`,
};

/** The part of the page of the keys where it is decided. */
class Succession {
  /** @param {Gate} gate @param {HTMLElement} box @param {Opened} opened */
  constructor(gate, box, opened) {
    this.gate = gate;
    this.box = box;
    this.opened = opened;
    /** @type {Standing | undefined} */
    this.standing = undefined;
    box.querySelector("[data-give]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.decide(this.standing?.registered ?? null);
    });
    box.querySelector("[data-take-back]")?.addEventListener("click", () => void this.decide(null));
  }

  async show() {
    const standing = await asked(this.gate);
    this.standing = standing;
    const how = stands(this.opened, standing);
    const shown = { none: ["none"], off: ["off"], on: ["on", "given"], earlier: ["earlier", "off", "given"], forged: ["forged", "off", "given"] }[how];
    for (const part of this.box.querySelectorAll("[data-stands]")) {
      if (part instanceof HTMLElement) part.hidden = !shown.includes(part.dataset.stands ?? "");
    }
    const check = standing.registered ? await checkOf(standing.registered) : "";
    for (const place of this.box.querySelectorAll("[data-check]")) place.textContent = check;
    const since = this.box.querySelector("[data-since]");
    if (since) since.textContent = standing.decided?.when ?? "";
    if (how !== "forged") await this.renew();
  }

  /** @param {string | null} to */
  async decide(to) {
    if (!this.standing) return;
    this.say(TEXT.deciding);
    const { revision } = this.standing;
    const fields = { to: to ?? "", signature: signed(this.opened, revision + 1, to), revision: String(revision) };
    try {
      await this.gate.post("/succession", fields);
    } catch {
      return this.say(TEXT.stale);
    }
    const form = this.box.querySelector("[data-give]");
    if (form instanceof HTMLFormElement) form.reset();
    await this.show().catch(() => this.say(TEXT.away));
  }

  /** Every note that waits for it, one after the other. */
  async renew() {
    const standing = this.standing;
    if (!standing) return;
    const { waiting, closed } = standing.notes;
    const executor = executorOf(this.opened, standing);
    let left = 0;
    for (const [done, note] of waiting.entries()) {
      this.advance(done, waiting.length);
      if (!(await this.one(note, executor))) left += 1;
    }
    this.advance(waiting.length, waiting.length);
    const words = [left ? TEXT.left(left) : "", closed ? TEXT.closed(closed) : ""].filter(Boolean);
    const isDecided = standing.decided !== null && !(standing.decided.to && !executor);
    this.say(words.length > 0 ? words.join(" ") : isDecided ? TEXT.done : "");
  }

  /** Whether it is as it is to be now. @param {string} note @param {string} executor */
  async one(note, executor) {
    const path = `/notes/${note}`;
    const found = await this.gate.ask(path);
    let file;
    try {
      file = await renewed(this.opened, found, executor);
    } catch (error) {
      if (error instanceof NotAuthentic) return false;
      throw error;
    }
    const fields = { csrf: this.gate.csrf, revision: String(found.revision), executor, file: toBase64(file) };
    const answer = await send(this.gate.base + path, fields);
    // Whoever wrote in it meanwhile wrote for the readers of today.
    if (answer.status === 409) return true;
    if (!answer.ok) throw new Error(String(answer.status));
    this.gate.used = Date.now();
    return true;
  }

  /** @param {number} done @param {number} all */
  advance(done, all) {
    const part = this.box.querySelector("[data-progress]");
    const bar = part?.querySelector("progress");
    if (!(part instanceof HTMLElement) || !bar) return;
    part.hidden = done >= all;
    bar.max = Math.max(all, 1);
    bar.value = done;
    if (done < all) this.say(TEXT.going(done, all));
  }

  /** @param {string} words */
  say(words) {
    const line = this.box.querySelector("[data-anew-line]");
    if (line) line.textContent = words;
  }
}

/** On the page of the keys at the desk; nothing on the portal's. @param {Gate} gate @param {Opened} opened */
export function succession(gate, opened) {
  const box = gate.box.querySelector("[data-succession]");
  if (!(box instanceof HTMLElement)) return;
  const part = new Succession(gate, box, opened);
  void part.show().catch(() => part.say(TEXT.away));
}
