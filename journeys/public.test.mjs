// A visitor, whom nobody knows and who may be watched: looks, chooses what is on their mind, books a first talk.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { fillTalk, press, tabTo } from "./acts.mjs";
import { openHouse } from "./house.mjs";

const house = await openHouse("public");
after(() => house.close());

test("every public page is fit for anybody", async () => {
  const page = await house.visit({ touch: true });
  const pages = {
    clinicians: "/clinicians",
    "clinician-profile": "/clinicians/adaeze",
    "what-it-is": "/sex-therapy",
    articles: "/articles",
    article: "/articles/when-it-hurts",
    "often-heard": "/myths",
    "what-to-expect": "/what-to-expect",
    fees: "/fees",
    privacy: "/privacy",
    "raise-a-concern": "/raise-a-concern",
    "book-younger": "/book/younger",
    "sign-in": "/sign-in",
  };
  for (const [name, path] of Object.entries(pages)) {
    const answer = await page.goto(path);
    assert.equal(answer?.status(), 200, path);
    await house.look(page, name, { thumb: true, dark: path === "/clinicians" || path === "/sign-in" });
  }
});

test("the folded menu opens and closes with the keyboard alone", async () => {
  const page = await house.visit();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/fees");
  const menu = page.locator("details.menu");
  const button = menu.locator("summary");
  const focused = (/** @type {import("playwright-core").Locator} */ wanted) => wanted.evaluate((one) => one === document.activeElement);
  const isOpen = () => menu.evaluate((one) => one instanceof HTMLDetailsElement && one.open);
  await tabTo(page, button);
  for (const key of ["Enter", "Space"]) {
    await page.keyboard.press(key);
    assert.ok(await isOpen(), `${key} opens the menu`);
    await page.keyboard.press("Escape");
    assert.ok(!(await isOpen()), "Escape closes it from its button");
    assert.ok(await focused(button), "the focus stays on the button");
  }
  await page.keyboard.press("Enter");
  await tabTo(page, menu.getByRole("link").nth(1));
  await page.keyboard.press("Escape");
  assert.ok(!(await isOpen()), "Escape closes it from one of its links");
  assert.ok(await focused(button), "the focus comes back to the button");
  await page.keyboard.press("Enter");
  await tabTo(page, page.locator("[data-exit]").first());
  await page.keyboard.press("Escape");
  assert.ok(!(await isOpen()), "Escape closes it from elsewhere on the page");
});

test("what is on one's mind stays out of addresses and is kept nowhere", async () => {
  const page = await house.visit();
  /** @type {string[]} */
  const addresses = [];
  page.on("request", (request) => addresses.push(request.url()));
  await page.goto("/");
  await page.getByLabel("Pain, or fear of pain", { exact: true }).check();
  await page.getByLabel("We want sex at different times or amounts").check();
  await press(page, "See who can help");
  assert.equal(new URL(page.url()).pathname, "/start");
  assert.equal(new URL(page.url()).search, "");
  assert.ok(await page.getByText("Why you see Adaeze").isVisible(), "the reason for a suggestion");
  await house.look(page, "concerns-chosen");
  const told = addresses.filter((address) => new URL(address).search !== "" || /pain|desire|P1|D1/i.test(new URL(address).pathname));
  assert.deepEqual(told, [], "an address tells what was chosen");
  const kept = await page.evaluate(() => ({ local: localStorage.length, tab: sessionStorage.length }));
  assert.deepEqual(kept, { local: 0, tab: 0 });
  const cookies = await page.context().cookies();
  assert.deepEqual(
    cookies.filter((cookie) => cookie.expires !== -1).map((cookie) => cookie.name),
    [],
    "a cookie outlives the browser",
  );
});

test("a first talk is booked with a name, one safe way and being an adult", async () => {
  const page = await house.visit();
  await fillTalk(page, {
    clinician: "theo",
    name: house.plant("name to use"),
    address: house.plant("visitor"),
    told: house.plant("consultation note"),
    avoid: house.plant("safe contact note"),
  });
  await house.look(page, "booking");
  const chosen = await page.locator("input[name=opening]:checked").getAttribute("value");
  const answer = await press(page, "Book this time");
  assert.equal(answer.status(), 200);
  assert.ok(await page.getByRole("heading", { level: 1, name: "See you then, Oriwendel" }).isVisible());
  assert.equal(new URL(page.url()).search, "");
  await house.look(page, "booked", { dark: true, thumb: true });

  const another = await house.visit();
  await another.goto("/book");
  assert.equal(await another.locator(`input[name=opening][value="${chosen}"]`).count(), 0, "the time is offered still");
});

test("whoever is too young gets people to talk to, and nothing is kept", async () => {
  const page = await house.visit();
  await page.goto("/book");
  await page.getByRole("link", { name: /Younger than 18/ }).click();
  await page.waitForURL("/book/younger");
  assert.ok(await page.getByText("We have kept nothing of what you typed").isVisible());
});

test("the booking needs no script", async () => {
  const page = await house.visit({ script: false });
  await fillTalk(page, { clinician: "miriam", name: "Wren", way: "Call", address: house.plant("phone") });
  const answer = await press(page, "Book this time");
  assert.equal(answer.status(), 200);
  assert.ok(await page.getByRole("heading", { level: 1, name: "See you then, Wren" }).isVisible());
  house.calm(page, "booked without script");
});

test("the owner writes an article, looks at it, publishes it, and anybody reads it; a draft changes nothing, and it can be withdrawn", async () => {
  const owner = await house.enter("priya");
  await owner.goto("/desk/articles");
  await house.look(owner, "articles-desk");
  await owner.getByRole("link", { name: "Write an article" }).click();
  await owner.getByLabel("Title", { exact: true }).fill("What a pause is for");
  await owner.getByLabel("What it is about").fill("Stopping is a part of it.");
  await owner.getByLabel("Text", { exact: true }).fill("## Why\n\nA pause is *kind*. <b>Not bold</b>.");
  await press(owner, "See how it would look");
  assert.ok(await owner.getByRole("heading", { name: "Why" }).isVisible());
  assert.ok(await owner.getByText("<b>Not bold</b>").first().isVisible(), "what was typed as HTML is words");
  const refused = await press(owner, "Publish");
  assert.equal(refused.status(), 422);
  assert.ok(await owner.getByText("Say who reviewed it.").first().isVisible());
  await house.look(owner, "article-desk-refused");
  await owner.getByLabel("Reviewed by", { exact: true }).fill("Adaeze Okafor");
  await owner.getByLabel("What they are").fill("PhD, LMFT, CST");
  const day = new Date(Date.now() - 2 * 86_400_000);
  await owner.getByLabel("Reviewed on").fill(day.toISOString().slice(0, 10));
  day.setMonth(day.getMonth() + 12);
  await owner.getByLabel("To be read again by").fill(day.toISOString().slice(0, 10));
  await press(owner, "Publish");

  const page = await house.visit({ script: false });
  await page.goto("/articles");
  await page.getByRole("link", { name: /What a pause is for/ }).click();
  assert.equal(new URL(page.url()).pathname, "/articles/what-a-pause-is-for");
  assert.ok(await page.getByText("Reviewed by Adaeze Okafor").isVisible());
  assert.equal(await page.title(), "Article · Alcove");

  await owner.getByLabel("Text", { exact: true }).fill("Something else.");
  await press(owner, "Save as a draft");
  await page.reload();
  assert.ok(await page.getByText("A pause is kind").isVisible(), "a draft is nobody's to read");
  await owner.getByRole("link", { name: "Versions" }).click();
  await house.look(owner, "article-versions");
  await owner.goBack();
  await press(owner, "Withdraw it");
  assert.equal((await page.reload())?.status(), 404);
});
