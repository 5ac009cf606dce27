// One person's whole way with every browser's script switched off, the clinician's too: from what is on their mind to
// leaving at once. The first talk is booked without a mouse (R1, R2, R5, R9, R13).

import assert from "node:assert/strict";
import { after } from "node:test";
import {
  acceptInvitation,
  answerIntake,
  arriving,
  bookSoon,
  bornOn,
  chapters,
  invitationFor,
  press,
  signEverything,
  signIn,
  tabTo,
  told,
} from "./acts.mjs";
import { openHouse } from "./house.mjs";

const chapter = chapters();
const house = await openHouse("person");
after(() => house.close());

const word = (/** @type {string} */ field) => house.plant(field);
const only = "Save for Dr. Okafor only";
/** Found on the way, needed later. */
const known = { case: "", session: "", note: "", homework: "" };

const visitor = await house.visit({ script: false });
const okafor = await house.enter("adaeze", { script: false });
const client = await house.visit({ script: false });

chapter("a visitor says what is on their mind and finds whom to talk to", async () => {
  await visitor.goto("/");
  await house.look(visitor, "person-01-public", { thumb: true });
  await visitor.getByLabel("Pain, or fear of pain", { exact: true }).check({ force: true });
  await press(visitor, "See who can help");
  assert.equal(new URL(visitor.url()).search, "", "what was chosen is not in the address");
  assert.ok(await visitor.getByText("Why you see Adaeze").isVisible());
  await house.look(visitor, "person-02-who", { thumb: true });
});

chapter("the first talk is booked with the keyboard alone", async () => {
  await visitor.goto("/book?clinician=adaeze");
  await tabTo(visitor, visitor.locator("a.skip"));
  await visitor.keyboard.press("Enter");
  await tabTo(visitor, visitor.locator("input[name=opening]").first());
  await visitor.keyboard.press("Space");
  await visitor.keyboard.press("ArrowDown");
  assert.ok(await visitor.locator("input[name=opening]").nth(1).isChecked(), "arrows choose among the times");
  await tabTo(visitor, visitor.getByLabel("Name to use"));
  await visitor.keyboard.type(word("name to use"));
  await tabTo(visitor, visitor.getByRole("radio", { name: "Email", exact: true }));
  await tabTo(visitor, visitor.getByLabel("Address or number"));
  await visitor.keyboard.type(word("person"));
  await tabTo(visitor, visitor.getByLabel("Anything you would like us to know"));
  await visitor.keyboard.type(word("consultation note"));
  await tabTo(visitor, visitor.getByRole("button", { name: "Book this time" }));
  const refused = await arriving(visitor, () => visitor.keyboard.press("Enter"));
  assert.equal(refused.status(), 422, "not said to be an adult");
  assert.equal(await visitor.getByLabel("Name to use").inputValue(), word("name to use"), "what was typed is still there");
  await house.look(visitor, "person-03-not-yet", { thumb: true });
  await tabTo(visitor, visitor.getByLabel("I am 18 or older"));
  await visitor.keyboard.press("Space");
  await tabTo(visitor, visitor.getByRole("button", { name: "Book this time" }));
  const booked = await arriving(visitor, () => visitor.keyboard.press("Enter"));
  assert.equal(booked.status(), 200);
  assert.ok(await visitor.getByRole("heading", { level: 1, name: "See you then, Oriwendel" }).isVisible());
  await house.look(visitor, "person-04-booked", { thumb: true });
});

chapter("her clinician accepts it as one person's, and an account is made from the letter", async () => {
  await okafor.goto("/desk/inbox");
  await arriving(okafor, () => okafor.getByRole("link", { name: /Oriwendel/ }).click());
  await okafor.getByRole("radio", { name: "One person" }).check();
  await press(okafor, "Accept and invite");
  known.case = String(await okafor.getByRole("link", { name: "Open the case" }).getAttribute("href")).split("/").pop() ?? "";
  assert.match(known.case, /^[0-9a-f-]{36}$/);
  const link = await invitationFor(house, "harebellquay@example.org");
  await client.goto(link);
  await acceptInvitation(client, link, "amber-lantern");
  await house.look(client, "person-05-home");
});

chapter("R9: the agreement comes first, then the questions", async () => {
  await client.goto("/my/intake");
  assert.equal(await client.getByLabel("Your date of birth").count(), 0, "nothing is asked before the agreement");
  await client.goto("/my/consents");
  await arriving(client, () => client.locator("a.todo").first().click());
  await client.getByLabel("Type your name to sign").fill(" ");
  const empty = await press(client, "Sign");
  assert.equal(empty.status(), 422, "a signature is a name");
  await house.look(client, "person-06-unsigned");
  assert.ok((await signEverything(client, word("consent signature"))) >= 2);
  await bornOn(client, "1979-02-11");
});

chapter("some questions are answered, some left out, one kept for the room", async () => {
  await client.goto("/my/intake");
  const kept = await client.locator("a.todo").nth(1).getAttribute("href");
  await client.goto(String(kept));
  await client.locator('[name="reason.now"]').fill(word("intake for the room"));
  await press(client, "Keep for later");
  await client.goto(String(kept));
  assert.equal(await client.locator('[name="reason.now"]').inputValue(), word("intake for the room"), "kept, and still only theirs");
  await client.locator('[name="reason.now"]').fill("");
  await press(client, "Keep for later");
  await answerIntake(
    client,
    { "health.medicines": word("intake health"), "beliefs.should": word("intake beliefs"), "concerns.words": word("intake concern") },
    ["sexual.desire"],
  );

  await okafor.goto(`/desk/cases/${known.case}`);
  const answers = await okafor.getByRole("link", { name: /answers and signatures/ }).getAttribute("href");
  const text = await told(okafor, String(answers));
  for (const field of ["intake health", "intake beliefs", "intake concern"]) assert.ok(text.includes(word(field)), field);
  assert.ok(!text.includes(word("intake for the room")), "what was kept for later and taken away reached nobody");
  assert.match(text, /in the room/i, "what is kept for the room is told");
  assert.match(text, /left out/);
  await house.look(okafor, "person-07-intake-read");
});

chapter("a session is booked and held, its note written, signed and added to", async () => {
  await bookSoon(okafor, known.case);
  await okafor.goto(`/desk/cases/${known.case}`);
  known.session = String(await okafor.locator('a[href^="/desk/sessions/"]').first().getAttribute("href")).split("?")[0] ?? "";
  await okafor.goto(known.session);
  await press(okafor, "It took place");
  const nothing = await press(okafor, "Save draft");
  assert.equal(nothing.status(), 422, "an empty note is not kept");
  await okafor.getByLabel("What they brought").fill(word("draft note"));
  await okafor.getByLabel("What we did").fill(word("progress note"));
  await okafor.getByLabel("Agreed for next time").fill(word("note plan"));
  await press(okafor, "Save draft");
  await press(okafor, "Sign and lock");
  assert.match(new URL(okafor.url()).pathname, /^\/desk\/notes\/[0-9a-f-]{36}\/signature$/, "the question of the dialog has a page");
  known.note = new URL(okafor.url()).pathname.replace(/\/signature$/, "");
  await house.look(okafor, "person-08-sign");
  await press(okafor, "Sign and lock");
  assert.match(okafor.url(), /done=signed/);
  await okafor.goto(known.note);
  await okafor.getByLabel("What you add").fill(word("note amendment"));
  const unreasoned = await press(okafor, "Add");
  assert.equal(unreasoned.status(), 422, "R5: an addition says why");
  assert.equal(await okafor.getByLabel("What you add").inputValue(), word("note amendment"));
  await okafor.getByLabel("Why").fill("Left out");
  await press(okafor, "Add");
  const text = await told(okafor, known.note);
  for (const field of ["draft note", "progress note", "note plan", "note amendment"]) assert.ok(text.includes(word(field)), field);
  await house.look(okafor, "person-09-note");
});

chapter("homework from the library comes, and what comes back is theirs until they send it", async () => {
  await okafor.goto(`/desk/cases/${known.case}/homework/new`);
  await house.look(okafor, "person-10-library");
  await okafor.locator("input[name=what]").first().check();
  const title = (await okafor.locator("label:has(input[name=what])").first().locator("strong").innerText()).trim();
  await press(okafor, /^Give to Oriwendel$/);
  await client.goto("/my/homework");
  await arriving(client, () => client.getByRole("link", { name: new RegExp(title) }).click());
  known.homework = new URL(client.url()).pathname;
  assert.equal(await client.locator(".shared").count(), 0, "nobody is there to share with");
  await client.getByRole("radio", { name: "Not this week" }).check({ force: true });
  await client.getByLabel("Anything you want Dr. Okafor to know").fill(word("own reflection"));
  await press(client, "Keep for later");
  await house.look(client, "person-11-kept");
  const desk = `/desk/cases/${known.case}/homework`;
  assert.ok(!(await told(okafor, desk)).includes(word("own reflection")), "kept for later is theirs alone");
  await client.goto(known.homework);
  assert.equal(await client.getByLabel("Anything you want Dr. Okafor to know").inputValue(), word("own reflection"));
  await press(client, only);
  assert.ok((await told(okafor, desk)).includes(word("own reflection")));
});

chapter("a goal is set, changed and let go, and its earlier words stay", async () => {
  await client.goto("/my/goals");
  const empty = await press(client, only);
  assert.equal(empty.status(), 422);
  await house.look(client, "person-12-no-goal");
  await client.getByLabel("What you would like").fill(word("goal"));
  await press(client, only);
  await arriving(client, () => client.getByRole("link", { name: /juniperotter/ }).click());
  await client.getByLabel("What you would like").fill("To be in no hurry");
  await press(client, only);
  await client.goto("/my/goals");
  await arriving(client, () => client.getByRole("link", { name: /no hurry/ }).click());
  assert.ok(await client.getByText(word("goal")).isVisible(), "what it said before is kept");
  await house.look(client, "person-13-goal");
  assert.match(await told(okafor, `/desk/cases/${known.case}`), /To be in no hurry/);
});

chapter("they read who opened their record, and where a time is", async () => {
  const lines = await told(client, "/my/receipts");
  assert.match(lines, /Adaeze Okafor/);
  assert.ok(!lines.includes("Oriwendel"), "their own visits are left out until they ask");
  await house.look(client, "person-14-receipts");
  assert.match(await told(client, "/my/receipts?mine=yes"), /Adaeze Okafor/);
  await client.goto("/my/sessions");
  await house.look(client, "person-15-times");
});

chapter("signing out ends it, also for a page that stayed open", async () => {
  const open = await client.context().newPage();
  await open.goto(known.homework);
  await press(client, "Sign out");
  await open.getByLabel("Anything you want Dr. Okafor to know").fill("After the end");
  const refused = await press(open, only);
  assert.equal(refused.status(), 401);
  assert.equal(await open.locator("textarea[readonly]").inputValue(), "After the end", "the words come back");
  await open.close();
  const again = await signIn(client, "amber-lantern", "not the right password");
  assert.equal(again.status(), 422);
  await house.look(client, "person-16-not-in", { thumb: true });
  await signIn(client, "amber-lantern");
  assert.equal(new URL(client.url()).pathname, "/my");
});

chapter("leaving at once ends the sign-in, by the button without script and by Shift with it", async () => {
  const before = await client.context().cookies();
  await client.goto(known.homework);
  const to = String(await client.locator("[data-exit]").getAttribute("data-exit"));
  await client.getByRole("button", { name: "Leave this page now" }).click();
  await client.waitForURL((url) => url.href.startsWith(to));
  assert.deepEqual((await client.context().cookies()).filter((cookie) => cookie.domain === "127.0.0.1"), [], "no cookie stays");
  await client.context().addCookies(before);
  await client.goto("/my");
  assert.match(client.url(), /\/sign-in/, "the sign-in has ended at the server, too");

  const hasty = await house.visit();
  await signIn(hasty, "amber-lantern");
  const held = await hasty.context().cookies();
  await hasty.goto(known.homework);
  for (let presses = 0; presses < 3; presses += 1) await hasty.keyboard.press("Shift");
  await hasty.waitForURL((url) => url.href.startsWith(to));
  await hasty.context().clearCookies();
  await hasty.context().addCookies(held);
  await hasty.goto("/my");
  assert.match(hasty.url(), /\/sign-in/);
});
