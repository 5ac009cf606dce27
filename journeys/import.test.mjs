// What other systems wrote is taken in while the practice is served: health records, a list of couples, a calendar. The
// people show up at the desk of their clinician, the same files change nothing more, and a bad one changes nothing at all.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { arriving, chapters, press, told } from "./acts.mjs";
import { alcove, byHand, root } from "./ground.mjs";
import { openHouse } from "./house.mjs";

const chapter = chapters();
const house = await openHouse("import");
after(() => house.close());
// Files of the outside are not what the practice left behind, so they lie where the sweep does not look.
const outside = mkdtempSync(join(tmpdir(), "alcove-import-"));
after(() => rmSync(outside, { recursive: true, force: true }));

const data = join(root, "crates/exchange/tests");
const bundle = join(data, "data/fhir/synthea/Abdul_Koepp_e925b0f3-8006-43f6-aa31-94bd215e55e7.json");
const family = house.plant("imported name");
const partner = house.plant("imported couple");
const words = house.plant("imported note");
const address = house.plant("imported");

const okafor = await house.enter("adaeze");
const everything = ["people", "cases", "participants", "sessions", "session_people", "bookings", "imported_rows", "import_keys", "imports"];

/** @param {string} name @param {string} text */
function file(name, text) {
  const path = join(outside, name);
  writeFileSync(path, text);
  return path;
}

/** The test data's couples, with one couple more. */
const couples = file(
  "couples.csv",
  `${readFileSync(join(data, "fixtures/couples.csv"), "utf8").trimEnd()}\nIndividual,Maren ${family},${address},,Active\nCouple,Maren ${family} & Tove ${partner},,,Active\n`,
);

/** The test data's calendar, in a zone that it defines by itself: its event on a day of next week, and one of nobody's. */
function calendar() {
  const monday = nextMonday();
  const source = readFileSync(join(data, "data/ics/icalendar-py/calendars/america_new_york.ics"), "utf8");
  const [head, event] = source.replaceAll("\r\n", "\n").split(/(?=BEGIN:VEVENT)|(?<=END:VEVENT\n)/);
  /** @param {string} uid @param {string} from @param {string} until @param {string} title */
  const at = (uid, from, until, title) => {
    const moved = event.replace("noend123", uid).replace("20140829T080000", `${monday}T${from}`).replace("20140829T100000", `${monday}T${until}`);
    assert.notEqual(moved, event, "the test data's calendar is another one");
    return moved.replace(/SUMMARY:.*/, `SUMMARY:${title}`);
  };
  const theirs = at("noend123", "191500", "201500", `Maren ${family}`);
  const nobodys = at("noend124", "204500", "214500", `Dinner ${words}`);
  return file("calendar.ics", `${head}${theirs}${nobodys}END:VCALENDAR\n`);
}

/** The Monday after this week, as calendars write it. */
function nextMonday() {
  const at = new Date(Date.now() + 7 * 86_400_000);
  while (at.getUTCDay() !== 1) at.setUTCDate(at.getUTCDate() + 1);
  return at.toISOString().slice(0, 10).replaceAll("-", "");
}

/** @param {string[]} files */
async function take(...files) {
  const said = await alcove(["import", "--data", house.data, "--clinician", "adaeze", "--json", ...files]);
  assert.ok(said.code === 0 || said.code === 1, `import ended with ${said.code}: ${said.err}`);
  for (const secret of [family, partner, words, address, "Koepp"]) {
    const spoken = (said.out + said.err).replaceAll(bundle, "");
    assert.ok(!spoken.includes(secret), `the report names ${secret}`);
  }
  return { code: said.code, files: JSON.parse(said.out).files };
}

/** How many rows each table has, and what is in them that is not sealed. */
const rows = () => JSON.stringify(byHand(join(house.data, "alcove.db"), ...everything.map((table) => `SELECT count(*) FROM ${table}`)));
const kept = { files: /** @type {string[]} */ ([]), rows: "" };

chapter("three files are taken while everybody works", async () => {
  const before = await told(okafor, "/desk/cases");
  assert.ok(!before.includes("Koepp") && !before.includes(family));
  kept.files = [bundle, couples, calendar()];
  const { code, files } = await take(...kept.files);
  assert.equal(code, 0, JSON.stringify(files));
  assert.deepEqual(files.map((/** @type {any} */ one) => one.outcome), ["taken", "taken", "taken"]);
  assert.equal(files[0].taken.past_sessions, 14);
  assert.equal(files[0].taken.clinical_entries, 3);
  assert.ok(files[1].taken.relational_cases >= 7);
  assert.deepEqual(files[1].refused.map((/** @type {any} */ one) => one.line), [8, 9, 11, 12], "a minor, and rows that leave it open");
  assert.deepEqual(files[2].taken, { calendar_entries: 1, coming_sessions: 1 });
});

chapter("the people are at the desk of their clinician: cases, contact, calendar", async () => {
  let list = "";
  // What another process wrote is known to the server after its next look.
  for (let looks = 0; looks < 20 && !list.includes(family); looks += 1) {
    if (looks > 0) await okafor.waitForTimeout(500);
    await okafor.goto("/desk/cases");
    await okafor.getByLabel("Part of a name").fill("Maren");
    await press(okafor, "Find");
    list = await okafor.locator("main").innerText();
  }
  assert.ok(list.includes(family) && list.includes(partner), list);
  await house.look(okafor, "import-01-cases");
  await arriving(okafor, () => okafor.getByRole("link", { name: new RegExp(partner) }).click());
  await house.look(okafor, "import-02-case");
  const text = await okafor.locator("main").innerText();
  assert.ok(text.includes(`Maren ${family}`) && text.includes(`Tove ${partner}`));
  await arriving(okafor, () => okafor.getByRole("link", { name: new RegExp(family) }).first().click());
  const contact = await okafor.locator("main").innerText();
  assert.ok(contact.includes(address));
  assert.match(contact, /Not safe: do not use it/, "R12: no address is safe that nobody called so");
  await house.look(okafor, "import-03-contact");

  const day = nextMonday();
  const week = `/desk/calendar?week=${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
  const times = await told(okafor, week);
  assert.ok(times.includes(`Maren ${family}`), "the session of the other calendar");
  await house.look(okafor, "import-04-week");
  const front = await house.enter("dani");
  assert.ok(!(await told(front, week)).includes(words), "what stands on an event is its clinician's alone");
});

chapter("R9: what is clinical stays closed until a consent is recorded", async () => {
  await okafor.goto("/desk/cases");
  await okafor.getByLabel("Part of a name").fill("Koepp");
  await press(okafor, "Find");
  const cases = await okafor.locator('th a[href^="/desk/cases/"]').evaluateAll((links) => links.map((link) => String(link.getAttribute("href"))));
  assert.ok(cases.length >= 2, "Abdul alone and as one of a couple");
  for (const one of cases) {
    const text = await told(okafor, one);
    assert.doesNotMatch(text, /obesity|cruciate|sinusitis/i, one);
  }
});

chapter("the same files once more change nothing", async () => {
  kept.rows = rows();
  const list = await told(okafor, "/desk/cases");
  const { code, files } = await take(...kept.files);
  assert.equal(code, 0);
  assert.deepEqual(files.map((/** @type {any} */ one) => one.outcome), ["taken_before", "taken_before", "taken_before"]);
  assert.equal(rows(), kept.rows);
  assert.equal(await told(okafor, "/desk/cases"), list);
});

chapter("a bad file is refused by line and reason, and nothing of it is taken", async () => {
  for (const [name, line, why] of /** @type {const} */ ([
    ["cells-shifted.csv", 3, /another number of cells/],
    ["dates-mixed.csv", 3, /month first/],
    ["quote-never-closed.csv", 2, /quote that is never closed/],
    ["column-twice.csv", 1, /same column twice/],
  ])) {
    const { code, files } = await take(join(data, "fixtures", name));
    assert.equal(code, 1, name);
    assert.equal(files[0].outcome, "refused", name);
    assert.equal(files[0].refused[0].line, line, name);
    assert.match(files[0].refused[0].said, why, name);
  }
  const half = file("half.json", readFileSync(bundle, "utf8").slice(0, 200_000));
  const cut = await take(half);
  assert.equal(cut.code, 1);
  assert.equal(cut.files[0].outcome, "refused", "a bundle that ends in its middle");
  assert.match(cut.files[0].refused[0].said, /ends in the middle/);
  assert.ok(cut.files[0].refused[0].line > 1);
  assert.equal(rows(), kept.rows);
});

chapter("the log of the practice holds it all", async () => {
  const verified = await alcove(["audit", "verify", "--data", house.data]);
  assert.equal(verified.code, 0, verified.out);
});
