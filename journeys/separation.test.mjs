// A couple, a third who joins, and a separation: three people in three browsers and two clinicians. At each step each sees
// what is theirs, and nothing of where another goes (R2, R3, R9, R11, R12).

import assert from "node:assert/strict";
import { after } from "node:test";
import { acceptInvitation, arriving, chapters, invitationFor, press, signEverything } from "./acts.mjs";
import { openHouse } from "./house.mjs";

/** @typedef {import("playwright-core").Page} Page */

const chapter = chapters();
const house = await openHouse("separation");
after(() => house.close());

const word = (/** @type {string} */ field) => house.plant(field);
const text = (/** @type {Page} */ page) => page.locator("main").innerText();
const okafor = await house.enter("adaeze");
const noor = await house.enter("noor");
const sam = await house.enter("sam");
const third = await house.visit();
const miriam = await house.enter("miriam");
const address = "shared-by-two@example.org";
/** The couple's case, and words that were typed. */
const known = { case: "", before: "", three: "", kept: "", other: "" };

/** Sets a joint goal. @param {Page} page @param {string} words */
async function sets(page, words) {
  await page.goto("/my/goals");
  const box = page.locator("section.compartment.shared").first();
  const more = box.getByText("Set another");
  if (await more.isVisible()) await more.click();
  await box.getByLabel("What you would like").fill(words);
  await arriving(page, () => box.getByRole("button", { name: /^Share with/ }).click());
}

/** How many forms share something, folded ones too. @param {Page} page */
const shares = (page) => page.getByRole("button", { name: /^Share with/, includeHidden: true }).count();

/** Everything that somebody can read at the portal, page by page. @param {Page} page */
async function everything(page) {
  const all = [];
  for (const path of ["/my", "/my/goals", "/my/homework", "/my/sessions", "/my/consents", "/my/intake", "/my/messages", "/my/receipts", "/my/measures", "/my/journal"]) {
    await page.goto(path);
    all.push(await page.locator("body").innerText());
  }
  return all.join("\n");
}

chapter("two share a goal, and the clinician adds a third", async () => {
  known.before = `Say pause early ${word("joint goal before somebody joined")}`;
  await sets(noor, known.before);
  await okafor.goto("/desk/cases");
  await arriving(okafor, () => okafor.getByRole("link", { name: /Noor/ }).first().click());
  known.case = new URL(okafor.url()).pathname;
  await okafor.getByText("Somebody joins or leaves, or another case begins").click();
  await house.look(okafor, "separation-01-case", { dark: true });
  await arriving(okafor, () => okafor.getByRole("link", { name: "Somebody joins" }).click());
  await press(okafor, "Add them");
  assert.match(await text(okafor), /Nobody was added/);
  await okafor.goto(`${known.case}/joining`);
  await okafor.getByLabel("Name to use").fill(word("newcomer's name to use"));
  await okafor.getByLabel("An email address that is safe for them").fill(address);
  await okafor.getByLabel("Everybody who takes part knows of it, and agrees").check();
  await house.look(okafor, "separation-03-joins", { dark: true });
  const answer = await press(okafor, "Add them");
  assert.equal(answer.status(), 200);
  await house.look(okafor, "separation-04-added");
  await arriving(okafor, () => okafor.getByRole("link", { name: "Open the case" }).click());
  assert.match(await text(okafor), /wait for your screening/);
  assert.match(await text(okafor), /Three people/);
});

chapter("who joins makes an account of their own, and reads nothing of before", async () => {
  const link = await invitationFor(house, address);
  await acceptInvitation(third, link, "wren-at-dusk");
  const all = await everything(third);
  assert.ok(!all.includes(known.before), "what was shared before is not theirs");
  assert.match(all, /Noor/);
  assert.match(all, /Sam/);
  await third.goto("/my");
  await house.look(third, "separation-05-joined", { dark: true });
  await noor.goto("/my");
  assert.match(await text(noor), /Wrenhollow takes part since/);
  await noor.goto("/my/goals");
  assert.match(await text(noor), /From before somebody joined, who does not see it/);
  await house.look(noor, "separation-06-goals", { dark: true });
});

chapter("what is shared from now on is for three", async () => {
  await signEverything(third, word("newcomer's name to use"));
  known.three = `Evenings for three ${word("joint goal of three")}`;
  await sets(third, known.three);
  for (const page of [noor, sam]) {
    await page.goto("/my/goals");
    assert.ok((await text(page)).includes(known.three));
  }
});

chapter("the work together ends: what would happen is read before it does", async () => {
  await okafor.goto(`${known.case}/separation`);
  await house.look(okafor, "separation-07-ask", { dark: true });
  const part = (/** @type {string} */ name) => okafor.locator("section.card").filter({ has: okafor.getByRole("heading", { name, exact: true }) });
  await press(okafor, "See what would happen");
  assert.match(await text(okafor), /Something is missing/);
  known.kept = `Goes on here ${word("remark of a separation")}`;
  known.other = `Wants somebody else ${word("remark of another's separation")}`;
  await part("Noor").getByRole("radio", { name: /With me/ }).check();
  await part("Noor").getByLabel("What you want to keep beside it").fill(known.kept);
  await part("Sam").getByRole("radio", { name: /With somebody else/ }).check();
  const whom = part("Sam").getByLabel("If with somebody else");
  await whom.selectOption({ label: await whom.locator("option", { hasText: "Miriam" }).innerText() });
  await part("Sam").getByLabel("What you want to keep beside it").fill(known.other);
  await part("Wrenhollow").getByRole("radio", { name: "Not here" }).check();
  await press(okafor, "See what would happen");
  await house.look(okafor, "separation-08-preview", { dark: true });
  const said = await text(okafor);
  for (const one of [/Nothing has happened yet/, /With you, in a case of their own/, /Miriam/, /Not here/]) assert.match(said, one);
  await noor.goto("/my/goals");
  assert.ok((await shares(noor)) > 0, "nothing has happened");
  await press(okafor, "End the work together");
  assert.match(await text(okafor), /Part it only when you have read it/);
  await okafor.getByLabel(/I have read what happens/).check();
  await press(okafor, "End the work together");
  assert.match(await text(okafor), /The work together has ended/);
  await house.look(okafor, "separation-09-parted", { dark: true });
});

chapter("each learns of themselves only", async () => {
  const [hers, his, theirs] = [await everything(noor), await everything(sam), await everything(third)];
  for (const all of [hers, his, theirs]) {
    assert.match(all, /Something changed in your care/);
    assert.ok(all.includes(known.three), "what was shared is theirs to read");
    assert.ok(!all.includes(known.kept) && !all.includes(known.other), "what the clinician keeps is not shown");
  }
  assert.match(hers, /With Dr. Okafor, for you alone/);
  assert.match(his, /Miriam/);
  for (const all of [hers, theirs]) assert.ok(!all.includes("Miriam"), "nobody learns where Sam goes");
  assert.doesNotMatch(theirs, /With [^\n]+, for you alone/);
  await noor.goto("/my");
  await house.look(noor, "separation-10-noor", { dark: true });
  await sam.goto("/my");
  await house.look(sam, "separation-11-sam", { dark: true });
  await third.goto("/my");
  await house.look(third, "separation-12-third", { dark: true });
  // The other clinician has a name, and nothing of the case.
  await miriam.goto("/desk/cases");
  await arriving(miriam, () => miriam.getByRole("link", { name: /^Sam/ }).first().click());
  const seen = await text(miriam);
  assert.ok(!seen.includes("Noor") && !seen.includes(known.three) && !seen.includes(known.other));
  await house.look(miriam, "separation-13-handed-over");
  const answer = await miriam.request.get(known.case);
  assert.equal(answer.status(), 404);
  // Mail says the same to everybody.
  const outbox = await (await fetch(`${house.address}/demo/outbox`)).text();
  assert.match(outbox, /Something for you/);
});

chapter("nothing more is shared, and one day another case can begin", async () => {
  await noor.goto("/my/goals");
  assert.equal(await shares(noor), 0);
  await okafor.goto(`${known.case}/begin`);
  await okafor.getByLabel("Noor", { exact: true }).check();
  await okafor.getByLabel("Sam", { exact: true }).check();
  await house.look(okafor, "separation-14-anew", { dark: true });
  const answer = await press(okafor, "Begin the case");
  assert.equal(answer.status(), 200);
  await house.look(okafor, "separation-15-begun");
  const all = await everything(sam);
  assert.match(all, /together with Noor/);
  await sam.goto("/my/goals");
  await house.look(sam, "separation-16-places", { dark: true });
});
