// What people do at the pages, each act once, in the words of the stories. Fields are found by their labels, as people
// find them.

import assert from "node:assert/strict";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {Awaited<ReturnType<typeof import("./house.mjs").openHouse>>} House */

export const PASSWORD = "lantern gravel postbox quilt";

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
  const [answer] = await Promise.all([
    page.waitForResponse((answer) => {
      const request = answer.request();
      return request.isNavigationRequest() && request.frame() === page.mainFrame() && !(answer.status() >= 300 && answer.status() < 400);
    }),
    act(),
  ]);
  await page.waitForLoadState("load");
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
 * The links that the demo's mail holds for an address, the newest letter's first.
 * @param {House} house
 * @param {string} address
 * @returns {Promise<string[]>}
 */
export async function linksFor(house, address) {
  const outbox = await (await fetch(`${house.address}/demo/outbox`)).text();
  const letters = [...new Set([...outbox.matchAll(/href="(\/demo\/outbox\/[^"]+)"/g)].map((found) => found[1]))];
  const links = [];
  for (const letter of letters) {
    const text = await (await fetch(house.address + letter)).text();
    if (!text.includes(address)) continue;
    links.push(...[...text.matchAll(/href="[^"]*(\/invitation\/[^"]+)"/g)].map((found) => found[1]));
  }
  return links;
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
