// @ts-check
// The page of one's keys: they are made here, the recovery code is shown once and typed back in part, and only then does the
// server get the public half and two slots that it cannot open.

import { toBase64 } from "./bytes.js";
import { Gate, painted } from "./gate.js";
import { Identity } from "./identity.js";
import { NoPasskey, mayDerive, newPasskey, withPasskey } from "./passkey.js";
import { SHORTEST, newCode, withCode, withPassphrase } from "./slots.js";
import { succession } from "./succession.js";

const TEXT = {
  short: `A passphrase has at least ${SHORTEST} characters.`,
  differs: "The two are not the same.",
  making: "Making your keys…",
  wrong: "This is not what stands on the paper. The code is still above: look once more.",
  keeping: "Encrypting your keys for both ways…",
  kept: "Kept. From now on only what you chose, or the paper, opens what you write.",
  added: "Kept. The passkey opens your own words from now on, too.",
  device: "Follow what your device says. It asks twice: to make the passkey, and to use it.",
  stopped: "The device was not asked to the end. Nothing was kept.",
  unable: "This device cannot derive keys. Take a passphrase.",
  password: "Not kept: other keys in the place of yours need your sign-in password. Type it under the two groups, and press once more.",
  stale: "Your keys were changed in another tab meanwhile. Load this page again.",
};

class Keys {
  /** @param {Gate} gate */
  constructor(gate) {
    this.gate = gate;
    this.box = gate.box;
    /** @type {{identity: Identity, passphrase?: string, line?: string, code: string, groups: number[]} | undefined} */
    this.made = undefined;
    for (const form of this.box.querySelectorAll("[data-passphrase]")) {
      if (form instanceof HTMLFormElement) this.on(form, "submit", () => this.make(form));
    }
    for (const button of this.box.querySelectorAll("[data-make-passkey] button")) {
      this.on(button, "click", () => this.makeWithPasskey());
    }
    this.on(this.box.querySelector("[data-add-passkey] button"), "click", () => this.add());
    void this.offer();
    this.on(this.box.querySelector("[data-prove]"), "submit", () => this.prove());
    this.on(this.box.querySelector("[data-print]"), "click", () => print());
    this.on(this.box.querySelector("[data-export]"), "click", () => this.save());
    addEventListener("beforeunload", (event) => this.made && event.preventDefault());
    addEventListener("alcove:leaving", () => (this.made = undefined));
  }

  /** @param {Element | null} part @param {string} kind @param {() => unknown} act */
  on(part, kind, act) {
    part?.addEventListener(kind, (event) => {
      event.preventDefault();
      void act();
    });
  }

  /** Offers passkeys where this page may have one that derives keys. */
  async offer() {
    if (this.box.dataset.passkeys === undefined || !(await mayDerive())) return;
    for (const part of this.box.querySelectorAll("[data-make-passkey]")) {
      if (part instanceof HTMLElement) part.hidden = false;
    }
  }

  /** Offers another way in only while there is no passkey. */
  offerAnother() {
    const part = this.box.querySelector("[data-add-passkey]");
    const hasOne = this.gate.kept?.slots.some(({ kind }) => kind === "passkey");
    const offered = this.box.querySelector("[data-make-passkey]");
    if (part instanceof HTMLElement) part.hidden = hasOne || !(offered instanceof HTMLElement) || offered.hidden;
  }

  /** New slots, of new keys or of those that are open; the code comes first. @param {HTMLFormElement} form */
  async make(form) {
    const [passphrase = "", again = ""] = [...form.querySelectorAll("input")].map((one) => one.value);
    if (passphrase.trim().length < SHORTEST) return this.gate.say(TEXT.short);
    if (passphrase !== again) return this.gate.say(TEXT.differs);
    form.reset();
    await this.begin({ passphrase });
  }

  /** The same with a passkey in the place of the passphrase. */
  async makeWithPasskey() {
    this.gate.say(TEXT.device);
    await this.tried(async () => this.begin({ line: await newPasskey() }));
  }

  /** Does what the device may stop, and says so when it did. @param {() => Promise<unknown>} act */
  async tried(act) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof NoPasskey)) throw error;
      return this.gate.say(error.message === "unable" ? TEXT.unable : TEXT.stopped);
    }
  }

  /** @param {{passphrase?: string, line?: string}} way beside the paper */
  async begin(way) {
    this.gate.say(TEXT.making);
    const identity = this.gate.identity ?? (await Identity.make());
    const code = await newCode();
    this.made = { identity, ...way, code, groups: twoOf(code.split("-").length) };
    this.ask(this.made);
    const password = this.box.querySelector("[data-present]");
    if (password instanceof HTMLElement) password.hidden = !this.isAnew(identity);
    this.gate.say("");
    this.gate.show("code");
  }

  /** Whether these are other keys than those that there are. @param {Identity} identity */
  isAnew({ recipient }) {
    const { kept } = this.gate;
    return kept !== null && kept.recipient !== recipient;
  }

  /** @param {{code: string, groups: number[]}} made */
  ask({ code, groups }) {
    const shown = this.box.querySelector("[data-code]");
    if (shown) shown.textContent = code;
    for (const label of this.box.querySelectorAll("[data-group]")) {
      if (label instanceof HTMLElement) label.textContent = `The ${ordinal(groups[Number(label.dataset.group)] ?? 0)} group`;
    }
  }

  /** Two groups from the paper; then both slots are made and kept. */
  async prove() {
    const { gate, made } = this;
    const form = this.box.querySelector("[data-prove]");
    if (!made || !(form instanceof HTMLFormElement)) return;
    const fields = [...form.querySelectorAll("input")].filter(({ type }) => type !== "password");
    const typed = fields.map((one) => one.value.trim().toUpperCase());
    const groups = made.code.split("-");
    if (made.groups.some((group, at) => groups[group] !== typed[at])) return gate.say(TEXT.wrong);
    gate.say(TEXT.keeping);
    await painted();
    await this.tried(async () => {
      const { identity, passphrase, line } = made;
      const kept = await this.keep(identity, {
        recovery: toBase64(await withCode(identity, made.code)),
        ...(passphrase === undefined ? {} : { passphrase: toBase64(await withPassphrase(identity, passphrase)) }),
        ...(line === undefined ? {} : { passkey: toBase64(await withPasskey(identity, line)), passkey_line: line }),
      });
      if (!kept) return;
      this.made = undefined;
      form.reset();
      await gate.hold(identity);
      this.ask({ code: "", groups: [0, 1] });
      gate.say(TEXT.kept);
    });
  }

  /** A passkey beside the ways that there are, which stay as they are. */
  async add() {
    const { identity, kept } = this.gate;
    if (!identity || !kept) return;
    this.gate.say(TEXT.device);
    await this.tried(async () => {
      const line = await newPasskey();
      const passkey = toBase64(await withPasskey(identity, line));
      const there = Object.fromEntries(kept.slots.map(({ kind, file }) => [kind, file]));
      if (await this.keep(identity, { ...there, passkey, passkey_line: line })) this.gate.say(TEXT.added);
    });
  }

  /**
   * Gives the server the public half and the slots; whether it kept them.
   * @param {Identity} identity @param {Record<string, string>} slots
   */
  async keep(identity, slots) {
    const { gate } = this;
    const { recipient } = identity;
    const fields = { recipient, author: identity.authorText(), ...slots, revision: String(gate.kept?.revision ?? 0) };
    const isAnew = this.isAnew(identity);
    const present = this.box.querySelector("[data-present] input");
    const proof = { anew: "yes", present_password: present instanceof HTMLInputElement ? present.value : "" };
    try {
      const answer = await gate.send("/identity", isAnew ? { ...fields, ...proof } : fields);
      if (isAnew && answer.status === 422) {
        gate.say(TEXT.password);
        return false;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const { revision } = await answer.json();
      const { passkey_line: line, ...files } = slots;
      const told = Object.entries(files).map(([kind, file]) => (kind === "passkey" ? { kind, file, line } : { kind, file }));
      gate.kept = { revision, recipient, author: fields.author, slots: told };
      this.offerAnother();
      return true;
    } catch {
      gate.say(TEXT.stale);
      return false;
    }
  }

  /** The identity as a file of the person's own. */
  save() {
    const { identity } = this.gate;
    if (!identity) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([identity.text()], { type: "text/plain" }));
    link.download = "own-words-identity.txt";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
}

/** Two different places of so many, in order. @param {number} count */
function twoOf(count) {
  const [first = 0, second = 0] = crypto.getRandomValues(new Uint32Array(2));
  const one = first % count;
  const other = (one + 1 + (second % (count - 1))) % count;
  return [one, other].sort((a, b) => a - b);
}

/** @param {number} at */
const ordinal = (at) => ["first", "second", "third", "fourth", "fifth", "sixth", "seventh"][at] ?? "next";

const gate = Gate.here();
if (gate) {
  const keys = new Keys(gate);
  void gate.stand((opened) => {
    keys.offerAnother();
    return succession(gate, opened);
  });
}
