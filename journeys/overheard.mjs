// What must stay in the browser: keys made as the page asks for it, and the search for what was typed in every request and in the
// server's memory.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {Awaited<ReturnType<typeof import("./house.mjs").openHouse>>} House */

const search = `
import re, sys
words = [bytes.fromhex(line) for line in sys.stdin.read().split()]
found, pid = set(), sys.argv[1]
with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
    for line in maps:
        begin, end, mode = re.match(r"(\\w+)-(\\w+) (\\S+)", line).groups()
        if mode[0] != "r": continue
        try:
            memory.seek(int(begin, 16))
            bytes_ = memory.read(int(end, 16) - int(begin, 16))
        except (OSError, ValueError, OverflowError):
            continue
        found |= {word for word in words if word in bytes_}
for word in found: print(word.hex())
`;

/** A word as it looks inside Base64, whatever stands before it. @param {string} word */
export function inBase64(word) {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), Buffer.from(word)]).toString("base64").replaceAll("=", "");
    return text.slice(before === 0 ? 0 : before + 1, -2);
  });
}

/** Waits until a page says something. @param {Page} page @param {string | RegExp} words */
export const says = (page, words) => page.getByRole("status").filter({ hasText: words }).first().waitFor();

/** Every body that browsers sent, and the words that may be in none. */
export class Overheard {
  /** @param {House} house */
  constructor(house) {
    this.house = house;
    /** @type {string[]} */
    this.bodies = [];
    /** What must stay in the browser; codes and keys come when they are made. @type {string[]} */
    this.secrets = [];
  }

  /** @param {Page} page */
  of(page) {
    page.context().on("request", (request) => {
      const body = request.postDataBuffer()?.toString("latin1") ?? "";
      this.bodies.push(`${request.url()}\n${body}`);
    });
    return page;
  }

  /** Which of these words stand in the server's memory. @param {string[]} words */
  inMemory(words) {
    const hex = words.map((word) => Buffer.from(word).toString("hex")).join("\n");
    const given = ["-c", search, String(this.house.server.id)];
    const said = execFileSync("/usr/bin/python3", given, { input: hex, maxBuffer: 1 << 20 });
    return said.toString().split("\n").filter(Boolean).map((line) => Buffer.from(line, "hex").toString());
  }

  /** That nothing of it stands in a request, nor in the server's memory. */
  nowhere() {
    const { bodies, secrets } = this;
    const forms = secrets.flatMap((word) => [word, ...inBase64(word), encodeURIComponent(word), word.replaceAll(" ", "+")]);
    assert.ok(bodies.length > 100 && bodies.some((body) => body.includes("file=")), "requests were overheard");
    const sent = bodies.flatMap((body) => [body, decodedForm(body)]).join("\n");
    assert.deepEqual(forms.filter((form) => sent.includes(form)), []);
    const control = "age-encryption.org/v1";
    const wide = secrets.map((word) => Buffer.from(word, "utf16le").toString("latin1"));
    assert.deepEqual(this.inMemory([control]), [control], "the search finds what is there");
    assert.deepEqual(this.inMemory([...forms, ...wide]), []);
  }
}

/** A body as a form says it; of other bytes nothing is left. @param {string} body */
function decodedForm(body) {
  try {
    return decodeURIComponent(body.replaceAll(/%(?![0-9A-F]{2})/gi, "%25"));
  } catch {
    return "";
  }
}

/**
 * Makes somebody's keys on the page for it, and proves the code.
 * @param {Page} page @param {string} passphrase @param {"make" | "anew"} [form]
 */
export async function newKeys(page, passphrase, form = "make") {
  await page.locator(`#${form}-passphrase`).fill(passphrase);
  await page.locator(`#${form}-again`).fill(passphrase);
  await page.locator(`form:has(#${form}-again) button`).click();
  const shown = page.locator("[data-code]");
  await shown.waitFor();
  const code = await shown.innerText();
  const groups = code.split("-");
  const asked = await page.locator("[data-group]").allInnerTexts();
  const order = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh"];
  for (const at of [0, 1]) {
    const group = order.findIndex((word) => (asked[at] ?? "").includes(word));
    await page.locator("[data-prove] input").nth(at).fill((groups[group] ?? "").toLowerCase());
  }
  await page.getByRole("button", { name: "I have it on paper" }).click();
  await says(page, /^Kept/);
  return code;
}

/** @param {Page} page @param {string} typed */
export async function unlock(page, typed) {
  await page.getByLabel(/^Your passphrase for own words/).fill(typed);
  await page.getByRole("button", { name: "Open my own words" }).click();
}
