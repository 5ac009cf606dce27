// Receipts that people can use: a client asks about a line and reads the answer; a clinician opens a record in an emergency,
// and everybody whom it concerns is told (R1, R2, R12, R15).

import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { arriving, chapters, firstSignIn, press } from "./acts.mjs";
import { alcove } from "./ground.mjs";
import { openHouse } from "./house.mjs";

const chapter = chapters();
const house = await openHouse("receipts");
after(() => house.close());

const word = (/** @type {string} */ field) => house.plant(field);
/** What is written on the way, and read later. */
const said = { question: "", answer: "", reason: "" };

const noor = await house.enter("noor");
const sam = await house.enter("sam");
const owner = await house.enter("priya");
const text = (/** @type {import("playwright-core").Page} */ page) => page.locator("main").innerText();

chapter("a client asks about a line of their receipts", async () => {
  await noor.goto("/my/receipts");
  await house.look(noor, "receipts-01-list", { dark: true });
  await arriving(noor, () => noor.getByRole("link", { name: /^Ask about this/ }).first().click());
  said.question = `Why was this opened? ${word("question about a receipt")}`;
  await noor.getByLabel("Your question").fill(said.question);
  assert.match(await text(noor), /Nobody else does/);
  await house.look(noor, "receipts-02-ask", { dark: true });
  await press(noor, "Send the question");
  assert.ok((await text(noor)).includes(said.question));
  await house.look(noor, "receipts-03-asked");
});

chapter("a partner learns nothing of it, and the owner answers", async () => {
  await sam.goto("/my/receipts");
  assert.doesNotMatch(await text(sam), /Your questions/);
  await owner.goto("/desk/questions");
  assert.ok((await text(owner)).includes(said.question));
  said.answer = `To move your time. ${word("answer about a receipt")}`;
  await owner.getByLabel("Your answer").fill(said.answer);
  await house.look(owner, "receipts-04-questions", { dark: true });
  await press(owner, /^Answer the question/);
  await house.look(owner, "receipts-05-answered");
  await noor.goto("/my/receipts");
  assert.ok((await text(noor)).includes(said.answer));
  await house.look(noor, "receipts-06-answer");
});

/** Another clinician, who has a password. @type {{page?: import("playwright-core").Page}} */
const theo = {};

chapter("a clinician who knows nothing of her opens her record in an emergency", async () => {
  await owner.goto("/desk/practice");
  await owner.getByText("Let somebody in again").click();
  const whom = owner.getByLabel("Whom", { exact: true });
  await whom.selectOption({ label: await whom.locator("option", { hasText: "Theo" }).innerText() });
  await press(owner, "Give a one-time password");
  const once = await owner.locator(".alert b").last().innerText();
  const page = await firstSignIn(house, "theo", once);
  theo.page = page;
  await page.goto("/desk/cases");
  await arriving(page, () => page.getByRole("link", { name: "Emergencies" }).click());
  await arriving(page, () => page.getByRole("link", { name: "Open a record in an emergency" }).click());
  await house.look(page, "receipts-07-begin", { dark: true });
  said.reason = `She called from the bridge. ${word("break glass reason")}`;
  const fill = async (/** @type {string} */ name) => {
    await page.getByLabel("Who cares for them").selectOption({ label: "Adaeze Okafor" });
    await page.getByLabel("The client’s name").fill(name);
    await page.getByLabel("Why it cannot wait").fill(said.reason);
    await press(page, "Open the record for one hour");
  };
  await fill("Nora");
  assert.match(await text(page), /Nobody in their care goes by this name/);
  await house.look(page, "receipts-08-refused");
  await fill("Noor");
  assert.match(new URL(page.url()).pathname, /^\/desk\/cases\//);
  assert.match(await text(page), /Noor/);
  await house.look(page, "receipts-09-open", { dark: true });
});

chapter("what she reads says until when, how to end it, and offers nothing that writes", async () => {
  const page = /** @type {import("playwright-core").Page} */ (theo.page);
  const record = page.url();
  assert.match(await text(page), /Emergency access until \d+:\d\d/);
  assert.equal(await page.getByRole("link", { name: "Book" }).count(), 0);
  assert.equal(await page.getByRole("link", { name: "Give" }).count(), 0);
  await arriving(page, () => page.locator(".timeline__what a").first().click());
  assert.match(await text(page), /Emergency access until/);
  for (const name of ["Save draft", "It took place", "Lock the process note"]) {
    assert.equal(await page.getByRole("button", { name }).count(), 0, name);
  }
  await house.look(page, "receipts-09-session", { dark: true });
  await page.goto(record);
});

chapter("it ends, and whoever cares for her and the owner have read why", async () => {
  const page = /** @type {import("playwright-core").Page} */ (theo.page);
  const record = page.url();
  const okafor = await house.enter("adaeze");
  await okafor.goto("/desk/emergencies");
  assert.ok((await text(okafor)).includes(said.reason));
  await noor.goto("/my/receipts");
  assert.doesNotMatch(await text(noor), /Your record was opened in an emergency/, "the client is told when it is over");
  await page.goto("/desk/emergencies");
  await house.look(page, "receipts-10-running");
  await page.goto(record);
  await press(page, "End it now");
  assert.match(await text(page), /The record is closed again/);
  assert.doesNotMatch(await text(page), /Emergency access until/);
  assert.equal((await page.request.get(record)).status(), 404);
  await owner.goto("/desk/emergencies");
  assert.ok((await text(owner)).includes(said.reason));
  await house.look(owner, "receipts-11-review", { dark: true });
  await press(owner, /^I have looked at it/);
  await okafor.reload();
  assert.match(await text(okafor), /Looked at: Priya Raman/);
});

chapter("the client reads of it, and her partner does not read of hers", async () => {
  await noor.goto("/my/receipts");
  const told = await text(noor);
  assert.match(told, /Your record was opened in an emergency/);
  assert.match(told, /Theo Lindqvist/);
  assert.ok(!told.includes(said.reason), "the reason may speak of others");
  await house.look(noor, "receipts-12-told", { dark: true });
  await sam.goto("/my/receipts");
  assert.doesNotMatch(await text(sam), /Your record was opened in an emergency/);
  await owner.goto("/desk/practice/log");
  assert.match(await text(owner), /An emergency/);
  await house.look(owner, "receipts-13-log", { dark: true });
  const file = join(house.folder, "log.jsonl");
  writeFileSync(file, await (await owner.request.get("/desk/practice/log/excerpt")).body());
  const checked = await alcove(["audit", "check", file]);
  assert.equal(checked.code, 0, checked.err);
  assert.match(checked.out, /The log held each of these \d+ receipts/);
  const changed = readFileSync(file, "utf8").replace('"clinician"', '"biller"');
  writeFileSync(file, changed);
  assert.equal((await alcove(["audit", "check", file])).code, 1);
  rmSync(file);
});
