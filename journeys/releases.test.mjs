// What may leave the practice: a release that one refuses, a release that both sign and one takes back, a client's own copy, and what a
// court orders (R2, R3, R4, R15).

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { arriving, chapters, press } from "./acts.mjs";
import { openHouse } from "./house.mjs";

/** @typedef {import("playwright-core").Page} Page */

const chapter = chapters();
const house = await openHouse("releases");
after(() => house.close());

const word = (/** @type {string} */ field) => house.plant(field);
const text = (/** @type {Page} */ page) => page.locator("main").innerText();

/** The end of every document, as its lines are joined again. */
const SENTENCE = /Every document of this kind ends with this sentence: it may leave out .* nothing follows from this sentence about whether there is any of it\.$/;
/** What only one of the two may ever read, and what both. */
const HERS = "I underlined the sentence about guarding";
const HIS = "I read it twice because I wanted to find out";
const HIS_NOTE = "He described watching for signs";
const SHARED = "I did not know that stopping can help the body trust again";
const JOINT_GOAL = "Touch without a destination";
const HER_GOAL = "See the physical therapist";

const okafor = await house.enter("adaeze");
const noor = await house.enter("noor");
const sam = await house.enter("sam");
const found = { case: "", release: "", both: "", demand: "" };
const said = { to: word("recipient of a release"), purpose: word("purpose of a release") };

/** The words of a PDF, in their order. @param {Buffer} pdf */
function words(pdf) {
  const shown = pdf.toString("latin1").matchAll(/\(((?:\\.|[^\\)])*)\) Tj|<([0-9A-Fa-f]+)> Tj/g);
  const lines = [...shown].map(([, plain, hex]) =>
    hex ? Buffer.from(hex, "hex").toString("latin1") : plain.replace(/\\([()\\])/g, "$1"),
  );
  return lines.join(" ").replaceAll("\u0092", "’");
}

/** Presses what answers with a file. @param {Page} page @param {() => Promise<unknown>} act */
async function file(page, act) {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  const name = download.suggestedFilename();
  const bytes = readFileSync(await download.path());
  await download.delete();
  return { name, bytes };
}

/** Waits until what is made in the background is there. @param {Page} page @param {RegExp} sign */
async function ready(page, sign) {
  for (let looks = 0; looks < 40; looks += 1) {
    await page.reload();
    if (sign.test(await text(page))) return;
    await page.waitForTimeout(500);
  }
  assert.fail(`${sign} never stood on ${page.url()}`);
}

/** Fills in a release. @param {Page} page @param {string} [purpose] */
async function fill(page, purpose = said.purpose) {
  for (const kind of ["Goals", "Homework, and what came back", "Signed progress notes"]) {
    await page.getByLabel(kind, { exact: true }).check();
  }
  await page.getByLabel("From", { exact: true }).fill("2020-01-01");
  await page.getByLabel("To", { exact: true }).fill("2999-01-01");
  await page.getByLabel("To whom").fill(said.to);
  await page.getByLabel(/By which way|How it gets there/).fill("letter");
  await page.getByLabel(/^For what$|^What it is for$/).fill(purpose);
  await page.getByLabel("Until when it may be handed out").fill("2999-01-01");
}

/** Opens what waits for an answer on somebody's home. @param {Page} page @param {RegExp} side */
async function answering(page, side) {
  await page.goto("/my/releases");
  const row = page.locator("a.todo").filter({ hasText: "Waits for your answer" }).filter({ hasText: side });
  await arriving(page, () => row.first().click());
}

/** Signs what is open. @param {Page} page @param {string} name */
async function sign(page, name) {
  await page.getByLabel("Type your name to sign").fill(name);
  await press(page, "Sign");
}

chapter("the clinician asks for a release of one side and of what is shared", async () => {
  await okafor.goto("/desk/cases");
  await arriving(okafor, () => okafor.locator("tr, li, a").filter({ hasText: /Noor/ }).filter({ hasText: /Sam/ }).locator("a").first().click());
  found.case = new URL(okafor.url()).pathname;
  await arriving(okafor, () => okafor.getByRole("link", { name: "Releases, and demands of the law" }).click());
  await house.look(okafor, "releases-01-desk", { dark: true });
  await okafor.getByLabel("Of which side").selectOption({ label: "Noor’s own side, and the shared record" });
  await fill(okafor);
  await okafor.getByLabel("To whom").fill(" ");
  const unnamed = await press(okafor, "Ask everybody");
  assert.equal(unnamed.status(), 422, "to whom is a name");
  await house.look(okafor, "releases-01-nobody");
  assert.equal(await okafor.getByLabel("Goals", { exact: true }).isChecked(), true, "what was chosen stays");
  await okafor.getByLabel("To whom").fill(said.to);
  await press(okafor, "Ask everybody");
  found.release = new URL(okafor.url()).pathname;
  assert.match(await text(okafor), /Has not answered/);
  await house.look(okafor, "releases-02-asked", { dark: true });
});

chapter("each reads it alone: she both parts, he the shared one and nothing beside it", async () => {
  await noor.goto("/my");
  assert.equal(await noor.getByText("Something to answer").count(), 2);
  await noor.goto("/my/releases");
  await house.look(noor, "releases-03-hers", { dark: true });
  await answering(noor, /Of your own side/);
  await house.look(noor, "releases-04-read", { dark: true });
  await sign(noor, word("release signature"));
  await answering(noor, /Of what you share/);
  await sign(noor, word("release signature"));
  await sam.goto("/my/releases");
  const list = await text(sam);
  assert.doesNotMatch(list, /Of your own side/);
  assert.equal(await sam.locator("a.todo").count(), 1);
  await answering(sam, /Of what you share/);
  assert.doesNotMatch(await sam.locator("article").innerText(), /Noor/, "who else is asked is not told");
  await house.look(sam, "releases-05-his");
});

chapter("he says no, and she learns only that it is not complete", async () => {
  const before = await (async () => {
    await noor.goto("/my/releases");
    return text(noor);
  })();
  await press(sam, "I do not want this");
  assert.match(await text(sam), /You said no/);
  await noor.goto("/my/releases");
  assert.equal(await text(noor), before);
  await noor.goto("/my/receipts");
  assert.doesNotMatch(await text(noor), /Sam answered|refused to/);
});

chapter("the document is made without the shared part, and ends with the sentence", async () => {
  await okafor.goto(found.release);
  await house.look(okafor, "releases-06-in-part", { dark: true });
  await press(okafor, "Make the document");
  await ready(okafor, /Ready until/);
  assert.match(await text(okafor), /The shared record: no signature of Sam is in force/);
  await house.look(okafor, "releases-07-left-out", { dark: true });
  const handed = await file(okafor, () => okafor.getByRole("button", { name: "Hand it out" }).click());
  assert.equal(handed.name, "document.pdf");
  const pdf = words(handed.bytes);
  for (const there of [HERS, HER_GOAL, said.to]) assert.ok(pdf.includes(there), there);
  for (const absent of [HIS, HIS_NOTE, SHARED, JOINT_GOAL]) assert.ok(!pdf.includes(absent), absent);
  assert.match(pdf, SENTENCE);
  await noor.goto("/my/receipts");
  assert.match(await text(noor), /Handed out a document that a release allows/);
});

chapter("both sign, and the shared part is in it; one takes it back, and it is stopped", async () => {
  await okafor.goto(`${found.case}/releases`);
  await okafor.getByLabel("Of which side").selectOption({ label: "The shared record" });
  await fill(okafor);
  await press(okafor, "Ask everybody");
  found.both = new URL(okafor.url()).pathname;
  await answering(noor, /Of what you share/);
  await sign(noor, "Noor");
  await answering(sam, /Of what you share/);
  await sign(sam, word("partner's release signature"));
  await okafor.goto(found.both);
  await press(okafor, "Make the document");
  await ready(okafor, /Ready until/);
  const handed = await file(okafor, () => okafor.getByRole("button", { name: "Hand it out" }).click());
  const pdf = words(handed.bytes);
  for (const there of [SHARED, JOINT_GOAL]) assert.ok(pdf.includes(there), there);
  for (const absent of [HERS, HIS, HIS_NOTE, HER_GOAL]) assert.ok(!pdf.includes(absent), absent);
  assert.match(pdf, SENTENCE);
  await sam.goto("/my/releases");
  await arriving(sam, () => sam.locator("a.todo:has(.tick--done)").first().click());
  assert.match(await text(sam), /A document, on/);
  await house.look(sam, "releases-08-signed", { dark: true });
  await press(sam, "Take it back");
  // The page was open, and its button is pressed now.
  const answer = await press(okafor, "Hand it out");
  assert.equal(answer.status(), 409);
  await okafor.goto(found.both);
  assert.match(await text(okafor), /Stopped: it is not allowed any more/);
  assert.match(await text(okafor), /Took it back/);
});

chapter("a client asks for a release, and nobody else learns of it", async () => {
  await noor.goto("/my/releases");
  await arriving(noor, () => noor.getByRole("link", { name: "Ask that something goes to somebody" }).click());
  await noor.getByRole("radio", { name: "Of both" }).check();
  await house.look(noor, "releases-09-wish", { dark: true });
  await fill(noor, word("own wish of a release"));
  await noor.getByLabel("What it is for, as everybody reads it").fill(word("shared wish of a release"));
  await press(noor, "Ask for it");
  assert.match(await text(noor), /You asked for it/);
  await sam.goto("/my/releases");
  assert.doesNotMatch(await text(sam), /goldcrestplum/);
  await okafor.goto(`${found.case}/releases`);
  await arriving(okafor, () => okafor.locator("a.row", { hasText: "goldcrestplum" }).click());
  assert.match(await text(okafor), /A client asked for this/);
  assert.match(await text(okafor), /(Noor and Sam|Sam and Noor) will read exactly this:/);
  await press(okafor, "Ask everybody");
  await sam.goto("/my/releases");
  assert.match(await text(sam), new RegExp(word("shared wish of a release")));
  assert.doesNotMatch(await text(sam), /goldcrestplum/);
});

chapter("a copy of one's own record is made, survives a reload, and only its person fetches it", async () => {
  await noor.goto("/my/consents");
  await arriving(noor, () => noor.getByRole("link", { name: /A copy of your record/ }).click());
  await house.look(noor, "releases-10-copies", { dark: true });
  await press(noor, "Make a copy for me");
  await ready(noor, /To take with you/);
  await house.look(noor, "releases-11-copy", { dark: true });
  const links = noor.locator("a.row[href*='/files/']");
  const pages = await links.nth(0).getAttribute("href");
  const pdf = await file(noor, () => links.nth(0).click());
  const zip = await file(noor, () => links.nth(1).click());
  assert.deepEqual([pdf.name, zip.name], ["record.pdf", "record.zip"]);
  const shown = words(pdf.bytes);
  for (const there of [HERS, HER_GOAL, SHARED, JOINT_GOAL]) assert.ok(shown.includes(there), there);
  for (const absent of [HIS, HIS_NOTE, "Reach for her"]) assert.ok(!shown.includes(absent), absent);
  assert.match(shown, SENTENCE);
  for (const other of ["sam", "adaeze", "priya", "dani"]) {
    const answer = await (await house.enter(other)).request.get(String(pages));
    assert.equal(answer.status(), 404, other);
  }
  const folder = mkdtempSync(join(tmpdir(), "copy-"));
  try {
    writeFileSync(join(folder, "record.zip"), zip.bytes);
    execFileSync("unzip", ["-q", "record.zip"], { cwd: folder });
    execFileSync("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], { cwd: folder });
    const bundle = JSON.parse(readFileSync(join(folder, "record.json"), "utf8"));
    assert.equal(bundle.entry[0].resource.resourceType, "Composition");
    const whole = JSON.stringify(bundle);
    for (const there of [HERS, SHARED, JOINT_GOAL]) assert.ok(whole.includes(there), there);
    for (const absent of [HIS, "Reach for her"]) assert.ok(!whole.includes(absent), absent);
    const notes = bundle.entry.filter((/** @type {any} */ one) => one.resource.resourceType === "DocumentReference");
    assert.ok(notes.length > 0);
    for (const { resource } of notes) {
      const said = Buffer.from(resource.content[0].attachment.data, "base64").toString();
      assert.ok(!said.includes(HIS_NOTE));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

chapter("what a court orders is held, told, made of what it names, and closed", async () => {
  await okafor.goto(`${found.case}/demands`);
  await okafor.getByRole("radio", { name: "Court order" }).check();
  await okafor.getByLabel("Who asks").fill(`County court, ${word("court of a demand")}`);
  await okafor.getByLabel("What is asked for").fill(`Everything. ${word("what a demand asks for")}`);
  await press(okafor, "Record it, and put the record on hold");
  found.demand = new URL(okafor.url()).pathname;
  await house.look(okafor, "releases-12-demand", { dark: true });
  await okafor.getByLabel("How it ended").fill("Too early");
  await press(okafor, "It is settled");
  assert.match(await text(okafor), /Not closed/);
  await okafor.getByLabel("Write down").selectOption({ label: "Told the client" });
  await okafor.getByLabel("Whom, how, why").fill(`Both, in the room. ${word("who was told of a demand")}`);
  await press(okafor, "Write it down");
  await okafor.getByLabel("Sam’s own side", { exact: true }).check();
  await okafor.getByLabel("Goals", { exact: true }).check();
  await okafor.getByLabel("From", { exact: true }).fill("2020-01-01");
  await okafor.getByLabel("To", { exact: true }).fill("2999-01-01");
  await press(okafor, "Make the document");
  await ready(okafor, /Ready until/);
  const handed = await file(okafor, () => okafor.getByRole("button", { name: "Hand it out" }).click());
  const pdf = words(handed.bytes);
  assert.ok(pdf.includes("Reach for her"));
  for (const absent of [HIS, HERS, HER_GOAL, JOINT_GOAL]) assert.ok(!pdf.includes(absent), absent);
  assert.match(pdf, SENTENCE);
  const owner = await house.enter("priya");
  await owner.goto("/desk/demands");
  await arriving(owner, () => owner.locator("a.row", { hasText: "Nightjarfield" }).click());
  assert.doesNotMatch(await text(owner), /Noor|Hand it out/);
  await house.look(owner, "releases-13-owner");
  assert.equal((await (await house.enter("theo")).request.get(found.demand)).status(), 404);
  await okafor.goto(found.demand);
  await okafor.getByLabel("How it ended").fill("Handed to the court.");
  await press(okafor, "It is settled");
  assert.match(await text(okafor), /Settled/);
});
