// What every page must be, whoever looks: no error, no foreign request, neutral title, no barrier (axe, WCAG 2.2 AA), no
// sideways scrolling, targets large enough for a thumb; and a picture of it at a desk's and a telephone's width.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { screenshots } from "./ground.mjs";

/** @typedef {import("playwright-core").Page} Page */

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Words that no title may hold (R12): they name the field, or what somebody came for. */
const telling = /sex|intim|erot|libido|orgasm|desire|arous|therap|couple|partner|psych|counsel|clinic|treat|diagnos/i;
const sizes = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
];
/** What went wrong on each page so far, each thing once. @type {WeakMap<Page, Set<string>>} */
const troubles = new WeakMap();

/** Listens to a page from its first moment. @param {Page} page @param {string} base @param {boolean} script whether it runs any */
export function listen(page, base, script) {
  /** @type {Set<string>} */
  const lines = new Set();
  const found = { push: (/** @type {string} */ line) => lines.add(line.slice(0, 400)) };
  troubles.set(page, lines);
  page.on("pageerror", (error) => found.push(`script: ${error.message}`));
  page.on("console", (message) => {
    const about = message.location().url;
    // A page that answers 404, 409 or 422 on purpose is also told of here; the answer's own check is the response's.
    const isOwnAnswer = message.text().startsWith("Failed to load resource") && about === page.url();
    if (message.type() === "error" && !isOwnAnswer) found.push(`console: ${message.text()} (${about})`);
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    // A browser without script refuses the modules that a page asks for beforehand, and calls that its policy.
    const isModuleLeftOut = !script && why === "csp" && request.url().endsWith(".js");
    if (why !== "net::ERR_ABORTED" && !isModuleLeftOut) found.push(`request: ${request.url()} ${why}`);
  });
  page.on("response", (response) => {
    const isPage = response.request().isNavigationRequest();
    const limit = isPage ? 500 : 400;
    if (response.status() >= limit) found.push(`answer: ${response.status()} ${response.url()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    const isForeign = ["http:", "https:"].includes(url.protocol) && url.origin !== base;
    if (isForeign && !request.isNavigationRequest()) found.push(`foreign request: ${url.href}`);
  });
}

/** Refuses a page on which anything went wrong since the last look. @param {Page} page @param {string} name */
export function calm(page, name) {
  const found = troubles.get(page);
  const lines = [...(found ?? [])];
  found?.clear();
  assert.equal(lines.length, 0, `${name}: ${lines.slice(0, 20).join("\n")}`);
}

/** Takes note of what went wrong on purpose, and refuses a page on which it did not. @param {Page} page @param {RegExp} what */
export function expected(page, what) {
  const found = troubles.get(page) ?? new Set();
  const meant = [...found].filter((line) => what.test(line));
  assert.ok(meant.length > 0, `nothing went wrong as ${what}`);
  for (const line of meant) found.delete(line);
}

/**
 * `dark` looks at the dark colours too; `thumb` demands targets of 44 px (always so below /my); `except` leaves axe's rules
 * out, by id, with the reason beside it; `twin` is a page with script that stands in where this one has none, because axe is
 * a script.
 * @typedef {{dark?: boolean, thumb?: boolean, except?: string[], twin?: Page}} Options
 */

/**
 * Looks at a page in every way, and keeps pictures `NAME-1280.png` and `NAME-390.png`.
 * @param {Page} page
 * @param {string} name
 * @param {Options} [options]
 */
export async function look(page, name, { dark = false, thumb = isPortal(page), except = [], twin } = {}) {
  const examined = twin ?? page;
  if (twin) await show(twin, page);
  await page.waitForLoadState("load");
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  calm(page, name);
  await neutral(page, name);
  mkdirSync(screenshots, { recursive: true });
  for (const size of sizes) {
    await page.setViewportSize(size);
    await twin?.setViewportSize(size);
    await narrow(page, name, size.width);
    await barriers(examined, `${name} at ${size.width}`, except);
    if (thumb && size.width === 390) await thumbs(page, name);
    await picture(page, `${name}-${size.width}`);
  }
  if (dark) {
    for (const one of new Set([page, examined])) await one.emulateMedia({ colorScheme: "dark" });
    await barriers(examined, `${name} in the dark`, except);
    await picture(page, `${name}-390-dark`);
    for (const one of new Set([page, examined])) await one.emulateMedia({ colorScheme: "light" });
  }
  await page.setViewportSize(sizes[0]);
  calm(page, name);
}

/** Shows in the twin what stands in a page without script, without the page's own scripts. @param {Page} twin @param {Page} page */
async function show(twin, page) {
  const body = (await page.content()).replaceAll(/<script\b[^>]*><\/script>/g, "");
  await twin.route(page.url(), (route) => route.fulfill({ body, contentType: "text/html; charset=utf-8" }), { times: 1 });
  await twin.goto(page.url());
}

/** A title says where one is, never what it is about. @param {Page} page @param {string} name */
export async function neutral(page, name) {
  const title = await page.title();
  assert.ok(title.trim().length > 0, `${name} has no title`);
  assert.doesNotMatch(title, telling, `${name}: the title tells`);
}

/** @param {Page} page @param {string} name */
async function picture(page, name) {
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true, animations: "disabled" });
}

/** @param {Page} page @param {string} name @param {number} width */
async function narrow(page, name, width) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= width, `${name} is ${wide} px wide at ${width}`);
}

/** No barrier that axe can see. @param {Page} page @param {string} name @param {string[]} except */
export async function barriers(page, name, except = []) {
  await page.evaluate(axe);
  const found = await page.evaluate(
    ([tags, left]) => {
      const rules = Object.fromEntries(left.map((id) => [id, { enabled: false }]));
      // @ts-ignore axe was just put into the page
      return window.axe.run(document, { runOnly: { type: "tag", values: tags }, rules, resultTypes: ["violations"] });
    },
    [standards, except],
  );
  const lines = found.violations.map((/** @type {any} */ one) => {
    const shown = one.nodes.slice(0, 4).map((/** @type {any} */ node) => `    ${node.html}\n    ${node.failureSummary}`);
    return `${one.id}: ${one.help} (${one.nodes.length} times)\n${shown.join("\n")}`;
  });
  assert.equal(lines.length, 0, `${name}: ${lines.join("\n")}`);
}

/** Everything that is pressed is 44 px or more each way, but links within a sentence. @param {Page} page @param {string} name */
async function thumbs(page, name) {
  const small = await page.evaluate(() => {
    const pressed = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]";
    const found = [];
    for (const one of document.querySelectorAll(pressed)) {
      const holder = one.matches("[type=radio], [type=checkbox]") ? (one.closest("label") ?? one) : one;
      const box = holder.getBoundingClientRect();
      const style = getComputedStyle(holder);
      const isHidden = box.width <= 1 || box.height <= 1 || style.visibility === "hidden" || box.bottom < 0;
      const isInSentence = one.matches("a") && style.display === "inline";
      if (isHidden || isInSentence || !one.checkVisibility()) continue;
      if (box.width < 43.5 || box.height < 43.5) {
        found.push(`${one.outerHTML.slice(0, 120)} is ${Math.round(box.width)} by ${Math.round(box.height)}`);
      }
    }
    return found;
  });
  assert.deepEqual(small, [], `${name}: too small for a thumb`);
}

/** @param {Page} page */
function isPortal(page) {
  return /^\/my(\/|$)/.test(new URL(page.url()).pathname);
}
