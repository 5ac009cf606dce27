// @ts-check
// A list of threads: what each is about is read in this browser alone.

import { Gate } from "./gate.js";
import { Known } from "./known.js";
import { read } from "./message.js";
import { readersOf } from "./readers.js";

const WHY = {
  closed: "Encrypted for other keys than yours of today",
  broken: "Not authentic: what it is about is not shown",
  uncompared: "Begun with other keys than before",
  unverified: "Not verified: begun with keys that were never compared",
};

const gate = Gate.here();
void gate?.stand(async (opened) => {
  const known = await Known.load(gate, opened);
  const rows = [...document.querySelectorAll("[data-about]")].filter((row) => row instanceof HTMLElement);
  // Who began one has seen its readers' keys: when the server gives none of what was seen, these are not taken at first sight.
  const begun = known.isNew ? rows.filter((row) => row.dataset.by === opened.reader) : [];
  for (const row of begun) known.doubt(readersOf(row).map(({ person }) => person));
  for (const row of rows) {
    const { thread = "", about = "", by = "" } = row.dataset;
    const readers = readersOf(row);
    known.glimpse(readers);
    const found = await read(known, readers, { kind: "thread", place: thread, item: thread, author: by }, about);
    row.textContent = found.body ?? WHY[found.why];
  }
});
