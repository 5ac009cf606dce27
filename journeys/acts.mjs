// What people do at the pages, each act once, in the words of the stories. Fields are found by their labels, as people
// find them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { totp } from "./totp.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {Awaited<ReturnType<typeof import("./house.mjs").openHouse>>} House */

/**
 * A story's chapters: each is a test, and after one that failed the others are not told, because nothing is left to tell.
 * @returns {(name: string, act: () => Promise<unknown>) => void}
 */
export function chapters() {
  let failed = "";
  return (name, act) =>
    void test(name, async () => {
      assert.equal(failed, "", `not told: before it ${JSON.stringify(failed)} failed`);
      failed = name;
      await act();
      failed = "";
    });
}

export const PASSWORD = "lantern gravel postbox quilt";
/** What who works here chooses. */
export const STAFF_PASSWORD = "harbour slate bicycle fig";

/**
 * Presses something that leads to another page, and says with which status that page came.
 * @param {Page} page
 * @param {string | RegExp} name what stands on the button
 */
export async function press(page, name) {
  return arriving(page, () => page.getByRole("button", { name, exact: typeof name === "string" }).first().click());
}

/**
 * Does something that leads to another page, and returns the answer that this page came with.
 * @param {Page} page
 * @param {() => Promise<unknown>} act
 */
export async function arriving(page, act) {
  const [answer] = await Promise.all([page.waitForNavigation({ waitUntil: "load" }), act()]);
  assert.ok(answer, "no page came");
  return answer;
}

/**
 * Chooses a time of a clinician's and fills in the form for a first talk, all but sending it.
 * @param {Page} page
 * @param {{clinician: string, name: string, address: string, way?: "Email" | "Text message" | "Call", coming?: string,
 *   told?: string, avoid?: string, pronouns?: string, which?: number}} talk
 */
export async function fillTalk(page, talk) {
  await page.goto(`/book?clinician=${talk.clinician}`);
  await page.locator("input[name=opening]").nth(talk.which ?? 0).check({ force: true });
  await page.getByLabel("Name to use").fill(talk.name);
  if (talk.pronouns) await page.getByLabel("Pronouns").fill(talk.pronouns);
  await page.getByRole("radio", { name: talk.coming ?? "Just me", exact: true }).check();
  await page.getByRole("radio", { name: talk.way ?? "Email", exact: true }).check();
  await page.getByLabel("Address or number").fill(talk.address);
  if (talk.avoid) await page.getByLabel("Words we should not use").fill(talk.avoid);
  if (talk.told) await page.getByLabel("Anything you would like us to know").fill(talk.told);
  await page.getByLabel("I am 18 or older").check();
}

/**
 * The link to an account of one's own that the demo's mail holds for an address; letters go out by themselves, a moment
 * after they were written.
 * @param {House} house
 * @param {string} address
 * @returns {Promise<string>}
 */
export async function invitationFor(house, address) {
  for (let waited = 0; waited < 30_000; waited += 500) {
    const outbox = await (await fetch(`${house.address}/demo/outbox`)).text();
    const letters = new Set([...outbox.matchAll(/href="(\/demo\/outbox\/[^"]+)"/g)].map((found) => found[1]));
    for (const letter of [...letters].slice(0, 8)) {
      const text = await (await fetch(house.address + letter)).text();
      const link = text.match(/href="[^"]*(\/invitation\/[^"]+)"/);
      if (link && text.includes(address)) return link[1];
    }
    await new Promise((done) => setTimeout(done, 500));
  }
  return assert.fail(`no invitation came to ${address}`);
}

/**
 * Follows an invitation and makes an account; ends at the portal's first page.
 * @param {Page} page
 * @param {string} link
 * @param {string} name the sign-in name
 */
export async function acceptInvitation(page, link, name) {
  await page.goto(link);
  await page.getByLabel("Sign-in name").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  const answer = await press(page, "Save and go on");
  assert.equal(new URL(page.url()).pathname, "/my", `an account for ${name}: ${answer.status()}`);
}

/** Signs in with name and password. @param {Page} page @param {string} name @param {string} [password] */
export async function signIn(page, name, password = PASSWORD) {
  await page.goto("/sign-in");
  await page.getByLabel("Sign-in name").fill(name);
  await page.getByLabel("Password").fill(password);
  return press(page, "Sign in");
}

/**
 * The first sign-in of somebody who works here: a password of their own, and codes.
 * @param {House} there @param {string} name @param {string} once
 */
export async function firstSignIn(there, name, once) {
  const page = await there.visit();
  await signIn(page, name, once);
  await page.getByLabel("Six-digit code").fill(totp(await page.locator("code.num").innerText()));
  await page.getByLabel("New password").fill(STAFF_PASSWORD);
  await press(page, "Save and sign in");
  assert.equal(new URL(page.url()).pathname, "/desk");
  return page;
}

/**
 * Reads and signs every document that waits, one after the other.
 * @param {Page} page
 * @param {string} signature
 * @returns {Promise<number>} how many were signed
 */
export async function signEverything(page, signature) {
  await page.goto("/my/consents");
  const waiting = await page.locator("a.todo:not(:has(.tick--done))").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  for (const href of waiting) {
    await page.goto(String(href));
    await page.getByLabel("Type your name to sign").fill(signature);
    await press(page, "Sign");
    assert.match(page.url(), /\/my\/consents\?done=signed$/);
  }
  return waiting.length;
}

/**
 * Says when one was born, which comes before every other question.
 * @param {Page} page
 * @param {string} born for example 1988-05-04
 */
export async function bornOn(page, born) {
  await page.goto("/my/intake");
  await page.getByLabel("Your date of birth").first().fill(born);
  return press(page, "Go on");
}

/**
 * Answers part after part of the intake, alone, and sends each to the clinician.
 * @param {Page} page
 * @param {Record<string, string>} answers the words to each question, by its id; for a list, which entry
 * @param {string[]} [room] the questions to keep for the room
 */
export async function answerIntake(page, answers, room = []) {
  await page.goto("/my/intake");
  const parts = await page.locator("a.todo").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  const left = { ...answers };
  for (const part of parts) {
    await page.goto(String(part));
    for (const [question, words] of Object.entries(left)) {
      const field = page.locator(`[name="${question}"]`);
      if ((await field.count()) === 0) continue;
      delete left[question];
      const kind = await field.first().evaluate((one) => (one instanceof HTMLInputElement ? one.type : one.tagName));
      if (kind === "radio" || kind === "checkbox") await page.locator(`[name="${question}"][value="${words}"]`).check();
      else if (kind === "SELECT") await field.selectOption({ index: Number(words) });
      else await field.fill(words);
    }
    for (const question of room) {
      const box = page.locator(`[name="${question}-room"]`);
      if ((await box.count()) > 0) await box.check();
    }
    await press(page, /^Save for .* only$/);
  }
  assert.deepEqual(Object.keys(left), [], "questions that no part asks");
  return parts.length;
}

/**
 * The next quarter of an hour on the wall of the demo's practice, as the fields of a form want it; `later` quarters after.
 * @param {number} [later]
 */
export function soon(later = 0) {
  const quarter = 15 * 60_000;
  const at = new Date((Math.floor(Date.now() / quarter) + 1 + later) * quarter);
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: "America/New_York", dateStyle: "short", timeStyle: "short", hour12: false }).formatToParts(at);
  const get = (/** @type {string} */ type) => parts.find((part) => part.type === type)?.value ?? "";
  return { day: `${get("year")}-${get("month")}-${get("day")}`, time: `${get("hour").replace("24", "00")}:${get("minute")}` };
}

/**
 * Books a session that begins within minutes, or as soon as there is room for it.
 * @param {Page} page of somebody at the desk
 * @param {string} id the case
 * @param {{place?: string, who?: string}} [where]
 */
export async function bookSoon(page, id, { place = "By video", who } = {}) {
  for (let later = 0; later < 40; later += 1) {
    await page.goto(`/desk/booking?case=${id}`);
    const { day, time } = soon(later);
    await page.getByLabel("Day", { exact: true }).fill(day);
    await page.getByLabel("Time", { exact: true }).fill(time);
    await page.getByRole("radio", { name: place }).check();
    if (who) {
      for (const box of await page.getByRole("group", { name: "Who comes" }).getByRole("checkbox").all()) await box.uncheck();
      await page.getByRole("checkbox", { name: who }).check();
    }
    const answer = await press(page, "Book");
    if (answer.status() === 200) return;
    assert.equal(answer.status(), 409, `booking ${day} ${time}`);
  }
  assert.fail("nothing is free for ten hours");
}

/** What a page says, without what changes by itself: tokens, digests of files. @param {Page} page @param {string} path */
export async function source(page, path) {
  const answer = await page.request.get(path, { maxRedirects: 0 });
  const text = await answer.text();
  return { status: answer.status(), text: text.replaceAll(/name="csrf" value="[^"]*"/g, "").replaceAll(/Good (morning|afternoon|evening)/g, "") };
}

/**
 * Goes on by Tab, as somebody without a mouse does, until something has the focus, and sees where the focus is.
 * @param {Page} page
 * @param {import("playwright-core").Locator} wanted
 */
export async function tabTo(page, wanted) {
  const goal = await wanted.elementHandle();
  assert.ok(goal, "there is nothing to go to");
  for (let presses = 0; presses < 200; presses += 1) {
    await page.keyboard.press("Tab");
    if (!(await goal.evaluate((one) => one === document.activeElement))) continue;
    assert.ok(await goal.evaluate((one) => one.matches(":focus-visible")), "the focus is not seen");
    return;
  }
  assert.fail("Tab does not lead there");
}

/** The words of a page's main part. @param {Page} page @param {string} path */
export async function told(page, path) {
  await page.goto(path);
  return page.locator("main").innerText();
}
