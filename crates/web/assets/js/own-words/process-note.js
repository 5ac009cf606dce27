// @ts-check
// The process note in the session workspace: read and written in this browser alone.

import { Field, words } from "./field.js";
import { Gate } from "./gate.js";
import { anyExecutor, asked, executorOf } from "./succession.js";

const UNREAD = "What stands here could not be loaded, so nothing can be typed. Load the page again; if it stays so, tell the owner of the practice.";

const gate = Gate.here();
const box = document.querySelector("[data-process-note]");

if (gate && box instanceof HTMLElement) {
  const address = box.dataset.processNote ?? "";
  const area = box.querySelector("textarea");
  const line = box.querySelector("[data-line]");
  const newest = async () => {
    const answer = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };
  void gate.stand(async (opened) => {
    if (!area) return;
    const { installation, person, identity } = opened;
    const executor = async () => {
      const found = executorOf(opened, await asked(gate));
      for (const told of document.querySelectorAll("[data-executor]")) {
        if (told instanceof HTMLElement) told.hidden = found === "";
      }
      return found;
    };
    const loaded = await Promise.all([newest(), executor()]).catch(() => undefined);
    if (!loaded) {
      if (line) line.textContent = UNREAD;
      return;
    }
    const [stored, readers] = loaded;
    const place = /** @type {const} */ ({ installation, kind: "process-note", place: stored.place, item: stored.item, author: person });
    const found = stored.file ? await words(identity, place, stored.file, stored.revision, anyExecutor(identity)) : { text: "" };
    if (found.text === undefined && line) line.textContent = found.why;
    if (found.text === undefined && !found.isClosed) return;
    area.value = found.text ?? "";
    // Nobody types before what stands there is on the page.
    area.disabled = false;
    const kept = { address, csrf: gate.csrf, place, revision: stored.revision, newest, readers: { executor: readers, asked: executor } };
    const field = new Field(area, line, identity, kept);
    gate.closing.push(() => field.keep());
    offer(area);
  });
}

/**
 * Offers the process note as a place for each block of the note: its words leave the form for the field that this browser
 * encrypts, before the form is sent.
 * @param {HTMLTextAreaElement} area
 */
function offer(area) {
  for (const side of document.querySelectorAll("[data-to-process]")) {
    if (!(side instanceof HTMLElement)) continue;
    side.hidden = false;
    side.querySelector("input")?.addEventListener("change", () => {
      const block = document.getElementById(side.dataset.toProcess ?? "");
      if (!(block instanceof HTMLTextAreaElement) || block.value.trim() === "") return;
      area.value = [area.value.trim(), block.value.trim()].filter(Boolean).join("\n\n");
      block.value = "";
      area.dispatchEvent(new Event("input", { bubbles: true }));
      area.focus();
    });
  }
}
