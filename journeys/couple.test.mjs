// The whole way of a couple: from the public page to a signed note and homework that each looks back on, alone and
// together, and neither ever sees the other's own side (R1, R2, R5, R9, R12, R13).

import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  acceptInvitation,
  answerIntake,
  arriving,
  bookSoon,
  bornOn,
  fillTalk,
  linksFor,
  press,
  signEverything,
  signIn,
  source,
} from "./acts.mjs";
import { openHouse } from "./house.mjs";

const house = await openHouse("couple");
after(() => house.close());

const word = (/** @type {string} */ field) => house.plant(field);
/** What only the one may ever read, and what only the other. */
const own = { first: /** @type {string[]} */ ([]), second: /** @type {string[]} */ ([]) };
/** Found on the way, needed later. */
const known = { case: "", session: "", homework: "" };

const visitor = await house.visit();
const okafor = await house.enter("adaeze");
const first = await house.visit();
const second = await house.visit();

test("a visitor books a first talk for two", async () => {
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

test("her clinician accepts it as a couple, and both are invited", async () => {
  await okafor.goto("/desk/inbox");
  await house.look(okafor, "couple-03-inbox");
  await arriving(okafor, () => okafor.getByRole("link", { name: /Oriwendel/ }).click());
  await house.look(okafor, "couple-04-request");
  const text = await okafor.locator("main").innerText();
  assert.match(text, /wickerplume@example\.org/);
  await okafor.getByRole("radio", { name: /A couple/ }).check();
  await okafor.getByLabel("Name to use").fill(word("partner's name to use"));
  await okafor.getByLabel("A mail address that is safe for them").fill(word("partner"));
  const answer = await press(okafor, "Accept and invite");
  assert.equal(answer.status(), 200);
  await house.look(okafor, "couple-05-accepted");
  const link = await okafor.getByRole("link", { name: "Open the case" }).getAttribute("href");
  known.case = String(link).split("/").pop() ?? "";
  assert.match(known.case, /^[0-9a-f-]{36}$/);
});

test("each gets a letter that names nothing, and makes an account of their own", async () => {
  await visitor.goto("/demo/outbox");
  await house.look(visitor, "couple-06-outbox");
  for (const [page, address, name] of /** @type {const} */ ([
    [first, "wickerplume@example.org", "heron-by-the-lake"],
    [second, "lintelbrook@example.org", "quiet-otter"],
  ])) {
    const [link] = await linksFor(house, address);
    assert.ok(link, `a letter to ${address}`);
    await page.goto(link);
    await house.look(page, `couple-07-invitation-${name}`, { thumb: true });
    await acceptInvitation(page, link, name);
    const again = await page.request.get(link);
    assert.equal(again.status(), 404, "an invitation works once");
    await house.look(page, `couple-08-home-${name}`);
  }
});

test("R9: before the consent nothing clinical is kept", async () => {
  await first.goto("/my/intake");
  assert.ok(await first.getByText("First the agreement").isVisible());
  assert.equal(await first.getByLabel("Your date of birth").count(), 0);
  await bookSoon(okafor, known.case);
  await okafor.goto(`/desk/cases/${known.case}`);
  const session = await okafor.locator('a[href^="/desk/sessions/"]').first().getAttribute("href");
  known.session = String(session).split("?")[0] ?? "";
  await okafor.goto(known.session);
  assert.ok(await okafor.getByText("Consent first.").isVisible());
  await house.look(okafor, "couple-09-consent-first");
});

test("each reads and signs alone", async () => {
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

test("R8: who says that they are not an adult gets people to talk to, and nothing stays", async () => {
  await bornOn(second, `${new Date().getFullYear() - 16}-05-04`);
  assert.equal(new URL(second.url()).pathname, "/my/intake/younger");
  await house.look(second, "couple-13-younger");
  await second.goto("/my/intake");
  assert.ok(await second.getByLabel("Your date of birth").isVisible());
});

test("each does the intake alone", async () => {
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
      "concerns.ranked-1": "We want sex at different times or amounts",
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

test("the session is held, and its note is written, saves itself and is signed", async () => {
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

test("R5: what comes later stands beside the note", async () => {
  await arriving(okafor, () => okafor.getByRole("link", { name: "Open the note, add to it" }).click());
  await okafor.getByLabel("What you add").fill(word("note amendment"));
  await okafor.getByLabel("Why").fill("Left out");
  await press(okafor, "Add");
  assert.ok(await okafor.getByText(word("note amendment")).isVisible());
  await house.look(okafor, "couple-20-amended");
});
