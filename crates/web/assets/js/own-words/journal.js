// @ts-check
// The private journal: entries are opened, written, changed and removed in this browser alone.

import { Field, TEXT, words } from "./field.js";
import { Gate, send } from "./gate.js";

/** @typedef {import("./gate.js").Opened} Opened */

const REALLY = "Remove it for good";

/** @param {HTMLElement} section @param {Opened} opened */
const placeOf = (section, { installation, person }) =>
  /** @type {const} */ ({ installation, kind: "journal", place: section.dataset.place ?? "", author: person });

/**
 * The box for a new entry: its id is made here, so that a second try is the same entry.
 * @param {Gate} gate @param {HTMLElement} section @param {Opened} opened
 */
function fresh(gate, section, opened) {
  const form = section.querySelector("[data-new]");
  const area = form?.querySelector("textarea");
  if (!form || !area) return;
  const item = crypto.randomUUID();
  const kept = { address: `${section.dataset.journal}/${item}`, csrf: gate.csrf, place: { ...placeOf(section, opened), item }, revision: 0 };
  const field = new Field(area, form.querySelector("[data-line]"), opened.identity, kept);
  gate.closing.push(() => field.keep());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const isKept = await field.keep();
    if (isKept && kept.revision > 0) location.reload();
  });
}

/** @param {Gate} gate @param {HTMLElement} section @param {HTMLElement} entry @param {Opened} opened */
async function show(gate, section, entry, opened) {
  const text = entry.querySelector("[data-text]");
  const line = entry.querySelector("[data-line]");
  const acts = entry.querySelector("[data-acts]");
  if (!text || !line || !(acts instanceof HTMLElement)) return;
  const { entry: item = "", file = "" } = entry.dataset;
  const revision = Number(entry.dataset.revision);
  const place = { ...placeOf(section, opened), item };
  const found = await words(opened.identity, place, file, revision);
  if (found.text === undefined) {
    line.textContent = found.why;
    return;
  }
  const said = found.text;
  text.textContent = said;
  acts.hidden = false;
  const kept = { address: `${section.dataset.journal}/${item}`, csrf: gate.csrf, place, revision };
  acts.querySelector("[data-change]")?.addEventListener("click", (event) => {
    const area = editor(text, said, event.currentTarget);
    const field = new Field(area, line, opened.identity, kept);
    gate.closing.push(() => field.keep());
    area.focus();
  });
  acts.querySelector("[data-remove]")?.addEventListener("click", (event) => void remove(event.currentTarget, kept, entry, line));
}

/** Puts a field in the place of the text. @param {Element} text @param {string} said @param {EventTarget | null} button */
function editor(text, said, button) {
  const area = document.createElement("textarea");
  area.className = "textarea textarea--read";
  area.rows = 6;
  area.value = said;
  area.autocomplete = "off";
  area.spellcheck = false;
  area.translate = false;
  if (button instanceof HTMLElement) {
    area.setAttribute("aria-label", button.getAttribute("aria-label") ?? "");
    button.hidden = true;
  }
  text.replaceWith(area);
  return area;
}

/**
 * Removes an entry; the first press asks.
 * @param {EventTarget | null} button @param {{address: string, csrf: string, revision: number}} kept
 * @param {HTMLElement} entry @param {Element} line
 */
async function remove(button, kept, entry, line) {
  if (!(button instanceof HTMLElement)) return;
  if (button.textContent !== REALLY) {
    button.textContent = REALLY;
    button.removeAttribute("aria-label");
    return;
  }
  const answer = await send(`${kept.address}/removal`, { csrf: kept.csrf, revision: String(kept.revision) }).catch(() => undefined);
  if (answer?.ok) entry.remove();
  else line.textContent = answer ? TEXT.elsewhere : TEXT.away;
}

const gate = Gate.here();
void gate?.stand((opened) => {
  for (const section of gate.box.querySelectorAll("[data-journal]")) {
    if (!(section instanceof HTMLElement)) continue;
    fresh(gate, section, opened);
    for (const entry of section.querySelectorAll("[data-entry]")) {
      if (entry instanceof HTMLElement) void show(gate, section, entry, opened);
    }
  }
});
