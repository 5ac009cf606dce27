// Words that were typed a moment ago: they are saved before anything leads away from them, and a draft that saves itself
// never stands in the way of its own page.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { arriving, press } from "./acts.mjs";
import { openHouse } from "./house.mjs";
import { expected } from "./look.mjs";

const house = await openHouse("drafts");
after(() => house.close());

const okafor = await house.enter("adaeze");
/** The workspace of a session whose note is not begun. */
let workspace = "";

/** The requests of one test, each when it is through; those for a note only after `gate`. @returns {Promise<string[]>} */
async function watched(gate = Promise.resolve()) {
  /** @type {string[]} */
  const order = [];
  await okafor.unrouteAll();
  await okafor.route(/\/note$/, async (route) => {
    if (route.request().isNavigationRequest()) {
      order.push("sent");
      return route.continue();
    }
    const answer = await route.fetch();
    await gate;
    order.push("saved");
    await route.fulfill({ response: answer });
  });
  await okafor.route(/\/desk\/cases\/[^/]+(\/homework)?$/, (route) => {
    order.push(route.request().method() === "POST" ? "given" : "left");
    return route.continue();
  });
  return order;
}

before(async () => {
  const noor = (await house.people()).find((person) => person.slug === "noor");
  await okafor.goto(`/desk/cases/${noor?.case}`);
  const sessions = await okafor.locator('a[href^="/desk/sessions/"]').evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  for (const href of sessions) {
    await okafor.goto(String(href));
    if ((await okafor.getByLabel("What we did").count()) > 0) workspace = String(href);
  }
  assert.notEqual(workspace, "", "there is a note to write");
});

test("a note is saved before homework is given", async () => {
  const order = await watched();
  await okafor.goto(workspace);
  await okafor.getByLabel("Exercise").selectOption({ index: 1 });
  await okafor.getByLabel("What we did").fill("Typed just before the homework");
  await press(okafor, /^Give to /);
  assert.match(okafor.url(), /done=given/);
  assert.deepEqual(order.slice(0, 2), ["saved", "given"]);
  await okafor.goto(workspace);
  assert.equal(await okafor.getByLabel("What we did").inputValue(), "Typed just before the homework");
  await house.look(okafor, "drafts-1-kept");
});

test("a note is saved before a link is followed", async () => {
  const order = await watched();
  await okafor.goto(workspace);
  await okafor.getByLabel("How it landed").fill("Typed just before leaving");
  await arriving(okafor, () => okafor.getByRole("link", { name: "Case", exact: true }).click());
  assert.deepEqual(order, ["saved", "left"]);
  await okafor.goto(workspace);
  assert.equal(await okafor.getByLabel("How it landed").inputValue(), "Typed just before leaving");
});

test("a note that saves itself and is sent at the same moment is not behind itself", async () => {
  /** @type {(go: void) => void} */
  let go = () => {};
  const order = await watched(new Promise((open) => (go = open)));
  await okafor.goto(workspace);
  const saving = okafor.waitForRequest(/\/note$/);
  await okafor.getByLabel("How it landed").fill("Typed, and saving itself");
  await saving;
  const clicked = okafor.evaluate(() => new Promise((done) => addEventListener("click", () => done(true), { once: true })));
  const sent = press(okafor, "Save draft");
  await clicked;
  go();
  assert.equal((await sent).status(), 200);
  assert.match(okafor.url(), /done=saved/);
  assert.deepEqual(order, ["saved", "sent"]);
});

test("a note that is too long says so, and is saved again after the next change", async () => {
  await okafor.unrouteAll();
  await okafor.goto(workspace);
  const answered = () => okafor.waitForResponse((answer) => answer.url().endsWith("/note"));
  let answer = answered();
  await okafor.getByLabel("How it landed").fill("x".repeat(20_002));
  assert.equal((await answer).status(), 422);
  await okafor.getByText("This is 2 characters too long. Not saved until then.").waitFor();
  expected(okafor, /422/);
  await house.look(okafor, "drafts-2-too-long");
  answer = answered();
  await okafor.getByLabel("How it landed").fill("Short enough");
  assert.equal((await answer).status(), 200);
  await okafor.getByText(/^Draft saved /).waitFor();
});

test("where nobody answers, what leads away is held up for a moment, and asked about", async () => {
  await okafor.unrouteAll();
  await okafor.goto(workspace);
  await okafor.route(/\/note$/, () => {});
  await okafor.getByLabel("How it landed").fill("Typed while nobody answers");
  const asked = okafor.waitForEvent("dialog");
  const left = arriving(okafor, () => okafor.getByRole("link", { name: "Case", exact: true }).click());
  const dialog = await asked;
  assert.equal(dialog.type(), "beforeunload");
  await dialog.accept();
  await left;
  await okafor.unrouteAll();
});
