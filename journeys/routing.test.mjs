// Where things go: who was in the room, each block of a note on its side, wider only with the exact words, narrower as a
// correction that stays in sight; what a joint note repeats is shown before it is signed; the policy that each signed stands
// where they type; what is shown together is each one's own choice; and a device that others may see says nothing of what is
// new (R2, R5, R12).

import assert from "node:assert/strict";
import { after } from "node:test";
import { arriving, chapters, press, source } from "./acts.mjs";
import { openHouse } from "./house.mjs";

/** @typedef {import("playwright-core").Page} Page */

const chapter = chapters();
const house = await openHouse("routing");
after(() => house.close());
const word = (/** @type {string} */ field) => house.plant(field);

const okafor = await house.enter("adaeze");
const noor = await house.enter("noor");
const sam = await house.enter("sam");
const known = { case: "", session: "", homework: "" };

/** The address of one person's side in the workspace. @param {string} words */
async function side(words) {
  await okafor.goto(known.session);
  return String(await okafor.getByRole("navigation", { name: "Whose record" }).getByRole("link", { name: words }).getAttribute("href"));
}

/** The choice of a side in the control of one block. @param {Page} page @param {string} block @param {string} words */
const goes = (page, block, words) => page.getByRole("group", { name: `Goes to (${block})` }).getByRole("radio", { name: words });

chapter("who was in the room is written down, and the note begins on the narrowest side", async () => {
  await okafor.goto("/desk/cases");
  await arriving(okafor, () => okafor.getByRole("link", { name: /Noor.*Sam/s }).first().click());
  known.case = new URL(okafor.url()).pathname;
  const session = await okafor.locator('ol.timeline a[href^="/desk/sessions/"]').first().getAttribute("href");
  known.session = String(session).split("?")[0] ?? "";
  await okafor.goto(known.session);
  const room = okafor.getByRole("region", { name: "In the room" });
  const fold = room.locator("details").first();
  if (!(await fold.evaluate((one) => /** @type {HTMLDetailsElement} */ (one).open))) await fold.locator("summary").first().click();
  await room.getByLabel("Sam", { exact: true }).uncheck();
  await room.getByLabel("Anybody else").fill(word("somebody else in the room"));
  await press(okafor, "Write it down");
  assert.match(okafor.url(), /done=attended/);
  assert.match(await room.innerText(), /Noor and Bitternhurst/);
  assert.match(await okafor.locator("section.note").innerText(), /Noor only\. Not for Sam/, "the narrowest side is hers");
  await room.getByText("Change it").click();
  await room.getByLabel("Sam", { exact: true }).check();
  await room.getByText("Came late or left early (Sam)").click();
  await room.locator("input[name^='from-']").last().fill("10:20");
  await press(okafor, "Write it down");
  assert.match(await room.innerText(), /Sam from 10:20/);
  assert.match(await okafor.locator("section.note").innerText(), /Couple record/);
  await house.look(okafor, "routing-01-workspace", { dark: true });
});

chapter("a block for one of them is never kept on the joint side", async () => {
  await okafor.getByLabel("What they brought").fill(word("block for both"));
  await goes(okafor, "What we did", "Noor only").check({ force: true });
  await okafor.getByLabel("What we did").fill(word("block for one"));
  await okafor.getByText(/^Draft saved/).waitFor();
  await okafor.reload();
  assert.equal(await okafor.getByLabel("What we did").inputValue(), "", "a draft that saves itself leaves it out");
  assert.equal(await okafor.getByLabel("What they brought").inputValue(), word("block for both"));
  await goes(okafor, "What we did", "Noor only").check({ force: true });
  await okafor.getByLabel("What we did").fill(word("block for one"));
  await press(okafor, "Save draft");
  assert.equal(await okafor.getByLabel("What we did").inputValue(), "");
  await okafor.goto(await side("Noor only"));
  assert.equal(await okafor.getByLabel("What we did").inputValue(), word("block for one"));
  assert.ok(await okafor.getByText("What they signed").isVisible(), "the line of the policy that she signed");
  await house.look(okafor, "routing-02-own-side");
  assert.equal(await okafor.getByRole("heading", { name: "Corrected" }).count(), 0, "nothing had stood elsewhere");
});

chapter("wider is asked once more with the exact words and the names, without script", async () => {
  const plain = await house.enter("adaeze", { script: false });
  await plain.goto(await side("Noor only"));
  await goes(plain, "What we did", "Couple record").check({ force: true });
  await press(plain, "Save draft");
  assert.match(new URL(plain.url()).pathname, /\/routing$/);
  const asked = await plain.locator("main").innerText();
  assert.match(asked, new RegExp(word("block for one")));
  assert.match(asked, /Noor, Sam and those who care for them/);
  await house.look(plain, "routing-03-wider");
  await arriving(plain, () => plain.getByRole("link", { name: "Leave it where it is" }).click());
  assert.equal(await plain.getByLabel("What we did").inputValue(), word("block for one"));
  await goes(plain, "What we did", "Couple record").check({ force: true });
  await press(plain, "Save draft");
  await press(plain, "Let them read it");
  assert.match(plain.url(), /done=moved/);
  await plain.goto(`${known.session}?side=chart`);
  assert.equal(await plain.getByLabel("What we did").inputValue(), word("block for one"));
  await plain.close();
});

chapter("narrower is a correction: gone from the other's pages, and in sight on the joint side", async () => {
  await noor.goto("/my/goals");
  const joint = noor.locator("section.shared");
  await joint.locator("summary").first().click();
  await joint.getByLabel("What you would like").fill(word("goal on the wrong side"));
  await arriving(noor, () => joint.getByRole("button", { name: "Share with Sam" }).click());
  assert.match((await source(sam, "/my/goals")).text, /siskinbracken/);
  await okafor.goto(known.session);
  const goal = okafor.locator(".work__ref li", { hasText: word("goal on the wrong side") });
  await goal.getByText("Where it goes").click();
  await goal.getByRole("radio", { name: "Noor only" }).check({ force: true });
  await press(okafor, "Move it");
  await house.look(okafor, "routing-04-narrower");
  await press(okafor, "Correct it");
  assert.match(okafor.url(), /done=moved/);
  const corrected = okafor.getByRole("region", { name: "Corrected" });
  assert.match(await corrected.innerText(), /A goal was corrected by Dr\. Okafor/);
  await corrected.getByText("What stood there").first().click();
  assert.ok(await corrected.getByText(word("goal on the wrong side")).isVisible());
  await house.look(okafor, "routing-05-corrected");
  assert.doesNotMatch((await source(sam, "/my/goals")).text, /siskinbracken/);
  for (const page of [noor, sam]) {
    await page.goto("/my/corrections");
    assert.match(await page.locator("main").innerText(), /A goal was corrected by Dr\. Okafor/);
    assert.doesNotMatch(await page.content(), /siskinbracken/);
  }
  await house.look(sam, "routing-06-corrections");
});

chapter("what a client wrote moves wider with their yes only", async () => {
  await okafor.goto(known.session);
  const goal = okafor.locator(".work__ref li", { hasText: word("goal on the wrong side") });
  await goal.locator("summary").first().click();
  await goal.getByText("Where it goes").click();
  await goal.getByRole("radio", { name: "Couple record" }).check({ force: true });
  await arriving(okafor, () => goal.getByRole("button", { name: "Move it" }).click());
  const answer = await press(okafor, "Let them read it");
  assert.equal(answer.status(), 422);
  await house.look(okafor, "routing-07-not-without-her-yes");
  assert.doesNotMatch((await source(sam, "/my/goals")).text, /siskinbracken/);
});

chapter("what a joint note repeats of what was told alone is shown before it is signed", async () => {
  const told = word("told alone");
  await noor.goto("/my/homework");
  await arriving(noor, () => noor.locator("main a[href^='/my/homework/']").first().click());
  await noor.getByLabel("Anything you want Dr. Okafor to know").fill(`At night the ${told}.`);
  await press(noor, "Save for Dr. Okafor only");
  await okafor.goto(`${known.session}?side=chart`);
  await okafor.getByLabel("How it landed").fill(`Noor said: ${told.toUpperCase()}!`);
  await okafor.getByRole("button", { name: "Sign and lock" }).first().click();
  await arriving(okafor, () => okafor.getByRole("dialog").getByRole("button", { name: "Sign and lock" }).click());
  assert.match(new URL(okafor.url()).pathname, /\/signature$/);
  assert.ok(await okafor.getByText("Check before you sign.").isVisible());
  assert.match(await okafor.locator("main").innerText(), /What Noor wrote to you alone/);
  await house.look(okafor, "routing-08-compare", { dark: true });
  await press(okafor, /^It was said in the room/);
  assert.match(okafor.url(), /done=signed/);
  assert.match(await okafor.locator("main").innerText(), /In the room: Noor, Sam from 10:20/);
  await house.look(okafor, "routing-09-signed");
});

chapter("R5: a part of a signed note moves without the note being altered", async () => {
  const part = okafor.locator("article.note .stack-1", { hasText: "What we did" }).first();
  await part.getByText("Where it goes").click();
  await part.getByRole("radio", { name: "Noor only" }).check({ force: true });
  await arriving(okafor, () => part.getByRole("button", { name: "Move it" }).click());
  assert.ok(await okafor.getByText("The note is signed, so that nothing in it changes").isVisible());
  await press(okafor, "Correct it");
  const note = await okafor.locator("main").innerText();
  assert.match(note, new RegExp(word("block for one")));
  assert.match(note, /Corrected: where it stands/);
});

chapter("the practice's own policy asks, and what each signed stands where they type", async () => {
  const raman = await house.enter("priya");
  await raman.goto("/desk/practice/policy");
  await raman.getByRole("radio", { name: "Our own words" }).check({ force: true });
  await raman.getByLabel("Your own policy in one line").fill("We keep what you tell us alone, and ask you once to tell it.");
  await raman.getByLabel("Your own policy", { exact: true }).fill("We keep what each of you tells us alone.\n\nWe ask you once to tell it.");
  await press(raman, "Use it from now on");
  await house.look(raman, "routing-10-policy");
  const shipped = /What you tell the clinician alone stays with you/;
  await noor.goto("/my/homework");
  await arriving(noor, () => noor.locator("main a[href^='/my/homework/']").first().click());
  assert.match(await noor.locator("main").innerText(), shipped, "the old one counts until she signs");
  await noor.goto("/my/consents");
  await arriving(noor, () => noor.getByRole("link", { name: /How we handle private information/ }).first().click());
  await house.look(noor, "routing-11-own-policy");
  await noor.getByLabel("Type your name to sign").fill("Noor");
  await press(noor, "Sign");
  for (const path of ["/my/goals", "/my/journal"]) {
    await noor.goto(path);
    assert.match(await noor.content(), /and ask you once to tell it/, path);
  }
  assert.doesNotMatch((await source(sam, "/my/goals")).text, /and ask you once to tell it/, "each signs alone");
  await house.look(noor, "routing-12-journal");
});

chapter("R2: what is shown together is each one's own choice, and not shown looks like not there", async () => {
  await noor.goto("/my/goals");
  const own = noor.locator("section.private").first();
  if (!(await own.getByLabel("What you would like").isVisible())) await own.locator("summary").first().click();
  await own.getByLabel("What you would like").fill(word("goal shown together"));
  await arriving(noor, () => own.getByRole("button", { name: "Save for Dr. Okafor only" }).click());
  const screen = `${known.session}/together`;
  await noor.goto("/my/together");
  await noor.getByLabel(/Show my own goals/).check();
  await press(noor, "Keep this choice");
  await house.look(noor, "routing-13-choice");
  await okafor.goto(screen);
  assert.ok(await okafor.getByText(word("goal shown together")).isVisible());
  await house.look(okafor, "routing-14-joint-screen", { dark: true });
  await noor.goto("/my/together");
  await noor.getByLabel(/Show my own goals/).uncheck();
  await noor.getByLabel(/Show my check-ins/).uncheck();
  await press(noor, "Keep this choice");
  await okafor.reload();
  assert.equal(await okafor.getByText(word("goal shown together")).count(), 0);
  assert.ok(await okafor.getByText("Nothing is shown here.").first().isVisible());
  await okafor.goto(`${known.case}/together`);
  await house.look(okafor, "routing-15-together");
});

chapter("R12: on a device that somebody else may see, the first page says nothing of what is new", async () => {
  await noor.goto("/my/account");
  await arriving(noor, () => noor.getByRole("link", { name: "Somebody else may see them" }).click());
  await press(noor, "Say less from now on");
  await house.look(noor, "routing-16-guarded");
  await noor.goto("/my");
  const main = await noor.locator("main").innerText();
  assert.doesNotMatch(main, /yellowhammersage|homework|[Qq]uiet|Something new/);
  assert.equal(await noor.locator("main .badge").count(), 0);
  await house.look(noor, "routing-17-home", { dark: true, thumb: true });
  await arriving(noor, () => noor.getByRole("link", { name: "Goals", exact: true }).click());
  assert.match(await noor.content(), /yellowhammersage/, "one step further it is there");
  await noor.goto("/my/account/guard");
  await noor.getByText("Take it back").click();
  await noor.getByLabel("Your password").fill("not the password");
  const answer = await press(noor, "Show my first page whole again");
  assert.equal(answer.status(), 422);
  const visitor = await house.visit();
  await visitor.goto("/sign-in");
  assert.ok(await visitor.getByLabel(/Somebody else may see this device/).first().isVisible());
  await house.look(visitor, "routing-18-sign-in");
});
