// A server without its keys: what is published is served, nothing else is, not even to somebody who was signed in before;
// with the passphrase everything is back.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { chapters, press, told } from "./acts.mjs";
import { alcove, serve } from "./ground.mjs";
import { openHouse } from "./house.mjs";
import { expected } from "./look.mjs";

const chapter = chapters();
const secrets = mkdtempSync(join(tmpdir(), "alcove-locked-"));
after(() => rmSync(secrets, { recursive: true, force: true }));

/** The sign-ins of a clinician and a client, from before the lock. @type {Record<string, string>} */
const before = {};
let passphrase = "";
/** @type {string[]} */
const cards = [];

/** Signs two people in, adds a passphrase, and takes the key file away. @param {{folder: string, data: string}} ground */
async function takeTheKeyAway({ folder, data }) {
  const server = await serve(["serve", "--data", data, "--listen", "127.0.0.1:0"], { log: join(folder, "before.log") });
  for (const person of ["adaeze", "noor"]) {
    const body = new URLSearchParams({ person });
    const answer = await fetch(`${server.address}/demo/enter`, { method: "POST", body, redirect: "manual" });
    before[person] = String(answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).find((cookie) => cookie.length > 40));
  }
  assert.equal(await server.stop(), 0);
  const file = join(secrets, "passphrase");
  passphrase = JSON.parse(readFileSync(new URL("markers.json", import.meta.url), "utf8")).sealed.passphrase;
  writeFileSync(file, `${passphrase}\n`, { mode: 0o600 });
  const added = await alcove(["keys", "add", "passphrase", "--data", data, "--new-passphrase-file", file]);
  assert.equal(added.code, 0, added.err);
  const dealt = await alcove(["keys", "add", "cards", "--data", data, "--show"]);
  assert.equal(dealt.code, 0, dealt.err);
  const lines = dealt.out.split("\n").filter((line) => line.startsWith("  ")).map((line) => line.trim());
  for (let at = 0; at < lines.length; at += 4) cards.push(lines.slice(at, at + 4).join(" "));
  renameSync(`${data}.key`, join(secrets, "key"));
}

const house = await openHouse("locked", { prepare: takeTheKeyAway });
after(() => house.close());

const visitor = await house.visit();
const nobody = "00000000-0000-7000-8000-000000000000";

/** Asks as somebody who was signed in, and follows nothing. @param {string} path @param {string} [cookie] @param {RequestInit} [how] */
const ask = (path, cookie = "", how = {}) =>
  fetch(house.address + path, { redirect: "manual", ...how, headers: { cookie, ...how.headers } });

chapter("health tells it", async () => {
  const answer = await fetch(`${house.address}/health`);
  assert.equal(answer.status, 200);
  assert.equal((await answer.json()).state, "locked");
});

chapter("published pages are served as ever", async () => {
  house.plant("passphrase");
  const pages = ["/", "/clinicians", "/clinicians/adaeze", "/sex-therapy", "/myths", "/articles", "/articles/when-it-hurts", "/what-to-expect", "/fees", "/privacy", "/raise-a-concern", "/book/younger"];
  for (const path of pages) {
    const answer = await visitor.goto(path);
    assert.equal(answer?.status(), 200, path);
    house.calm(visitor, path);
  }
  await visitor.goto("/clinicians/adaeze");
  await house.look(visitor, "locked-01-published", { thumb: true });
});

chapter("nothing confidential is: not to a visitor, not to who was signed in", async () => {
  const paths = ["/my", "/my/homework", "/my/receipts", "/desk", "/desk/cases", "/desk/calendar", "/desk/inbox", "/desk/practice", `/desk/cases/${nobody}`, `/invitation/${nobody}`];
  for (const path of paths) {
    for (const [who, cookie] of Object.entries({ visitor: "", ...before })) {
      const answer = await ask(path, cookie);
      const isSentToSignIn = answer.status === 303 && String(answer.headers.get("location")).startsWith("/sign-in");
      assert.ok(answer.status === 503 || (cookie === "" && isSentToSignIn), `${path} for ${who}: ${answer.status}`);
      assert.doesNotMatch(await answer.text(), /Noor|Sam /, `${path} for ${who}`);
    }
  }
  const data = await ask("/desk", before.adaeze, { headers: { accept: "application/json" } });
  assert.equal(data.status, 503, "a module of ours is told so, too");
  const page = await house.visit();
  const answer = await page.goto("/sign-in");
  assert.equal(answer?.status(), 503);
  expected(page, /^answer: 503 /);
  assert.ok(await page.getByRole("heading", { name: "The records are locked" }).isVisible());
  await house.look(page, "locked-02-not-now");
});

chapter("nothing can be booked, and nobody is asked to type for nothing", async () => {
  const answer = await visitor.goto("/book");
  assert.equal(answer?.status(), 200);
  await visitor.getByText("Booking is not possible at the moment. Call us, or come back later.").waitFor();
  assert.equal(await visitor.locator('form[action="/book"]').count(), 0);
  await house.look(visitor, "locked-08-no-booking", { thumb: true });
});

chapter("nothing is taken either: a first talk, a sign-in, an entrance of the demo", async () => {
  const page = await ask("/unlock");
  const cookie = page.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
  const csrf = String((await page.text()).match(/name="csrf" value="([^"]+)"/)?.[1]);
  for (const path of ["/book", "/sign-in", "/sign-in/code", "/sign-in/enrol", `/invitation/${nobody}`]) {
    const body = new URLSearchParams({ csrf, name: "Wren", password: "any", address: "wren@example.org", adult: "yes", half: "x", code: "123456" });
    const answer = await ask(path, cookie, { method: "POST", body });
    assert.equal(answer.status, 503, path);
  }
  const entered = await ask("/demo/enter", "", { method: "POST", body: new URLSearchParams({ person: "adaeze" }) });
  assert.equal(entered.status, 503, "the demo's door");
});

chapter("a wrong passphrase opens nothing and is not given back", async () => {
  await visitor.goto("/unlock");
  await house.look(visitor, "locked-03-unlock");
  await visitor.getByLabel("Passphrase").fill("these are not the words");
  const answer = await press(visitor, "Unlock");
  assert.equal(answer.status(), 422);
  assert.equal(await visitor.getByLabel("Passphrase").inputValue(), "");
  await house.look(visitor, "locked-04-wrong");
  assert.equal((await (await fetch(`${house.address}/health`)).json()).state, "locked");
});

chapter("of two cards the mistyped one is named with its group, and neither is given back", async () => {
  const [one, other] = cards;
  assert.ok(one !== undefined && other !== undefined && cards.length === 3);
  await visitor.getByLabel("First card").fill(one);
  await visitor.getByLabel("Second card").fill(other.replace(/^(\S+ \S+ )\S+/, "$1UUUUU"));
  const answer = await press(visitor, "Unlock with cards");
  assert.equal(answer.status(), 422);
  assert.match(String(await visitor.getByRole("alert").textContent()), /The second card: group 3 is not as it stands on the card/);
  assert.doesNotMatch(await visitor.content(), new RegExp(one.slice(0, 11)));
  for (const label of ["First card", "Second card"]) {
    assert.equal(await visitor.getByLabel(label).inputValue(), "");
  }
  await house.look(visitor, "locked-06-wrong-card");
});

chapter("the passphrase unlocks, and whoever was signed in is so again", async () => {
  await visitor.getByLabel("Passphrase").fill(passphrase);
  await press(visitor, "Unlock");
  assert.equal(new URL(visitor.url()).pathname, "/sign-in");
  assert.equal((await (await fetch(`${house.address}/health`)).json()).state, "ready");
  assert.ok(!existsSync(`${house.data}.key`), "and no key file was needed");
  await visitor.goto("/unlock");
  assert.equal(new URL(visitor.url()).pathname, "/sign-in", "there is nothing to unlock any more");
  assert.equal((await ask("/desk/cases", before.adaeze)).status, 200);
  assert.equal((await ask("/my", before.noor)).status, 200);
  const okafor = await house.enter("adaeze");
  assert.match(await told(okafor, "/desk/cases"), /Noor/);
  await house.look(okafor, "locked-05-unlocked");
  const owner = await house.enter("priya");
  await owner.goto("/desk/practice/unlocking");
  for (const name of ["A key file", "A passphrase", "Two of three cards"]) {
    assert.ok(await owner.getByRole("heading", { name }).isVisible(), name);
  }
  await house.look(owner, "locked-07-ways");
  const verified = await alcove(["audit", "verify", "--data", house.data, "--passphrase-file", join(secrets, "passphrase")]);
  assert.equal(verified.code, 0, verified.out + verified.err);
});
