// The whole way of a couple: from the public page to a signed note and homework that each looks back on, alone and
// together, and neither ever sees the other's own side (R1, R2, R5, R9, R12, R13).

import assert from "node:assert/strict";
import { after } from "node:test";
import {
  acceptInvitation,
  answerIntake,
  arriving,
  bookSoon,
  bornOn,
  chapters,
  fillTalk,
  invitationFor,
  press,
  signEverything,
  signIn,
  source,
} from "./acts.mjs";
import { openHouse } from "./house.mjs";

const chapter = chapters();
const house = await openHouse("couple");
after(() => house.close());

const word = (/** @type {string} */ field) => house.plant(field);
/** What only the one may ever read, and what only the other. */
const own = { first: /** @type {string[]} */ ([]), second: /** @type {string[]} */ ([]) };
/** Found on the way, needed later. */
const known = { case: "", session: "", homework: "" };

/** Homework for both; who is named first is chance. */
const both = /^Give to (Oriwendel and Tamsquill|Tamsquill and Oriwendel)$/;

const visitor = await house.visit();
const okafor = await house.enter("adaeze");
const first = await house.visit();
const second = await house.visit();

chapter("a visitor books a first talk for two", async () => {
  await visitor.goto("/");
  await house.look(visitor, "couple-01-public", { thumb: true });
  await fillTalk(visitor, {
    clinician: "adaeze",
    name: word("name to use"),
    pronouns: "she/her",
    coming: "Me and a partner",
    address: word("visitor"),
    told: word("consultation note"),
    avoid: word("safe contact note"),
  });
  const answer = await press(visitor, "Book this time");
  assert.equal(answer.status(), 200);
  await house.look(visitor, "couple-02-booked", { thumb: true });
});

chapter("her clinician accepts it as a couple, and both are invited", async () => {
  await okafor.goto("/desk/inbox");
  await house.look(okafor, "couple-03-inbox");
  await arriving(okafor, () => okafor.getByRole("link", { name: /Oriwendel/ }).click());
  await house.look(okafor, "couple-04-request");
  const text = await okafor.locator("main").innerText();
  assert.match(text, /wickerplume@example\.org/);
  await okafor.getByRole("radio", { name: /A couple/ }).check();
  await okafor.getByLabel("Name to use").fill(word("partner's name to use"));
  await okafor.getByLabel("An email address that is safe for them").fill(word("partner"));
  const answer = await press(okafor, "Accept and invite");
  assert.equal(answer.status(), 200);
  await house.look(okafor, "couple-05-accepted");
  const link = await okafor.getByRole("link", { name: "Open the case" }).getAttribute("href");
  known.case = String(link).split("/").pop() ?? "";
  assert.match(known.case, /^[0-9a-f-]{36}$/);
});

chapter("each gets a letter that names nothing, and makes an account of their own", async () => {
  await visitor.goto("/demo/outbox");
  await house.look(visitor, "couple-06-outbox");
  for (const [page, address, name] of /** @type {const} */ ([
    [first, "wickerplume@example.org", "heron-by-the-lake"],
    [second, "lintelbrook@example.org", "quiet-otter"],
  ])) {
    const link = await invitationFor(house, address);
    await page.goto(link);
    await house.look(page, `couple-07-invitation-${name}`, { thumb: true });
    await acceptInvitation(page, link, name);
    const again = await page.request.get(link);
    assert.equal(again.status(), 404, "an invitation works once");
    await house.look(page, `couple-08-home-${name}`);
  }
});

chapter("R9: before the consent nothing clinical is kept", async () => {
  await first.goto("/my/intake");
  assert.ok(await first.getByText("First the agreement").isVisible());
  assert.equal(await first.getByLabel("Your date of birth").count(), 0);
  await okafor.goto(`/desk/booking?case=${known.case}`);
  assert.ok(await okafor.getByText(/^Sessions of everybody wait/).isVisible(), "R11: joint sessions wait in every case");
  await house.look(okafor, "couple-09-joint-waits");
  await bookSoon(okafor, known.case, { who: "Oriwendel" });
  await okafor.goto(await latestSession());
  assert.ok(await okafor.getByText("Consent first.").isVisible());
  await house.look(okafor, "couple-09-consent-first");
});

chapter("each reads and signs alone", async () => {
  await first.goto("/my/consents");
  await house.look(first, "couple-10-documents");
  await arriving(first, () => first.locator("a.todo").first().click());
  await house.look(first, "couple-11-consent");
  assert.ok((await signEverything(first, word("consent signature"))) >= 2);
  await house.look(first, "couple-12-signed");
  await second.goto("/my/consents");
  const waiting = await second.locator("a.todo:not(:has(.tick--done))").count();
  assert.ok(waiting >= 2, "the other's signatures count for nothing");
  await signEverything(second, "Tamsquill Vastenholt");
  house.note("sealed", "Tamsquill Vastenholt");
});

chapter("R8: who says that they are not an adult gets people to talk to, and nothing stays", async () => {
  await bornOn(second, `${new Date().getFullYear() - 16}-05-04`);
  assert.equal(new URL(second.url()).pathname, "/my/intake/younger");
  await house.look(second, "couple-13-younger");
  await second.goto("/my/intake");
  assert.ok(await second.getByLabel("Your date of birth").isVisible());
});

chapter("each does the intake alone", async () => {
  await first.goto("/my/intake");
  await house.look(first, "couple-14-intake-begin");
  await bornOn(first, "1988-05-04");
  await house.look(first, "couple-15-intake-part");
  own.first.push(
    word("intake health"),
    word("intake sexual background"),
    word("intake education"),
    word("intake beliefs"),
    word("intake concern"),
  );
  await answerIntake(
    first,
    {
      "reason.now": own.first[4],
      "health.medicines": own.first[0],
      "sexual.good": own.first[1],
      "education.message": own.first[2],
      "beliefs.should": own.first[3],
      "concerns.ranked-1": "2",
      "concerns.ranked-1-words": own.first[4],
      "safety.private": "yes",
    },
    ["sexual.desire"],
  );
  await first.goto("/my/intake");
  await house.look(first, "couple-16-intake-sent");

  await bornOn(second, "1986-11-30");
  own.second.push(word("partner's intake health"), word("partner's intake beliefs"), word("partner's intake concern"));
  await answerIntake(second, {
    "health.medicines": own.second[0],
    "beliefs.should": own.second[1],
    "concerns.words": own.second[2],
  });
});

chapter("R11: what each answered is in the inbox, and joint work waits until the clinician has decided", async () => {
  await okafor.goto("/desk/inbox");
  await house.look(okafor, "couple-16-inbox-answers");
  await arriving(okafor, () => okafor.getByRole("link", { name: /Oriwendel.*Answers came in/s }).click());
  await press(okafor, "I have read them");
  assert.match(okafor.url(), /done=read$/);
  await okafor.goto(`/desk/cases/${known.case}/homework/new`);
  assert.equal(await okafor.getByRole("button", { name: both }).count(), 0, "joint homework waits");
  await okafor.getByRole("link", { name: "screening of each person" }).click();
  await okafor.getByRole("heading", { name: "Screening" }).waitFor();
  await house.look(okafor, "couple-16-screening", { dark: true });
  await okafor.getByRole("group", { name: "Oriwendel" }).getByLabel(/Sessions apart/).check();
  await okafor.getByLabel("What you want to keep beside it").first().fill(word("screening remark"));
  await press(okafor, "Keep what I decided");
  assert.ok(await okafor.getByText("Joint sessions and joint homework wait.").isVisible());
  for (const name of ["Oriwendel", "Tamsquill"]) {
    await okafor.getByRole("group", { name }).getByLabel("Joint work can take place", { exact: true }).check();
  }
  await press(okafor, "Keep what I decided");
  await house.look(okafor, "couple-16-screening-settled", { dark: true });
  await okafor.getByRole("button", { name: "Ask once more, alone" }).last().click();
  await okafor.getByText(/Asked once more on/).waitFor();
  const asked = /A few questions, for you alone/;
  const pages = [(await source(first, "/my")).text, (await source(second, "/my")).text];
  assert.equal(pages.filter((page) => asked.test(page)).length, 1, "who was asked, and nobody else");
  const answering = asked.test(pages[0]) ? first : second;
  await answering.goto("/my");
  await house.look(answering, "couple-16-asked", { thumb: true });
  await arriving(answering, () => answering.getByRole("link", { name: asked }).click());
  await press(answering, /^Save for .* only$/);
  await bookSoon(okafor, known.case);
  known.session = await latestSession();
});

chapter("the session is held, and its note is written, saves itself and is signed", async () => {
  await okafor.goto(known.session);
  await press(okafor, "It took place");
  await house.look(okafor, "couple-17-workspace", { dark: true });
  await okafor.getByLabel("What they brought").fill(word("draft note"));
  await okafor.getByText(/^Draft saved/).waitFor();
  await okafor.reload();
  assert.equal(await okafor.getByLabel("What they brought").inputValue(), word("draft note"));
  await okafor.getByLabel("What we did").fill(word("progress note"));
  await okafor.getByLabel("Agreed for next time").fill(word("note plan"));
  await press(okafor, "Save draft");
  assert.match(okafor.url(), /done=saved/);
  await okafor.getByRole("button", { name: "Sign and lock" }).first().click();
  const dialog = okafor.getByRole("dialog");
  await dialog.waitFor();
  await house.look(okafor, "couple-18-sign");
  await arriving(okafor, () => dialog.getByRole("button", { name: "Sign and lock" }).click());
  assert.match(okafor.url(), /done=signed/);
  assert.equal(await okafor.getByLabel("What we did").count(), 0, "R5: a signed note has no field");
  await house.look(okafor, "couple-19-signed");
});

chapter("R5: what comes later stands beside the note", async () => {
  await arriving(okafor, () => okafor.getByRole("link", { name: "Open the note, add to it" }).click());
  await okafor.getByLabel("What you add").fill(word("note amendment"));
  await okafor.getByLabel("Why").fill("Left out");
  await press(okafor, "Add");
  assert.ok(await okafor.getByText(word("note amendment")).isVisible());
  await house.look(okafor, "couple-20-amended");
});

chapter("a window that is behind gives the typed words back", async () => {
  const side = known.session + "?side=" + (await sideOf(okafor, "Oriwendel only"));
  const behind = await okafor.context().newPage();
  await behind.goto(side);
  await okafor.goto(side);
  await okafor.getByLabel("What they brought").fill("From the first window");
  await press(okafor, "Save draft");
  await behind.getByLabel("What they brought").fill("From the window that was behind");
  const answer = await press(behind, "Save draft");
  assert.equal(answer.status(), 409);
  assert.equal(await behind.getByLabel("What they brought").inputValue(), "From the window that was behind");
  assert.ok(await behind.getByText("From the first window").isVisible(), "what was saved meanwhile stands beside it");
  await house.look(behind, "couple-21-behind");
  await behind.close();
  await okafor.bringToFront();
});

chapter("homework goes to both", async () => {
  await okafor.goto(known.session);
  await okafor.getByLabel("Exercise").selectOption({ index: 2 });
  await press(okafor, both);
  await okafor.goto(`/desk/cases/${known.case}/homework/new`);
  await house.look(okafor, "couple-22-give");
  await okafor.getByLabel("Something that you write").check();
  await okafor.getByLabel("Its name").fill("A walk after dinner");
  await okafor.getByLabel("What to try").fill(word("homework wording"));
  await press(okafor, both);
  for (const page of [first, second]) {
    await page.goto("/my/homework");
    await arriving(page, () => page.getByRole("link", { name: /A walk after dinner/ }).click());
    assert.ok(await page.getByText(word("homework wording")).isVisible());
  }
  known.homework = new URL(first.url()).pathname;
  assert.equal(new URL(second.url()).pathname, known.homework);
  await house.look(first, "couple-23-homework", { dark: true });
});

/** All that the second partner can open. */
const rooms = () => [
  "/my",
  "/my/homework",
  known.homework,
  "/my/goals",
  "/my/intake",
  "/my/consents",
  "/my/sessions",
  "/my/receipts",
  "/my/receipts?mine=yes",
];

chapter("R2: what the one writes alone changes nothing for the other, byte for byte", async () => {
  // What the second may have left open is settled first: reading their own pages leaves receipts of their own.
  const before = new Map();
  for (const path of rooms()) before.set(path, await source(second, path));
  const mine = await source(second, "/my/receipts?mine=yes");

  own.first.push(word("own reflection"), word("goal"));
  await first.goto(known.homework);
  await first.getByRole("radio", { name: "Some of it" }).check();
  await first.getByLabel("Anything you want Dr. Okafor to know").fill(word("own reflection"));
  await press(first, "Save for Dr. Okafor only");
  assert.match(first.url(), /done=own/);
  await house.look(first, "couple-24-own-reflection");
  await first.goto("/my/goals");
  const goals = first.locator("section.private");
  await goals.getByLabel("What you would like").fill(word("goal"));
  await arriving(first, () => goals.getByRole("button", { name: "Save for Dr. Okafor only" }).click());
  await house.look(first, "couple-25-goal");

  for (const path of rooms()) {
    const now = await source(second, path);
    if (path.endsWith("?mine=yes")) continue;
    assert.equal(now.status, 200, path);
    assert.equal(now.text, before.get(path).text, `${path} of the other changed`);
  }
  assert.equal(mine.status, 200);
});

chapter("each looks back alone and together", async () => {
  own.second.push(word("partner's own reflection"));
  await second.goto(known.homework);
  await second.getByRole("radio", { name: "Not this week" }).check();
  await second.getByLabel("Anything you want Dr. Okafor to know").fill(word("partner's own reflection"));
  await press(second, "Save for Dr. Okafor only");

  await first.goto(known.homework);
  await first.getByLabel("Something you would like Tamsquill to hear").fill(word("shared reflection"));
  await press(first, "Share with Tamsquill");
  assert.equal(new URL(first.url()).pathname, `${known.homework}/share`);
  assert.ok(await first.getByText(word("shared reflection")).isVisible());
  assert.equal(await first.evaluate(() => document.activeElement?.textContent), "Keep editing");
  assert.doesNotMatch((await source(second, known.homework)).text, new RegExp(word("shared reflection")), "not before it is shared");
  await house.look(first, "couple-26-share");
  await press(first, "Share with Tamsquill");
  await house.look(first, "couple-27-shared");

  await second.goto(known.homework);
  assert.ok(await second.getByText(word("shared reflection")).isVisible());
  await second.getByLabel("Something you would like Oriwendel to hear").fill("I liked the quiet.");
  await press(second, "Share with Oriwendel");
  await press(second, "Share with Oriwendel");
  await house.look(second, "couple-28-both", { dark: true });
});

chapter("R2: neither finds anything of the other's own side, wherever they look", async () => {
  for (const [page, words] of /** @type {const} */ ([
    [second, own.first],
    [first, own.second],
  ])) {
    for (const path of rooms()) {
      const { text } = await source(page, path);
      for (const other of words) assert.ok(!text.includes(other), `${path} holds ${other}`);
    }
  }
});

chapter("R2: addresses that are guessed are like addresses that do not exist", async () => {
  const nobody = "00000000-0000-7000-8000-000000000000";
  await first.goto("/my/intake");
  const links = await first.locator("a.todo").evaluateAll((all) => all.map((link) => String(link.getAttribute("href"))));
  await first.goto("/my/goals");
  links.push(...(await first.locator("section.private a.row").evaluateAll((all) => all.map((link) => String(link.getAttribute("href"))))));
  await first.goto("/my/consents");
  const document = String(await first.locator("a.todo").first().getAttribute("href"));
  await first.goto(document);
  links.push(document, `${document}/withdraw`);
  links.push(...(await first.locator('a[href^="/my/consents/signed/"]').evaluateAll((all) => all.map((link) => String(link.getAttribute("href"))))));
  assert.ok(links.length > 10, `${links.length} addresses`);
  for (const link of links) {
    const invented = link.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, nobody);
    assert.notEqual(invented, link);
    const seen = await source(second, link);
    assert.equal(seen.status, 404, link);
    assert.deepEqual(seen, await source(second, invented), link);
  }
  for (const path of [`/desk/cases/${known.case}`, known.session, "/desk"]) {
    assert.equal((await source(second, path)).status, 404, path);
  }
});

chapter("the clinician reads both sides, each under its label", async () => {
  await okafor.goto(`/desk/cases/${known.case}/homework`);
  const text = await okafor.locator("main").innerText();
  assert.ok(text.includes(word("shared reflection")));
  assert.ok(!text.includes(word("own reflection")), "one partner's words are folded while a couple is looked at");
  await okafor.locator("details.veil summary").first().click();
  await house.look(okafor, "couple-29-desk-homework");
  await okafor.goto(`/desk/cases/${known.case}`);
  await house.look(okafor, "couple-30-case", { dark: true });
  await okafor.goto("/desk");
  await house.look(okafor, "couple-31-today", { dark: true });
  await okafor.goto("/desk/calendar");
  await house.look(okafor, "couple-32-week", { dark: true });
});

chapter("each reads who opened their record, and no partner is among them", async () => {
  for (const [page, other] of /** @type {const} */ ([
    [first, "Tamsquill"],
    [second, "Oriwendel"],
  ])) {
    await page.goto("/my/receipts?mine=yes");
    const lines = await page.locator("li.receipt").allInnerTexts();
    assert.ok(lines.length > 3);
    assert.ok(lines.every((line) => !line.includes(other)), `a line names ${other}`);
    await page.goto("/my/receipts");
    const theirs = await page.locator("li.receipt").allInnerTexts();
    assert.ok(theirs.some((line) => line.includes("Adaeze Okafor")));
    assert.ok(theirs.every((line) => !line.includes(other)));
  }
  await house.look(first, "couple-33-receipts", { dark: true });
});

chapter("R2: who leaves keeps their time, and nothing of what comes later", async () => {
  await okafor.goto(`/desk/cases/${known.case}`);
  await okafor.getByText("Somebody joins or leaves, or another case begins").click();
  await arriving(okafor, () => okafor.getByRole("link", { name: /End the part of Tamsquill/ }).click());
  await house.look(okafor, "couple-34-leave");
  await okafor.getByLabel("Why it ends").fill(word("reason for leaving"));
  await okafor.getByLabel(/am sure/).check();
  await press(okafor, "End their part");
  assert.match(okafor.url(), /done=part/);
  assert.ok(await okafor.getByText(word("reason for leaving")).isVisible());
  await house.look(okafor, "couple-35-left");
  own.first.push(word("goal of later"));
  await first.goto("/my/goals");
  const goals = first.locator("section.private");
  assert.ok(!(await first.getByRole("button", { name: /Share with/ }).count()), "there is nobody to share with");
  await goals.getByText("Set another").click();
  await goals.getByLabel("What you would like").fill(word("goal of later"));
  await arriving(first, () => goals.getByRole("button", { name: "Save for Dr. Okafor only" }).click());
  await first.goto(known.homework);
  assert.ok(await first.getByText("I liked the quiet.").isVisible(), "and hers");
  await house.look(first, "couple-36-who-stays");
  await second.goto(known.homework);
  assert.ok(await second.getByText(word("shared reflection")).isVisible(), "what was shared then stays theirs to read");
  await house.look(second, "couple-37-after");
  for (const path of rooms()) {
    const seen = await source(second, path);
    assert.equal(seen.status, 200, path);
    for (const words of [word("goal of later"), word("reason for leaving")]) assert.ok(!seen.text.includes(words), path);
    assert.ok(!(await source(first, path)).text.includes(word("reason for leaving")), path);
  }
});

chapter("both sign out, and come back with name and password", async () => {
  await press(first, "Sign out");
  assert.match(first.url(), /\/sign-in\?done=signed-out$/);
  const gone = await first.goto(known.homework);
  assert.match(first.url(), /\/sign-in\?next=/);
  assert.equal(gone?.status(), 200);
  await signIn(first, "heron-by-the-lake");
  assert.equal(new URL(first.url()).pathname, "/my");
  await house.look(first, "couple-38-home", { dark: true });
});

/** Where the session of the case that is furthest ahead stands. */
async function latestSession() {
  await okafor.goto(`/desk/cases/${known.case}`);
  const session = await okafor.locator('ol.timeline a[href^="/desk/sessions/"]').first().getAttribute("href");
  return String(session).split("?")[0] ?? "";
}

/** The word for one partner's side in the workspace's addresses. @param {import("./acts.mjs").Page} page @param {string} words */
async function sideOf(page, words) {
  await page.goto(known.session);
  const href = await page.getByRole("link", { name: words }).getAttribute("href");
  return new URL(String(href), house.address).searchParams.get("side");
}
