// Messages: a couple and their clinician in one thread, one of them and the clinician in another of which the partner finds
// nothing. What was written is searched for in every request, in the server's memory, and by the sweep on its disk; what a
// server could put in the place of a message or a file is not shown; keys that changed stop everything until six words.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { after } from "node:test";
import { chapters, tabTo, told } from "./acts.mjs";
import { Identity } from "../crates/web/assets/js/own-words/identity.js";
import { toBase64 } from "../crates/web/assets/js/own-words/bytes.js";
import { bodyOf } from "../crates/web/assets/js/own-words/message.js";
import { openHouse } from "./house.mjs";
import { expected } from "./look.mjs";
import { Overheard, newKeys, says, unlock } from "./overheard.mjs";

/** @typedef {import("playwright-core").Page} Page */

const house = await openHouse("messages");
after(() => house.close());
const chapter = chapters();
const heard = new Overheard(house);

const passphrase = house.plant("messages passphrase");
const about = house.plant("joint thread");
const joint = house.plant("joint message");
const secret = house.plant("private message");
const answer = house.plant("private answer");
const words = house.plant("attached words");
const fileName = `${house.plant("attachment name")}.bin`;
const filed = house.plant("filed message");
heard.secrets.push(passphrase, about, joint, secret, answer, words, fileName);

const noor = heard.of(await house.enter("noor"));
const sam = heard.of(await house.enter("sam"));
const okafor = heard.of(await house.enter("adaeze"));
const found = (await house.people()).find((person) => person.slug === "noor");
const ofCase = `/desk/cases/${found?.case}/messages`;
let jointThread = "";
let privateThread = "";

/** Sends what stands in the composer, and waits for the page that shows it. @param {Page} page @param {string} text */
async function sends(page, text) {
  await page.getByLabel("Your message").fill(text);
  await page.getByRole("button", { name: "Encrypt and send" }).click();
  await shows(page, text);
}

/** Waits until a message stands there. @param {Page} page @param {string} text */
const shows = (page, text) => page.locator("[data-text]").filter({ hasText: text }).waitFor();

/** Shows a thread with the gate open, until it is told how it stands with everybody's keys. @param {Page} page @param {string} path */
async function reads(page, path) {
  await page.goto(path);
  await page.getByText(/^(Not compared yet|Compared on|Other keys)/).first().waitFor();
}

chapter("nothing can be sent before everybody has keys, and the page says who has none", async () => {
  await noor.goto("/my/own-words");
  heard.secrets.push(await newKeys(noor, passphrase));
  await noor.goto("/my/messages");
  await house.look(noor, "messages-1-none");
  await noor.getByRole("link", { name: "Write to Sam and Dr. Okafor" }).click();
  await noor.getByText("Sam and Dr. Okafor have no keys yet").waitFor();
  assert.equal(await noor.locator("[data-composer]").count(), 0);
  await house.look(noor, "messages-2-keys-missing");
  await sam.goto("/my/own-words");
  heard.secrets.push(await newKeys(sam, passphrase));
  await okafor.goto("/desk/own-words");
  heard.secrets.push(await newKeys(okafor, passphrase));
});

chapter("one of a couple begins a thread with both named, and everybody reads and answers", async () => {
  await noor.reload();
  await noor.getByText("Encrypted for: Sam, Dr. Okafor and you").waitFor();
  await noor.getByRole("button", { name: "Encrypt and send" }).click();
  await says(noor, /what it is about/);
  await noor.getByLabel("What it is about").fill(about);
  await house.look(noor, "messages-3-new", { dark: true });
  await sends(noor, `Both of us: ${joint}`);
  jointThread = new URL(noor.url()).pathname.split("/").pop() ?? "";
  await noor.getByRole("heading", { name: about }).waitFor();
  await house.look(noor, "messages-4-thread");

  await sam.goto("/my");
  await sam.getByText("Something new in a thread").waitFor();
  await house.look(sam, "messages-5-home");
  await sam.goto("/my/messages");
  await sam.getByText(about).waitFor();
  await house.look(sam, "messages-6-list", { dark: true });
  await sam.getByRole("link", { name: new RegExp(about) }).click();
  await shows(sam, `Both of us: ${joint}`);
  await sends(sam, "And I read it.");

  await okafor.goto("/desk");
  await okafor.getByRole("link", { name: /thread with a new message/i }).click();
  await okafor.getByRole("link", { name: /Noor and Sam/ }).waitFor();
  await house.look(okafor, "messages-7-desk-list");
  await okafor.goto(`/desk/messages/${jointThread}`);
  await shows(okafor, `Both of us: ${joint}`);
  await sends(okafor, "Thank you both.");
  await house.look(okafor, "messages-8-desk-thread", { dark: true });
  assert.doesNotMatch(await told(okafor, "/desk"), /new message/);
});

chapter("a private thread is two people's, and the partner finds nothing of it", async () => {
  const before = await told(sam, "/my/messages");
  const openings = await sam.locator("[data-message]").count();
  await noor.goto("/my/messages");
  await noor.getByRole("link", { name: "Write to Dr. Okafor alone" }).click();
  await noor.getByText("Encrypted for: Dr. Okafor and you").waitFor();
  await noor.getByLabel("What it is about").fill("For you");
  await sends(noor, `For you alone: ${secret}`);
  privateThread = new URL(noor.url()).pathname.split("/").pop() ?? "";
  await okafor.goto(ofCase);
  await okafor.getByText("For you", { exact: true }).waitFor();
  await house.look(okafor, "messages-9-desk-case");
  await reads(okafor, `/desk/messages/${privateThread}`);
  await shows(okafor, `For you alone: ${secret}`);
  await sends(okafor, `I hear you: ${answer}`);

  assert.equal(await told(sam, "/my/messages"), before);
  assert.equal(openings, 0);
  for (const path of [`/my/messages/${privateThread}`, `/my/messages/${privateThread}/attachments/${crypto.randomUUID()}/0`]) {
    assert.equal((await sam.request.get(path)).status(), 404);
  }
  assert.doesNotMatch(await told(sam, "/my"), /Something new in a thread.*Something/s);
  const without = await house.enter("noor", { script: false });
  await without.goto(`/my/messages/${privateThread}`);
  await without.getByText("This part needs script.").waitFor();
  assert.equal(await without.getByRole("button", { name: "Encrypt and send" }).isVisible(), false);
  await house.look(without, "messages-10-without-script");
});

/**
 * Shows a thread with other data in the place of a message's.
 * @param {Page} page @param {string} path @param {(page: string) => string} change
 */
async function given(page, path, change) {
  await page.route(`**${path}`, async (route) => {
    const whole = await route.fetch();
    await route.fulfill({ response: whole, body: change(await whole.text()) });
  });
  await page.goto(path);
  await says(page, /^Not authentic/);
  await page.unrouteAll();
}

chapter("what is swapped, replayed, re-addressed or an outsider's is not authentic, and not shown", async () => {
  const path = `/my/messages/${jointThread}`;
  await reads(noor, path);
  const rows = await noor.locator("[data-message]").evaluateAll((all) => all.map((one) => ({ ...(one instanceof HTMLElement ? one.dataset : {}) })));
  const [first, second] = rows;
  assert.ok(first?.file && second?.file && first.message && first.author && second.author);
  const other = await noor.request.get(`/my/messages/${privateThread}`).then((page) => page.text());
  const elsewhere = other.match(/data-file="([^"]+)"/)?.[1] ?? "";
  const outsider = await Identity.make();
  const { installation, kept } = await noor.request.get("/my/own-words/identity").then((page) => page.json());
  const readers = JSON.parse((await noor.locator("[data-readers]").getAttribute("data-readers")) ?? "[]");
  const recipients = readers.map((/** @type {any} */ one) => one.keys.recipient);
  const place = { installation, kind: /** @type {const} */ ("message"), place: jointThread, item: first.message, revision: 1, author: first.author };
  const forged = await outsider.seal({ ...place, recipients }, bodyOf({ text: "An outsider wrote this", attachments: [] }));
  const fewer = await outsider.seal({ ...place, recipients: [kept.recipient] }, bodyOf({ text: "For fewer", attachments: [] }));
  await given(noor, path, (page) => page.replaceAll(String(first.file), String(second.file)));
  await given(noor, path, (page) => page.replaceAll(String(first.message), crypto.randomUUID()));
  await given(noor, path, (page) => page.replaceAll(`data-author="${second.author}"`, `data-author="${first.author}"`));
  await given(noor, path, (page) => page.replaceAll(String(first.file), elsewhere));
  await given(noor, path, (page) => page.replaceAll(String(first.file), toBase64(forged)));
  await given(noor, path, (page) => page.replaceAll(String(first.file), toBase64(fewer)));
  assert.equal(await noor.getByText(joint).count(), 0);
  await house.look(noor, "messages-11-not-authentic");
});

chapter("a reader whom the server adds is named, and nothing is encrypted for them", async () => {
  const path = `/my/messages/${privateThread}`;
  const outsider = await Identity.make();
  const keys = { recipient: outsider.recipient, author: outsider.authorText() };
  const added = JSON.stringify({ person: crypto.randomUUID(), name: "Dr. Else", keys }).replaceAll('"', "&#34;");
  /** @type {string[]} */
  const sent = [];
  const watch = (/** @type {import("playwright-core").Request} */ request) => {
    if (request.method() === "POST" && /messages/.test(request.url()) && !request.url().endsWith("/read")) sent.push(request.url());
  };
  noor.on("request", watch);
  await noor.route(`**${path}`, async (route) => {
    const whole = await route.fetch();
    const page = (await whole.text()).replace(/data-readers="([^"]*)\]"/, (_, list) => `data-readers="${list},${added}]"`);
    await route.fulfill({ response: whole, body: page });
  });
  await reads(noor, path);
  await noor.getByText("Encrypted for: Dr. Okafor, Dr. Else and you").waitFor();
  await noor.getByLabel("Your message").fill("Only for you");
  await noor.getByRole("button", { name: "Encrypt and send" }).click();
  await says(noor, /^Nothing is sent here: your browser cannot tell/);
  assert.equal(await noor.getByLabel("Your message").inputValue(), "Only for you");
  await house.look(noor, "messages-11b-reader-added");
  await noor.getByLabel("Files to go with it").setInputFiles({ name: "small.txt", mimeType: "text/plain", buffer: Buffer.from("small") });
  await says(noor, /^Not taken/);
  assert.deepEqual(sent, [], "neither a message nor a piece of a file was sent");
  await noor.getByRole("button", { name: "Take out small.txt" }).click();
  await noor.getByLabel("Your message").fill("");
  await noor.unrouteAll();
  noor.off("request", watch);
});

chapter("two people compare six words, and see the same", async () => {
  await reads(noor, `/my/messages/${privateThread}`);
  await noor.getByRole("button", { name: "Show the six words for Dr. Okafor" }).click();
  await noor.locator("[data-list] li").first().waitFor();
  const hers = await noor.locator("[data-list] li").allInnerTexts();
  await reads(okafor, `/desk/messages/${privateThread}`);
  await okafor.getByRole("button", { name: "Show the six words for Noor" }).click();
  await okafor.locator("[data-list] li").first().waitFor();
  assert.deepEqual(await okafor.locator("[data-list] li").allInnerTexts(), hers);
  assert.equal(new Set(hers).size > 1 && hers.length === 6, true);
  await house.look(noor, "messages-12-six-words", { dark: true });
  await noor.getByRole("button", { name: "The six words are the same" }).click();
  await noor.getByText(/^Compared on/).waitFor();
  await okafor.getByRole("button", { name: "The six words are the same" }).click();
  await okafor.getByText(/^Compared on/).waitFor();
});

chapter("a file of some megabytes goes with a message, and comes back whole", async () => {
  const bytes = Buffer.concat([Buffer.from(words), randomBytes(3_200_000), Buffer.from(words)]);
  await reads(noor, `/my/messages/${privateThread}`);
  await noor.getByLabel("Files to go with it").setInputFiles({ name: fileName, mimeType: "application/octet-stream", buffer: bytes });
  await says(noor, "Encrypted and sent");
  await house.look(noor, "messages-13-attached");
  await sends(noor, "With a file");
  await reads(okafor, `/desk/messages/${privateThread}`);
  const button = okafor.getByRole("button", { name: new RegExp(`^Open and save ${fileName}`) });
  const saving = okafor.waitForEvent("download");
  await button.click();
  const saved = await saving;
  assert.equal(saved.suggestedFilename(), fileName);
  assert.ok(readFileSync(String(await saved.path())).equals(bytes), "the very same bytes");
  // Another piece in the place of one: it is said, and nothing is saved.
  await okafor.route(/\/attachments\/[^/]+\/1$/, async (route) => {
    const whole = await route.fetch();
    const piece = await whole.body();
    piece[piece.length - 1] = (piece[piece.length - 1] ?? 0) ^ 1;
    await route.fulfill({ response: whole, body: piece });
  });
  await button.click();
  await says(okafor, /^Not authentic: this is not the file/);
  await okafor.unrouteAll();
  await house.look(okafor, "messages-14-file-not-authentic");
});

chapter("a file of more than 25 MB is refused in the browser and at the server, and a broken network only waits", async () => {
  await reads(noor, `/my/messages/${privateThread}`);
  const large = `${house.folder}/large.bin`;
  writeFileSync(large, Buffer.alloc(25 * 1024 * 1024 + 1));
  const empty = `${house.folder}/empty.txt`;
  writeFileSync(empty, "");
  await noor.getByLabel("Files to go with it").setInputFiles([large, empty]);
  await says(noor, /25 MB at most.*large\.bin.*empty.*empty\.txt/);
  rmSync(large);
  const token = await noor.locator("[data-csrf]").getAttribute("data-csrf");
  const piece = await noor.request.post(`/my/messages/${privateThread}/attachments/${crypto.randomUUID()}/0`, {
    data: Buffer.alloc(1024 * 1024 + 1),
    headers: { "Content-Type": "application/octet-stream", "X-Form-Token": token ?? "", origin: house.address },
  });
  assert.equal(piece.status(), 413);
  let failures = 1;
  await noor.route(/\/attachments\/[^/]+\/0$/, (route) => (failures-- > 0 ? route.abort() : route.continue()));
  await noor.getByLabel("Files to go with it").setInputFiles({ name: "small.txt", mimeType: "text/plain", buffer: Buffer.from("small") });
  await says(noor, "Encrypted and sent");
  expected(noor, /ERR_FAILED/);
  await noor.unrouteAll();
  await noor.getByRole("button", { name: "Take out small.txt" }).click();
});

chapter("a message that is too long says so at once, and goes without refused files only when that was asked", async () => {
  await noor.getByLabel("Your message").fill("x".repeat(10_001));
  await says(noor, /^This is too long for one message/);
  await house.look(noor, "messages-14b-too-long");
  await noor.getByLabel("Your message").fill("Asked once");
  assert.equal(await noor.getByText(/^This is too long/).count(), 0);
  await noor.getByRole("button", { name: "Encrypt and send" }).click();
  await says(noor, /large\.bin.*Send once more to send the message without it/);
  await sends(noor, "Asked once");
});

chapter("what was said of a file that is still being sent goes when it is there", async () => {
  await reads(noor, `/my/messages/${privateThread}`);
  /** @type {(go: void) => void} */
  let go = () => {};
  const gate = new Promise((open) => (go = open));
  await noor.route(/\/attachments\/[^/]+\/0$/, async (route) => {
    await gate;
    await route.continue();
  });
  await noor.getByLabel("Files to go with it").setInputFiles({ name: "slow.txt", mimeType: "text/plain", buffer: Buffer.from("slow") });
  await noor.getByLabel("Your message").fill("With a slow file");
  await noor.getByRole("button", { name: "Encrypt and send" }).click();
  await says(noor, /^A file is still being sent/);
  go();
  await says(noor, "Encrypted and sent");
  assert.equal(await noor.getByText(/^A file is still being sent/).count(), 0);
  await noor.unrouteAll();
  await sends(noor, "With a slow file");
});

chapter("a message is filed to the chart with its exact text, and its writer sees that", async () => {
  await reads(noor, `/my/messages/${privateThread}`);
  await sends(noor, `Please remember: ${filed}`);
  await reads(okafor, `/desk/messages/${privateThread}`);
  const row = okafor.getByRole("listitem").filter({ hasText: `Please remember: ${filed}` });
  await row.getByText("File to chart").click();
  await row.getByText("It is the only time that the text of a message goes").waitFor();
  assert.equal(await row.locator("[data-filing-text]").innerText(), `Please remember: ${filed}`);
  await house.look(okafor, "messages-15-file-to-chart");
  await row.getByRole("button", { name: "File exactly this text" }).click();
  await okafor.getByText(/In the record since/).waitFor();
  assert.match(await told(okafor, `/desk/cases/${found?.case}`), new RegExp(`Copies of messages[^]*Please remember: ${filed}`, "i"));
  await house.look(okafor, "messages-16-overview");
  assert.match(await told(noor, "/my/messages"), new RegExp(`Please remember: ${filed}`));
  await house.look(noor, "messages-17-filed");
  assert.doesNotMatch(await told(sam, "/my/messages"), new RegExp(filed));
});

chapter("keys that changed stop sending until the six words are compared", async () => {
  const later = heard.of(await house.enter("noor"));
  await later.goto("/my/own-words");
  await later.getByText("I have lost every way to open them").click();
  heard.secrets.push(await newKeys(later, passphrase, "anew"));
  await reads(okafor, `/desk/messages/${privateThread}`);
  await okafor.getByText(/These keys are others than before/).waitFor();
  assert.ok(await okafor.getByRole("button", { name: "Encrypt and send" }).isDisabled());
  await shows(okafor, `For you alone: ${secret}`);
  await house.look(okafor, "messages-18-changed-keys", { dark: true });
  // Her new keys open nothing of before, also not for whom the thread was begun: she begins another one.
  await reads(later, `/my/messages/${privateThread}`);
  await says(later, /encrypted for other keys than yours of today/);
  await says(later, /begin another thread/);
  await later.goto("/my/messages");
  await later.getByRole("link", { name: "Write to Dr. Okafor alone" }).click();
  await later.getByText("Encrypted for: Dr. Okafor and you").waitFor();
  await later.getByLabel("What it is about").fill("Again");
  await sends(later, "With my new keys");
  const anew = new URL(later.url()).pathname.split("/").pop() ?? "";
  // What comes with the new keys is not shown before.
  await reads(okafor, `/desk/messages/${anew}`);
  await says(okafor, /Written with other keys than before/);
  assert.equal(await okafor.getByText("With my new keys").count(), 0);
  await okafor.getByRole("button", { name: "Show the six words for Noor" }).click();
  await okafor.locator("[data-list] li").first().waitFor();
  await later.getByRole("button", { name: "Show the six words for Dr. Okafor" }).click();
  await later.locator("[data-list] li").first().waitFor();
  assert.deepEqual(await okafor.locator("[data-list] li").allInnerTexts(), await later.locator("[data-list] li").allInnerTexts());
  await okafor.getByRole("button", { name: "The six words are the same" }).click();
  await shows(okafor, "With my new keys");
  await sends(okafor, "Good that we compared.");
  await reads(later, `/my/messages/${anew}`);
  await shows(later, "Good that we compared.");
});

chapter("a tab that was closed asks for the passphrase, and everything goes by keyboard", async () => {
  const tab = heard.of(await sam.context().newPage());
  await tab.goto(`/my/messages/${jointThread}`);
  await tab.getByLabel(/^Your passphrase for own words/).waitFor();
  assert.equal(await tab.getByText(joint).count(), 0);
  await unlock(tab, passphrase);
  await shows(tab, `Both of us: ${joint}`);
  // Noor’s keys are others since the chapter before, for everybody who reads with her.
  await tab.getByText(/These keys are others than before, or your browser cannot tell: Noor/).waitFor();
  await tabTo(tab, tab.getByRole("button", { name: "Show the six words for Noor" }));
  await tab.keyboard.press("Enter");
  await tab.locator("[data-list] li").first().waitFor();
  await tabTo(tab, tab.getByRole("button", { name: "The six words are the same" }));
  await tab.keyboard.press("Enter");
  await tab.getByText(/^Compared on/).waitFor();
  // What Noor signed with the keys that Sam never compared is nobody's from now on; what others wrote stays theirs.
  await says(tab, /^Not verified/);
  assert.equal(await tab.getByText(joint).count(), 0);
  await shows(tab, "Thank you both.");
  await house.look(tab, "messages-19-not-verified");
  await tabTo(tab, tab.getByRole("button", { name: "Show it, not verified" }).first());
  await tab.keyboard.press("Enter");
  await shows(tab, `Both of us: ${joint}`);
  await tabTo(tab, tab.getByLabel("Your message"));
  await tab.keyboard.type("By keyboard alone");
  await tabTo(tab, tab.getByRole("button", { name: "Encrypt and send" }));
  await tab.keyboard.press("Enter");
  await says(tab, /begin another thread/);
  assert.equal(await tab.getByLabel("Your message").inputValue(), "By keyboard alone");
  await tab.getByLabel("Your message").fill("");
  await tab.goto("/my/messages");
  await tab.getByRole("link", { name: "Write to Noor and Dr. Okafor" }).click();
  await tab.getByText("Encrypted for: Noor, Dr. Okafor and you").waitFor();
  await tabTo(tab, tab.getByLabel("What it is about"));
  await tab.keyboard.type("Anew");
  await tabTo(tab, tab.getByLabel("Your message"));
  await tab.keyboard.type("By keyboard alone");
  await tabTo(tab, tab.getByRole("button", { name: "Encrypt and send" }));
  await tab.keyboard.press("Enter");
  await shows(tab, "By keyboard alone");
  await tab.close();
});

chapter("nothing of it stands in a request, nor in the server's memory", () => Promise.resolve(heard.nowhere()));
