// @ts-check
// Known keys: which public keys of others this person's browser has seen, and which it compared by six words. The file is for
// this person alone, so that the server cannot say in it that other keys are the same.
//
// Keys that were compared end the trust in those that were only seen: had somebody stood in between from the beginning, those would
// be theirs. Doubt is of persons, each by themselves, and is kept: it ends for each when the words were compared with them.

import { filled, fromBase64, toBase64 } from "./bytes.js";
import { NotAuthentic, NotForMe } from "./envelope.js";

/** @typedef {{recipient: string, author: string}} Keys */
/** @typedef {Keys & {since: string, how: "first" | "words"}} Seen */
/** @typedef {{person: string, name: string, keys: Keys | null}} Reader */
/**
 * How it stands with a reader's keys: none there, none seen before, the same, others than before, seen before and not known any more.
 * @typedef {"absent" | "first" | "same" | "changed" | "doubted"} Standing
 */
/** @typedef {import("./gate.js").Gate} Gate */
/** @typedef {import("./gate.js").Opened} Opened */

/** In the place of a person: whoever is not known. */
const EVERYBODY = "*";
/** Tries to keep what was seen while another tab keeps, too. */
const TRIES = 3;

/** @param {Keys | null | undefined} one @param {Keys | null | undefined} other */
const isSame = (one, other) => !!one && !!other && one.recipient === other.recipient && one.author === other.author;

export class Known {
  /** @param {Gate} gate @param {Opened} opened */
  constructor(gate, opened) {
    this.gate = gate;
    this.opened = opened;
    this.revision = 0;
    /** Everybody's keys, the newest last. @type {Map<string, Seen[]>} */
    this.people = new Map();
    /** Whose keys are not taken at first sight: they were seen before, and what was seen is lost. @type {Set<string>} */
    this.doubted = new Set();
    /** Whether there was nothing to read. */
    this.isNew = true;
  }

  /** @param {Gate} gate @param {Opened} opened */
  static async load(gate, opened) {
    const known = new Known(gate, opened);
    await known.read();
    return known;
  }

  /** @param {number} revision */
  place(revision) {
    const { installation, person, identity } = this.opened;
    const kind = /** @type {const} */ ("known-keys");
    return { installation, kind, place: person, item: person, revision, author: person, recipients: [identity.recipient] };
  }

  async read() {
    const { file, revision } = await this.gate.ask("/known-keys");
    this.revision = revision;
    if (!file) return;
    try {
      const { body } = await this.opened.identity.open(fromBase64(file), this.place(revision));
      for (const [person, seen] of Object.entries(JSON.parse(body))) {
        if (seen.length > 0) this.people.set(person, seen);
        else this.doubted.add(person);
      }
      this.isNew = false;
    } catch (error) {
      if (!(error instanceof NotAuthentic)) throw error;
      // What the server keeps is not what this person wrote. Who began anew with other keys of their own begins anew with this, too.
      if (!(error instanceof NotForMe)) this.doubt([EVERYBODY]);
    }
  }

  /** Takes nobody's keys of these at first sight. @param {string[]} people */
  doubt(people) {
    for (const person of people) if (person !== this.opened.reader && this.of(person).length === 0) this.doubted.add(person);
  }

  /** What is known of somebody, the newest last. @param {string} person */
  of(person) {
    return this.people.get(person) ?? [];
  }

  /** Those of them that are taken for somebody's: once some were compared, only such. @param {string} person */
  trusted(person) {
    const seen = this.of(person);
    const compared = seen.filter(({ how }) => how === "words");
    return compared.length > 0 ? compared : seen;
  }

  /** @param {Reader} reader @returns {Standing} */
  standing(reader) {
    if (!reader.keys) return "absent";
    const newest = this.of(reader.person).at(-1);
    if (!newest) return this.doubted.has(reader.person) || this.doubted.has(EVERYBODY) ? "doubted" : "first";
    return isSame(newest, reader.keys) ? "same" : "changed";
  }

  /** When the keys that somebody has now were compared by six words; nothing when they were not. @param {Reader} reader */
  compared(reader) {
    const newest = this.of(reader.person).at(-1);
    return newest?.how === "words" && isSame(newest, reader.keys) ? newest.since : undefined;
  }

  /** Takes the keys of those who were never seen before as theirs, at first sight. @param {Reader[]} readers */
  async meet(readers) {
    const fresh = readers.filter((reader) => reader.person !== this.opened.reader && this.standing(reader) === "first");
    if (fresh.length > 0) await this.add(fresh, "first");
  }

  /** The same for this page alone: nothing is kept of it. @param {Reader[]} readers */
  glimpse(readers) {
    for (const { person, keys, name } of readers) {
      if (!keys || person === this.opened.reader || this.standing({ person, keys, name }) !== "first") continue;
      this.people.set(person, [{ ...keys, since: new Date().toISOString(), how: "first" }]);
    }
  }

  /** Takes the keys that somebody has now as theirs: both compared six words. @param {Reader} reader */
  agree(reader) {
    return this.add([reader], "words");
  }

  /** @param {Reader[]} readers @param {"first" | "words"} how */
  async add(readers, how) {
    for (let left = TRIES; left > 0; left -= 1) {
      for (const { person, keys } of readers) {
        if (!keys) continue;
        const { recipient, author } = keys;
        this.doubted.delete(person);
        const before = this.of(person).filter((one) => !isSame(one, keys));
        this.people.set(person, [...before, { recipient, author, since: new Date().toISOString(), how }]);
      }
      if (await this.keep()) return;
      this.people = new Map();
      await this.read();
      this.doubt([...this.doubted]);
    }
    throw new Error("known keys were not kept");
  }

  /** Whether it is kept; not when another tab was faster. */
  async keep() {
    const doubted = [...this.doubted].map((person) => /** @type {[string, Seen[]]} */ ([person, []]));
    const text = JSON.stringify(Object.fromEntries([...doubted, ...this.people]));
    const file = toBase64(await this.opened.identity.seal(this.place(this.revision + 1), filled(text)));
    const answer = await this.gate.send("/known-keys", { revision: String(this.revision), file });
    if (answer.status === 409) return false;
    if (!answer.ok) throw new Error(String(answer.status));
    this.revision = (await answer.json()).revision;
    this.isNew = false;
    return true;
  }
}
