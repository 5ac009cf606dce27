// @ts-check
// Drafts save themselves: a form with data-autosave="/where" is sent there a few seconds after a change, and before any
// other form is sent or a link is followed. While the network is away it is tried again. Typed words are never taken off
// the page. What the browser encrypts is saved by its own module, which joins here for what leads away from a page.

/** Quiet time after the last change, and the longest that a change waits, in milliseconds. */
export const QUIET = 2500;
const LONGEST = 10000;
/** Waiting between tries while the network is away. */
const FIRST_WAIT = 2000;
const MOST_WAIT = 30000;
/** How long what leads away waits for the words to be saved; the browser asks after that. */
const PATIENCE = 3000;

/** What a browser sends for a page that is gone, in bytes (Fetch standard: 64 KiB for all of them). */
const KEEPALIVE = 60_000;

const TEXT = {
  away: "Not saved yet: no connection. Your words are on this page, and we keep trying.",
  changed: "This was changed somewhere else. Your words are still here: copy them, then open the page again.",
  left: "What goes elsewhere is not kept before you press “Save draft”.",
  out: "You are signed out. Your words are still here: copy them before you leave this page.",
  refused: "Not saved. Your words are still here: copy them before you leave this page.",
  /** After what is said of a field; the next change is sent again. */
  kept: "Not saved until then. Your words are still here.",
};

/**
 * What saves typed words. `late`: the server did not answer in time, so that the browser asks before the page is left.
 * @typedef {object} Saves
 * @property {HTMLFormElement | null} form
 * @property {Promise<unknown> | undefined} sending
 * @property {boolean} late
 * @property {() => boolean} waits
 * @property {(form?: EventTarget | null) => Promise<unknown>} settle
 * @property {() => void} stop
 */

class Draft {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.line = form.querySelector("[data-draft]");
    this.since = 0;
    this.wait = FIRST_WAIT;
    /** @type {number | undefined} */
    this.timer = undefined;
    /** @type {Promise<void> | undefined} */
    this.sending = undefined;
    this.abort = new AbortController();
    this.stopped = false;
    /** The server did not answer, or not in time. */
    this.late = false;
    /** The server refused the words. */
    this.lost = false;
    form.addEventListener("input", () => this.changed());
    addEventListener("online", () => this.soon(0));
    addEventListener("alcove:leaving", () => this.stop());
    addEventListener("beforeunload", (event) => {
      if (this.lost || (this.late && (this.waits() || this.sending))) event.preventDefault();
      if (this.waits()) this.save();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.waits()) this.save();
    });
  }

  /** Whether there are words that nobody saves at the moment. */
  waits() {
    return this.since > 0 && !this.stopped;
  }

  changed() {
    const now = performance.now();
    this.since ||= now;
    this.soon(Math.min(QUIET, Math.max(0, this.since + LONGEST - now)));
  }

  /** @param {number} wait */
  soon(wait) {
    if (!this.waits()) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  save() {
    if (this.stopped || this.sending) return this.soon(QUIET);
    this.sending = this.send().finally(() => (this.sending = undefined));
  }

  async send() {
    const started = this.since;
    this.since = 0;
    const body = this.body();
    try {
      const answer = await fetch(this.form.dataset.autosave || "", {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        // Sent to its end although the page is left.
        keepalive: body.toString().length < KEEPALIVE,
        redirect: "error",
        signal: this.abort.signal,
      });
      if (answer.ok) this.saved(await answer.json());
      else if (answer.status === 429 || answer.status >= 500) this.again(started);
      else if (answer.status === 422) this.asked(await answer.json());
      else this.refused(answer.status);
    } catch {
      this.again(started);
    }
  }

  /**
   * Saves what waits before `form` is sent, or a link followed. The draft's own form carries its words by itself, and only
   * waits for the revision that is on its way.
   * @param {EventTarget | null} [form]
   */
  async settle(form) {
    await this.sending;
    if (form === this.form || !this.waits()) return;
    clearTimeout(this.timer);
    this.save();
    await this.sending;
  }

  body() {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) body.append(name, String(value));
    return body;
  }

  /** `left`: not all of it was kept, because it goes elsewhere. @param {{at?: string, revision?: number, left?: boolean}} answer */
  saved(answer) {
    this.wait = FIRST_WAIT;
    this.late = false;
    this.lost = false;
    const revision = this.form.elements.namedItem("revision");
    if (revision instanceof HTMLInputElement && answer.revision !== undefined) {
      revision.value = String(answer.revision);
    }
    const said = answer.at ? `Draft saved ${answer.at}` : "Draft saved";
    this.say(answer.left ? `${said}. ${TEXT.left}` : said);
  }

  /** @param {number} started */
  again(started) {
    if (this.stopped) return;
    this.late = true;
    this.since ||= started;
    this.say(TEXT.away);
    this.wait = Math.min(this.wait * 2, MOST_WAIT);
    this.soon(this.wait);
  }

  /**
   * A field cannot be kept as it is: says which and why, and waits for the next change.
   * @param {{fields?: [string, string][]}} answer
   */
  asked({ fields }) {
    this.wait = FIRST_WAIT;
    this.late = false;
    this.lost = true;
    const [name, message] = fields?.[0] ?? [];
    if (name === undefined) return this.say(TEXT.refused);
    const label = document.getElementById(name)?.closest(".field")?.querySelector("label");
    this.say([label?.textContent ? `${label.textContent.trim()}:` : "", message, TEXT.kept].join(" ").trim());
  }

  /** @param {number} status */
  refused(status) {
    if ([401, 403, 409].includes(status)) this.stop();
    this.lost = true;
    if (status === 409) this.say(TEXT.changed);
    else if (status === 401 || status === 403) this.say(TEXT.out);
    else this.say(TEXT.refused);
  }

  stop() {
    this.stopped = true;
    this.late = false;
    this.lost = false;
    clearTimeout(this.timer);
    this.abort.abort();
  }

  /** @param {string} words */
  say(words) {
    if (this.line) this.line.textContent = words;
  }
}

const forms = [...document.querySelectorAll("form[data-autosave]")];
/** @type {Saves[]} */
const drafts = forms.flatMap((form) => (form instanceof HTMLFormElement ? [new Draft(form)] : []));
/** Whether what leads away was held up already. */
let goesOn = false;

/**
 * Holds up what leads away until the words are saved, then lets it go on, whatever became of them.
 * @param {Event} event
 * @param {EventTarget | null} form what is sent; nothing for a link
 * @param {() => void} go
 */
async function hold(event, form, go) {
  event.preventDefault();
  event.stopImmediatePropagation();
  const late = setTimeout(() => drafts.forEach((draft) => (draft.late = true)), PATIENCE);
  const saved = Promise.all(drafts.map((draft) => draft.settle(form)));
  await Promise.race([saved, new Promise((over) => setTimeout(over, PATIENCE))]);
  clearTimeout(late);
  goesOn = true;
  go();
  goesOn = false;
}

addEventListener(
  "submit",
  (event) => {
    const { target: form, submitter } = event;
    if (!(form instanceof HTMLFormElement)) return;
    const holds = drafts.some((draft) => draft.sending || (draft.form !== form && draft.waits()));
    if (holds && !goesOn) return void hold(event, form, () => form.requestSubmit(submitter));
    drafts.find((draft) => draft.form === form)?.stop();
  },
  { capture: true },
);

addEventListener(
  "click",
  (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!(link instanceof HTMLAnchorElement) || link.matches("[data-open], [data-close], [data-exit]")) return;
    const staysHere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link.target || link.hash;
    const holds = drafts.some((draft) => draft.sending || draft.waits());
    if (holds && !goesOn && !staysHere) void hold(event, null, () => link.click());
  },
  { capture: true },
);

/** Lets something else be saved before what leads away from the page goes on. @param {Saves} saves */
export function alsoSaves(saves) {
  drafts.push(saves);
}
