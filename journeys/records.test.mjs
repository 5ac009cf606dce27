// Records whose years are over: what is due, a hold that wins, destruction by two people at the desk and at the terminal, and
// that nothing of it can be read any more (R16, R12).

import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { STAFF_PASSWORD, arriving, chapters, press, signIn } from "./acts.mjs";
import { alcove, byHand } from "./ground.mjs";
import { openHouse } from "./house.mjs";
import { totp } from "./totp.mjs";

/** @typedef {import("playwright-core").Page} Page */

const chapter = chapters();
const house = await openHouse("records");
after(() => house.close());

const word = (/** @type {string} */ field) => house.plant(field);
const text = (/** @type {Page} */ page) => page.locator("main").innerText();
const said = { hold: "", lift: "", destruction: "" };
/** What is found on the way: the address of a record, of a case. */
const found = { greta: "", held: "", tomasz: "", ilona: "" };

const owner = await house.enter("priya");
const okafor = await house.enter("adaeze");
const place = ["--data", house.data];
const database = join(house.data, "alcove.db");

/** Opens somebody's record from the review. @param {Page} page @param {string} name */
async function open(page, name) {
  await page.goto("/desk/retention");
  await arriving(page, () => page.locator("a.row", { hasText: name }).first().click());
  return new URL(page.url()).pathname;
}

chapter("the review is for who keeps records, and says why something is due", async () => {
  for (const slug of ["dani", "lena", "ren"]) {
    const page = await house.enter(slug);
    assert.equal((await page.request.get("/desk/retention")).status(), 404, slug);
  }
  await owner.goto("/desk/retention");
  const review = await text(owner);
  for (const name of ["Greta", "Tomasz", "Ilona", "Ruben", "7 years", "Not checked by a person"]) assert.ok(review.includes(name), name);
  await house.look(owner, "records-01-review", { dark: true });
  await okafor.goto("/desk/cases");
  await arriving(okafor, () => okafor.getByRole("link", { name: "Records to review" }).click());
  assert.doesNotMatch(await text(okafor), /Ruben/, "another clinician's former client");
  found.held = await open(owner, "Ruben");
  await house.look(owner, "records-02-held", { dark: true });
  assert.equal((await okafor.request.get(found.held)).status(), 404);
});

chapter("one person asks, and cannot confirm it alone", async () => {
  found.greta = await open(okafor, "Greta");
  await house.look(okafor, "records-03-due", { dark: true });
  said.destruction = `The years are over. ${word("reason of a destruction")}`;
  await okafor.getByLabel("Why now").fill(said.destruction);
  await press(okafor, "Ask for its destruction");
  assert.match(await text(okafor), /You asked for it, so somebody else confirms/);
  await house.look(okafor, "records-04-asked");
});

chapter("a hold wins over what was asked for", async () => {
  await owner.goto(found.greta);
  assert.ok((await text(owner)).includes(said.destruction));
  const before = await owner.context().newPage();
  await before.goto(found.greta);
  await owner.getByText("Put it on hold", { exact: true }).first().click();
  said.hold = `Her insurer wrote. ${word("reason of a hold")}`;
  await owner.getByLabel("Why it must be kept").fill(said.hold);
  await press(owner, "Put it on hold");
  await house.look(owner, "records-05-hold");
  assert.match(await text(owner), /nothing of it can be destroyed until the hold is lifted/);
  await before.getByLabel("I have looked at it").check();
  const answer = await press(before, "Confirm and destroy it");
  assert.equal(answer.status(), 422, "a page from before the hold destroys nothing either");
  assert.match(await text(before), /This record is on hold. Nothing was destroyed/);
  await house.look(before, "records-06-refused");
  await before.close();
  await okafor.reload();
  assert.ok(!(await text(okafor)).includes(said.hold), "why is for the owner");
  await owner.goto(found.greta);
  await owner.getByText("Lift this hold", { exact: true }).click();
  said.lift = `It is settled. ${word("reason of a lift")}`;
  await owner.getByLabel("Why it is over").fill(said.lift);
  await press(owner, "Lift the hold");
  assert.match(await text(owner), /The rule decides again/);
});

chapter("another person confirms, and nothing of it is left to read", async () => {
  await owner.goto("/desk");
  assert.match(await text(owner), /One record waits for a second person/);
  await owner.goto(found.greta);
  await house.look(owner, "records-07-confirm", { dark: true });
  await owner.getByLabel("I have looked at it").check();
  await press(owner, "Confirm and destroy it");
  assert.equal(new URL(owner.url()).pathname, "/desk/retention/certificates");
  assert.match(await text(owner), /The keys are dead/);
  assert.doesNotMatch(await text(owner), /Greta/);
  await house.look(owner, "records-08-certificates", { dark: true });
  await okafor.goto(found.greta);
  assert.match(await text(okafor), /This record was destroyed/);
  await house.look(okafor, "records-09-gone", { dark: true });
  const part = found.greta.split("/").pop()?.replaceAll("-", "");
  const [{ rows }] = byHand(database, `SELECT lower(hex(case_id)) FROM participants WHERE lower(hex(id)) = '${part}'`);
  const hex = String(rows[0][0]);
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  await okafor.goto(`/desk/cases/${id}`);
  assert.match(await text(okafor), /This record was destroyed/, "the case says so to who cared for her");
  assert.equal((await (await house.enter("theo")).request.get(`/desk/cases/${id}`)).status(), 404);
});

chapter("the certificate names nobody in care", async () => {
  // The log numbers what was written within a second.
  await new Promise((done) => setTimeout(done, 1500));
  await owner.goto("/desk/retention/certificates");
  const href = await owner.locator("a.row").first().getAttribute("href");
  const answer = await owner.request.get(String(href));
  assert.match(answer.headers()["content-disposition"], /^attachment; filename="certificate-[0-9a-f]{12}\.pdf"$/);
  const pdf = (await answer.body()).toString("latin1");
  for (const line of ["%PDF-1.7", "Priya Raman", "Adaeze Okafor", "Copies are kept for 35 days"]) assert.ok(pdf.includes(line), line);
  assert.doesNotMatch(pdf, /Greta|Sandoval|therap|sex/i);
  writeFileSync(join(house.folder, "certificate.pdf"), await answer.body());
  const number = pdf.match(/Confirmed that the record be destroyed: number (\d+)/)?.[1];
  assert.ok(number, "the receipt has its number");
  const proof = join(house.folder, "receipt.proof");
  const proved = await alcove(["audit", "prove", ...place, "--receipt", number, "--out", proof]);
  assert.equal(proved.code, 0, proved.err);
  assert.equal((await alcove(["audit", "check", proof])).code, 0);
  rmSync(proof);
});

/** Who has a password and codes now. @type {Record<string, {secret: string}>} */
const keys = {};

/** The first sign-in of somebody, and what makes their codes. @param {string} name @param {string} once */
async function enrols(name, once) {
  const page = await house.visit();
  // What another process wrote is known to the server after its next look.
  for (let looks = 0; looks < 4; looks += 1) {
    await page.waitForTimeout(2000);
    await signIn(page, name, once);
    if ((await page.locator("code.num").count()) > 0) break;
  }
  const secret = await page.locator("code.num").innerText();
  await page.getByLabel("Six-digit code").fill(totp(secret));
  await page.getByLabel("New password").fill(STAFF_PASSWORD);
  await press(page, "Save and sign in");
  keys[name] = { secret };
}

/** What somebody types at the terminal: a code is used once, so each time a later one. @param {string} name */
const types = (name) => `${name}\n${STAFF_PASSWORD}\n${totp(keys[name].secret, Date.now() + 30_000)}\n`;

chapter("two people destroy the next ones at the terminal", async () => {
  for (const name of ["adaeze", "priya"]) {
    const reset = await alcove(["accounts", "reset", name, ...place, "--json"]);
    assert.equal(reset.code, 0, reset.err);
    await enrols(name, JSON.parse(reset.out).one_time_password);
  }
  const due = await alcove(["records", "due", ...place, "--json"], { input: types("priya") });
  assert.equal(due.code, 0, due.err);
  assert.doesNotMatch(due.out, /Tomasz|Ilona|Ruben/);
  const records = JSON.parse(due.out).records.filter((/** @type {any} */ one) => one.is_due && !one.hold);
  assert.equal(records.length, 2, "the couple's");
  const [first] = records;
  // A code works once: a minute later there are others.
  await new Promise((done) => setTimeout(done, 61_000));
  const input = `${types("adaeze")}The years are over\n${types("priya")}`;
  const done = await alcove(["records", "destroy", first.record, ...place], { input });
  assert.equal(done.code, 0, done.err);
  assert.match(done.out, /It is destroyed, and its keys are dead/);
  const nobody = await alcove(["records", "due", ...place], { input: "adaeze\nwrong\n" });
  assert.equal(nobody.code, 1);
});

chapter("the log holds, and says that rows were destroyed and not lost", async () => {
  const verdict = await alcove(["audit", "verify", ...place, "--json"]);
  assert.equal(verdict.code, 0, verdict.out + verdict.err);
  const { destroyed, findings } = JSON.parse(verdict.out);
  assert.deepEqual(findings, []);
  assert.ok(destroyed.some((/** @type {any} */ one) => one.table === "people"));
  const told = await alcove(["audit", "verify", ...place]);
  assert.match(told.out, /rows are not here because they were destroyed together with their keys/);
  // Whoever puts a row back is named.
  const part = found.greta.split("/").pop()?.replaceAll("-", "");
  const person = byHand(database, `SELECT lower(hex(person_id)) FROM participants WHERE lower(hex(id)) = '${part}'`)[0].rows[0][0];
  byHand(database, `UPDATE people SET sealed = x'010203' WHERE lower(hex(id)) = '${person}'`);
  const tampered = await alcove(["audit", "verify", ...place]);
  assert.equal(tampered.code, 1);
  assert.match(tampered.out, /people .*put back from outside/);
  byHand(database, `UPDATE people SET sealed = x'' WHERE lower(hex(id)) = '${person}'`);
  assert.equal((await alcove(["audit", "verify", ...place])).code, 0);
});

chapter("the owner gives the practice a rule of its own", async () => {
  // The one-time password ended what she was signed in with.
  const owner = await house.enter("priya");
  await owner.goto("/desk/retention/rule");
  await owner.getByLabel("Years after the last contact").fill("12");
  await owner.getByLabel("Where this comes from").fill("A letter of our board");
  await owner.getByLabel("Checked on").fill("2026-11-20");
  await house.look(owner, "records-10-rule", { dark: true });
  await press(owner, "This is our rule");
  assert.match(await text(owner), /12 years/);
  assert.match(await text(owner), /Checked by a person/);
  await house.look(owner, "records-11-own-rule");
});
