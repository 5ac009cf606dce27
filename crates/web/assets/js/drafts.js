// @ts-check
// Drafts save themselves: a form with data-autosave="/where" is sent there a few seconds after a change.
// While the network is away it is tried again. Typed words are never taken off the page.

/** Quiet time after the last change, and the longest that a change waits, in milliseconds. */
const QUIET = 2500;
const LONGEST = 10000;
/** Waiting between tries while the network is away. */
const FIRST_WAIT = 2000;
const MOST_WAIT = 30000;

/** What a browser sends for a page that is gone, in bytes (Fetch standard: 64 KiB for all of them). */
const KEEPALIVE = 60_000;

const TEXT = {
  away: "Not saved yet: no connection. Your words are on this page, and we keep trying.",
  changed: "This was changed somewhere else. Your words are still here: copy them, then open the page again.",
  out: "You are signed out. Your words are still here: copy them before you leave this page.",
  refused: "Not saved. Your words are still here: copy them before you leave this page.",
};

class Draft {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.line = form.querySelector("[data-draft]");
    this.since = 0;
    this.wait = FIRST_WAIT;
    /** @type {number | undefined} */
    this.timer = undefined;
    /** @type {AbortController | undefined} */
    this.sending = undefined;
    this.stopped = false;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("submit", () => this.stop());
    addEventListener("online", () => this.soon(0));
    addEventListener("alcove:leaving", () => this.stop());
    addEventListener("beforeunload", (event) => {
      if (!this.since || this.stopped) return;
      if (this.wait > FIRST_WAIT) event.preventDefault();
      this.save();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.since && !this.stopped) this.save();
    });
  }

  changed() {
    const now = performance.now();
    this.since ||= now;
    this.soon(Math.min(QUIET, Math.max(0, this.since + LONGEST - now)));
  }

  /** @param {number} wait */
  soon(wait) {
    if (this.stopped || !this.since) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  async save() {
    if (this.stopped || this.sending) return this.soon(QUIET);
    const started = this.since;
    this.since = 0;
    this.sending = new AbortController();
    const body = this.body();
    try {
      const answer = await fetch(this.form.dataset.autosave || "", {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        // Sent to its end although the page is left.
        keepalive: body.toString().length < KEEPALIVE,
        redirect: "error",
        signal: this.sending.signal,
      });
      if (answer.ok) this.saved(await answer.json());
      else if (answer.status === 429 || answer.status >= 500) this.again(started);
      else this.refused(answer.status);
    } catch {
      this.again(started);
    } finally {
      this.sending = undefined;
    }
  }

  body() {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) body.append(name, String(value));
    return body;
  }

  /** @param {{at?: string, revision?: number}} answer */
  saved(answer) {
    this.wait = FIRST_WAIT;
    const revision = this.form.elements.namedItem("revision");
    if (revision instanceof HTMLInputElement && answer.revision !== undefined) {
      revision.value = String(answer.revision);
    }
    this.say(answer.at ? `Draft saved ${answer.at}` : "Draft saved");
  }

  /** @param {number} started */
  again(started) {
    if (this.stopped) return;
    this.since ||= started;
    this.say(TEXT.away);
    this.wait = Math.min(this.wait * 2, MOST_WAIT);
    this.soon(this.wait);
  }

  /** @param {number} status */
  refused(status) {
    this.stop();
    if (status === 409) this.say(TEXT.changed);
    else if (status === 401 || status === 403) this.say(TEXT.out);
    else this.say(TEXT.refused);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    this.sending?.abort();
  }

  /** @param {string} words */
  say(words) {
    if (this.line) this.line.textContent = words;
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) {
  if (form instanceof HTMLFormElement) new Draft(form);
}

export {};
