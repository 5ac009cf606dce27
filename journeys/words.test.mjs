// Own words: keys made in the browser, a journal and a process note that only their author's browser reads. What was typed is
// searched for in every request body, in the server's memory, and by the sweep on its disk and in its log; an age program
// of other makers opens a note with the exported identity; and what a server could put in the place of a note is not shown.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { chapters } from "./acts.mjs";
import { Identity } from "../crates/web/assets/js/own-words/identity.js";
import { toBase64 } from "../crates/web/assets/js/own-words/bytes.js";
import { openHouse } from "./house.mjs";
import { expected } from "./look.mjs";
import { Overheard, says, unlock } from "./overheard.mjs";

/** @typedef {import("playwright-core").Page} Page */

const house = await openHouse("words");
after(() => house.close());
const chapter = chapters();

const passphrase = house.plant("own words passphrase");
const entry = house.plant("journal entry");
const changed = house.plant("changed journal entry");
const note = house.plant("process note");
const elsewhere = house.plant("process note elsewhere");
const heard = new Overheard(house);
/** What must stay in the browser; the codes and keys come when they are made. */
const { secrets } = heard;
secrets.push(passphrase, entry, changed, note, elsewhere);
const overhear = (/** @type {Page} */ page) => heard.of(page);

const noor = overhear(await house.enter("noor"));
const okafor = overhear(await house.enter("adaeze"));
let noorsCode = "";
let workspace = "";
let exported = "";

/**
 * Makes somebody's keys as the page asks for it.
 * @param {Page} page @param {string} name the pictures' name @param {"make" | "anew"} [form]
 */
async function makeKeys(page, name, form = "make") {
  await page.locator(`#${form}-passphrase`).fill("too short");
  await page.locator(`#${form}-again`).fill("too short");
  await page.locator(`form:has(#${form}-again) button`).click();
  assert.equal(await page.locator("[data-code]").isVisible(), false, "the browser or the page asks for a longer one");
  await page.locator(`#${form}-passphrase`).fill(passphrase);
  await page.locator(`#${form}-again`).fill(passphrase);
  await page.locator(`form:has(#${form}-again) button`).click();
  const shown = page.locator("[data-code]");
  await shown.waitFor();
  const code = await shown.innerText();
  assert.match(code, /^([0-9A-Z]{4}-){6}[0-9A-Z]{4}$/);
  await house.look(page, `${name}-code`);
  const groups = code.split("-");
  const asked = await page.locator("[data-group]").allInnerTexts();
  const order = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh"];
  const fields = page.locator("[data-prove] input");
  await fields.nth(0).fill("AAAA");
  await fields.nth(1).fill("AAAA");
  await page.getByRole("button", { name: "I have it on paper" }).click();
  await says(page, /not what stands on the paper/);
  const there = await page.request.get(`${new URL(page.url()).pathname}/identity`).then((answer) => answer.json());
  assert.equal(there.kept?.revision, form === "make" ? undefined : 1, "nothing is kept before the proof");
  for (const at of [0, 1]) {
    const group = order.findIndex((word) => (asked[at] ?? "").includes(word));
    await fields.nth(at).fill((groups[group] ?? "").toLowerCase());
  }
  await page.getByRole("button", { name: "I have it on paper" }).click();
  await says(page, /^Kept/);
  secrets.push(code, code.replaceAll("-", ""));
  return code;
}

chapter("a client makes keys, and proves that the code is on paper", async () => {
  await noor.goto("/my/journal");
  await noor.getByRole("link", { name: "Make your keys" }).waitFor();
  await house.look(noor, "words-1-journal-without-keys");
  await noor.getByRole("link", { name: "Make your keys" }).click();
  await noor.getByRole("heading", { name: "Make your keys" }).waitFor();
  await house.look(noor, "words-2-make-keys", { dark: true });
  noorsCode = await makeKeys(noor, "words-3");
  await house.look(noor, "words-4-keys-open");
});

chapter("a journal is kept, changed, carried from page to page, and removed", async () => {
  await noor.goto("/my/journal");
  await noor.getByLabel("A new entry").fill(`Today: ${entry}`);
  await noor.getByRole("button", { name: "Keep for me alone" }).click();
  await noor.getByText(`Today: ${entry}`).waitFor();
  await house.look(noor, "words-5-journal", { dark: true });
  await noor.getByRole("button", { name: /^Change the entry/ }).click();
  await noor.getByRole("textbox", { name: /^Change the entry/ }).fill(`Later: ${changed}`);
  await says(noor, "Kept, encrypted.");
  await noor.goto("/my");
  await noor.goto("/my/journal");
  await noor.getByText(`Later: ${changed}`).waitFor();

  await noor.getByLabel("A new entry").fill("Second thoughts");
  await noor.getByRole("button", { name: "Keep for me alone" }).click();
  await noor.getByText("Second thoughts").waitFor();
  const first = noor.getByRole("listitem").filter({ hasText: "Second thoughts" });
  await first.getByRole("button", { name: /^Remove/ }).click();
  await first.getByRole("button", { name: "Remove it for good" }).click();
  await first.waitFor({ state: "detached" });
  await noor.reload();
  await noor.getByText(`Later: ${changed}`).waitFor();
  assert.equal(await noor.getByText("Second thoughts").count(), 0);
});

chapter("another tab needs the passphrase or the paper, and nothing else opens it", async () => {
  const tab = await noor.context().newPage();
  await tab.goto("/my/journal");
  await tab.getByLabel(/^Your passphrase for own words/).waitFor();
  assert.equal(await tab.getByText(changed).count(), 0);
  await house.look(tab, "words-6-locked", { dark: true });
  await unlock(tab, "not the passphrase at all");
  await says(tab, /opens nothing/);
  await unlock(tab, noorsCode.toLowerCase());
  await tab.getByText(`Later: ${changed}`).waitFor();
  await tab.close();
});

chapter("a partner and a clinician find nothing of it, and a browser without script says why", async () => {
  const sam = overhear(await house.enter("sam"));
  await sam.goto("/my/journal");
  await sam.getByRole("link", { name: "Make your keys" }).waitFor();
  assert.equal(await sam.locator("[data-entry]").count(), 0);
  const without = await house.enter("noor", { script: false });
  await without.goto("/my/journal");
  await without.getByText("This part needs script.").waitFor();
  assert.equal(await without.getByRole("button", { name: "Keep for me alone" }).isVisible(), false);
  await house.look(without, "words-7-without-script");
  const people = await house.people();
  const found = people.find((person) => person.slug === "noor");
  const overview = await okafor.request.get(`/desk/cases/${found?.case}`);
  assert.doesNotMatch(await overview.text(), /journal/i);
});

chapter("a clinician's process note is kept as it is typed", async () => {
  await okafor.goto("/desk/own-words");
  await okafor.getByRole("heading", { name: "Make your keys" }).waitFor();
  await house.look(okafor, "words-8-desk-make-keys");
  await makeKeys(okafor, "words-9-desk");
  const found = (await house.people()).find((person) => person.slug === "noor");
  await okafor.goto(`/desk/cases/${found?.case}`);
  const sessions = await okafor.locator('a[href^="/desk/sessions/"]').evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  workspace = String(sessions[0]);
  await okafor.goto(workspace);
  const area = okafor.getByLabel("Process note, for you alone");
  await area.fill(`I noticed ${note}`);
  await says(okafor, "Kept, encrypted.");
  await house.look(okafor, "words-10-workspace", { dark: true });
  // Whatever leads away is held up until the last words are kept.
  await area.fill(`I noticed ${note} and more`);
  await okafor.getByRole("link", { name: "Case", exact: true }).click();
  await okafor.waitForURL(/\/desk\/cases\//);
  await okafor.goto(workspace);
  await okafor.waitForFunction(() => document.querySelector("textarea#process-note")?.value !== "");
  assert.equal(await area.inputValue(), `I noticed ${note} and more`);
});

chapter("two tabs write, and neither loses a word", async () => {
  const tab = overhear(await okafor.context().newPage());
  await tab.goto(workspace);
  await unlock(tab, passphrase);
  const other = tab.getByLabel("Process note, for you alone");
  await other.waitFor();
  await tab.waitForFunction(() => document.querySelector("textarea#process-note")?.value !== "");
  await other.fill(`From the other tab ${elsewhere}`);
  await says(tab, "Kept, encrypted.");
  const area = okafor.getByLabel("Process note, for you alone");
  await area.fill(`And here ${note}`);
  await says(okafor, /changed somewhere else/);
  expected(okafor, /409/);
  assert.equal(await area.inputValue(), `From the other tab ${elsewhere}\n\nAnd here ${note}`);
  await area.press("End");
  await area.pressSequentially(" together");
  await says(okafor, "Kept, encrypted.");
  await tab.close();
});

/** Shows a session's workspace with another file in the place of the note's. @param {(stored: any) => any} change */
async function given(change) {
  await okafor.route(/\/process-note$/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: change(await answer.json()) });
  });
  await okafor.goto(workspace);
  await says(okafor, /^Not authentic/);
  const area = okafor.locator("textarea#process-note");
  assert.equal(await area.inputValue(), "");
  assert.ok(await area.isDisabled());
  await okafor.unrouteAll();
}

chapter("what is swapped, replayed, re-addressed or an outsider's is not authentic, and not shown", async () => {
  const read = async () => (await okafor.request.get(`${workspace}/process-note`)).json();
  const before = await read();
  const found = await okafor.request.get("/desk/own-words/identity").then((answer) => answer.json());
  const outsider = await Identity.make();
  const place = { installation: found.installation, kind: /** @type {const} */ ("process-note"), place: before.place, item: before.item };
  const theirs = await outsider.seal(
    { ...place, revision: before.revision, author: found.person, recipients: [found.kept.recipient] },
    "An outsider wrote this",
  );
  await given((stored) => ({ ...stored, revision: stored.revision + 1 }));
  await given((stored) => ({ ...stored, item: crypto.randomUUID() }));
  await given((stored) => ({ ...stored, place: crypto.randomUUID() }));
  await given((stored) => ({ ...stored, file: toBase64(theirs) }));
  await house.look(okafor, "words-11-not-authentic");
  await okafor.goto(workspace);
  await okafor.waitForFunction(() => document.querySelector("textarea#process-note")?.value !== "");
});

chapter("an age program of other makers opens the note with the exported identity", async () => {
  await okafor.goto("/desk/own-words");
  const saving = okafor.waitForEvent("download");
  await okafor.getByRole("button", { name: "Save the identity file" }).click();
  exported = String(await (await saving).path());
  const identity = readFileSync(exported, "utf8");
  const secret = identity.match(/AGE-SECRET-KEY-1\w+/)?.[0] ?? "";
  secrets.push(secret, identity.match(/signing key: (\w+)/)?.[1] ?? "");
  assert.equal(secrets.includes(""), false, "the file has both keys");
  const { file } = await (await okafor.request.get(`${workspace}/process-note`)).json();
  const outside = join(house.folder, "..", "..", "note.age");
  writeFileSync(outside, Buffer.from(file, "base64"));
  const opened = execFileSync("age", ["--decrypt", "--identity", exported, outside]).toString();
  assert.ok(opened.includes(elsewhere) && opened.includes(note));
});

chapter("who has lost both begins anew, and what stood there before is said to be closed", async () => {
  const sam = overhear(await house.enter("sam"));
  await sam.goto("/my/own-words");
  await makeKeys(sam, "words-12-sam");
  await sam.goto("/my/journal");
  await sam.getByLabel("A new entry").fill("Before the loss");
  await sam.getByRole("button", { name: "Keep for me alone" }).click();
  await sam.getByText("Before the loss").waitFor();
  const later = overhear(await house.enter("sam"));
  await later.goto("/my/own-words");
  await later.getByText("I have lost every way to open them").click();
  await house.look(later, "words-13-lost-both");
  await makeKeys(later, "words-14-anew", "anew");
  await later.goto("/my/journal");
  await says(later, /encrypted for other keys/);
  assert.equal(await later.getByText("Before the loss").count(), 0);
  await later.getByLabel("A new entry").fill("After the loss");
  await later.getByRole("button", { name: "Keep for me alone" }).click();
  await later.getByText("After the loss").waitFor();
  // The earlier keys are not the person's any more, wherever they are still open.
  await sam.reload();
  await says(sam, /These keys are not the ones/);
  assert.equal(await sam.getByText("After the loss").count(), 0);
});

chapter("after ten idle minutes the keys are closed in this tab", async () => {
  await okafor.clock.install();
  await okafor.goto(workspace);
  await okafor.waitForFunction(() => document.querySelector("textarea#process-note")?.value !== "");
  await okafor.clock.fastForward("09:00");
  assert.ok(await okafor.locator("textarea#process-note").isVisible());
  await okafor.clock.fastForward("03:00");
  await okafor.getByLabel(/^Your passphrase for own words/).waitFor();
  assert.equal(await okafor.locator("textarea#process-note").inputValue(), "");
  assert.equal(await okafor.evaluate(() => sessionStorage.length), 0);
});

chapter("nothing of it stands in a request, nor in the server's memory", () => Promise.resolve(heard.nowhere()));
