// Succession: the executor's cards are made and put together without a practice, the owner registers them, a clinician says yes and
// the browser encrypts every process note anew, also after it was interrupted; notes are taken out, and an age program of other makers
// opens them with the identity of two cards. What the server says without the clinician's signature counts for nothing.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { chapters, press } from "./acts.mjs";
import { alcove } from "./ground.mjs";
import { openHouse } from "./house.mjs";
import { expected } from "./look.mjs";

/** @typedef {import("playwright-core").Page} Page */

const house = await openHouse("succession");
after(() => house.close());
const chapter = chapters();

/** The executor's own computer: nothing of the practice's is here. */
const elsewhere = join(house.folder, "..", "..", "executor");
rmSync(elsewhere, { recursive: true, force: true });
mkdirSync(elsewhere, { recursive: true });
const at = (/** @type {string} */ name) => join(elsewhere, name);

const passphrase = house.plant("own words passphrase");
const words = [house.plant("process note left behind"), house.plant("process note of another session")];
const later = house.plant("process note after the yes");
const alone = house.plant("process note taken back");
const reason = house.plant("reason for taking notes out");

/** @type {{recipient: string, check: string, cards: string[]}[]} */
const sets = [];
/** @type {string[]} */
let workspaces = [];
const owner = await house.enter("priya");
const okafor = await house.enter("adaeze");

/** @param {Page} page @param {string | RegExp} words */
const says = (page, words) => page.getByRole("status").filter({ hasText: words }).first().waitFor();

/** @param {string} name */
async function make(name) {
  const made = await alcove(["succession", "make", "--out", at(name), "--json"]);
  assert.equal(made.code, 0, made.err);
  const groups = [...readFileSync(at(name)).toString("latin1").matchAll(/\(([0-9A-HJKMNP-TV-Z]{5})\)/g)].map((found) => found[1]);
  assert.equal(groups.length, 48);
  const cards = [0, 16, 32].map((from) => groups.slice(from, from + 16).join("-"));
  return { ...JSON.parse(made.out), cards };
}

/** @param {string[]} cards @param {string[]} more */
const open = (cards, ...more) => alcove(["succession", "open", ...more], { input: `${cards.join("\n")}\n` });

chapter("the cards are made on any machine, and two of them are tried", async () => {
  sets.push(await make("cards.pdf"), await make("others.pdf"));
  const [first, second] = sets;
  const pdf = readFileSync(at("cards.pdf")).toString("latin1");
  assert.ok(pdf.includes("Succession card 2 of 3") && pdf.includes(first.check));
  assert.doesNotMatch(pdf, /AGE-SECRET|age1|practice|alcove/i);
  assert.equal(statSync(at("cards.pdf")).mode & 0o777, 0o600);
  const again = await alcove(["succession", "make", "--out", at("cards.pdf")]);
  assert.equal(again.code, 1);
  const [one, two, three] = first.cards;
  for (const [pair, whose] of [[[one, three], first.check], [[three.toLowerCase(), two], first.recipient]]) {
    const tried = await open(pair, "--rehearse", whose);
    assert.equal(tried.code, 0, tried.err);
    assert.doesNotMatch(tried.out + tried.err, /AGE-SECRET/);
  }
  const before = readdirSync(elsewhere);
  const slip = `${two.slice(0, 6)}${two[6] === "7" ? "8" : "7"}${two.slice(7)}`;
  const refused = [
    [[one, slip], "--rehearse", first.check],
    [[one, two], "--rehearse", second.check],
    [[one, one]],
    [[one, second.cards[1]]],
  ];
  for (const [pair, ...more] of refused) {
    const said = await open(pair, ...more);
    assert.equal(said.code, 1, said.out);
    assert.doesNotMatch(said.out + said.err, /AGE-SECRET/);
  }
  assert.match((await open([one, slip])).err, /second card: group 2 is not as it stands on the card/);
  // What unlocks a practice is never given out as an identity.
  const unlocking = await alcove(["keys", "add", "cards", "--data", house.data, "--show"]);
  assert.equal(unlocking.code, 0, unlocking.err);
  const lines = unlocking.out.split("\n").filter((line) => line.startsWith("  "));
  const cards = [lines.slice(0, 4).join(" "), lines.slice(4, 8).join(" ")];
  const mistaken = await open(cards);
  assert.equal(mistaken.code, 1);
  assert.match(mistaken.err, /no succession cards/);
  const unlocks = await alcove(["succession", "open", "--out", at("none.txt")], { input: `${cards.join("\n")}\n` });
  assert.equal(unlocks.code, 1);
  assert.deepEqual(readdirSync(elsewhere), before);
});

chapter("the owner registers what was printed", async () => {
  const [first, second] = sets;
  await owner.goto("/desk/practice");
  await owner.getByRole("link", { name: "Succession" }).click();
  await owner.getByRole("heading", { name: "Succession", level: 1 }).waitFor();
  await house.look(owner, "succession-1-nothing-yet", { dark: true });
  await owner.getByLabel("Recipient").fill(first.recipient);
  await owner.getByLabel("Its check").fill(second.check);
  await press(owner, "Register");
  await owner.getByText("This is not the check of this recipient").first().waitFor();
  await house.look(owner, "succession-2-wrong-check");
  await owner.getByLabel("Its check").fill(first.check.toLowerCase());
  await press(owner, "Register");
  await owner.getByText(first.recipient).waitFor();
  await house.look(owner, "succession-3-registered", { dark: true });
});

/** @param {Page} page */
async function makeKeys(page) {
  await page.goto("/desk/own-words");
  await page.locator("#make-passphrase").fill(passphrase);
  await page.locator("#make-again").fill(passphrase);
  await page.locator("form:has(#make-again) button").click();
  const shown = page.locator("[data-code]");
  await shown.waitFor();
  const groups = (await shown.innerText()).split("-");
  const order = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh"];
  const asked = await page.locator("[data-group]").allInnerTexts();
  for (const one of [0, 1]) {
    const group = order.findIndex((word) => (asked[one] ?? "").includes(word));
    await page.locator("[data-prove] input").nth(one).fill(groups[group] ?? "");
  }
  await page.getByRole("button", { name: "I have it on paper" }).click();
  await says(page, /^Kept/);
}

/** @param {string} workspace @param {string} text */
async function writes(workspace, text) {
  await okafor.goto(workspace);
  const area = okafor.getByLabel("Process note, for you alone");
  await okafor.waitForFunction(() => !document.querySelector("textarea#process-note")?.matches(":disabled"));
  await area.fill(text);
  await says(okafor, "Kept, encrypted.");
}

/** How many keys a session's note is encrypted for. @param {string} workspace */
async function readers(workspace) {
  const { file } = await (await okafor.request.get(`${workspace}/process-note`)).json();
  return Buffer.from(file, "base64").toString("latin1").split("\n").filter((line) => line.startsWith("-> X25519 ")).length;
}

const part = okafor.locator("[data-succession]");

chapter("a clinician's notes are for the author alone until the author says yes", async () => {
  await makeKeys(okafor);
  const found = (await house.people()).find((person) => person.slug === "noor");
  await okafor.goto(`/desk/cases/${found?.case}`);
  const sessions = await okafor.locator('a[href^="/desk/sessions/"]').evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  workspaces = [...new Set(sessions.map(String))].slice(0, 2);
  assert.equal(workspaces.length, 2);
  for (const [one, workspace] of workspaces.entries()) await writes(workspace, `I noticed ${words[one]}`);
  assert.deepEqual([await readers(workspaces[0]), await readers(workspaces[1])], [1, 1]);
  const early = await alcove(["succession", "export", "--data", house.data, "--clinician", "adaeze", "--reason", reason, at("early")]);
  assert.equal(early.code, 1);
  assert.match(early.err, /did not let the executor/);
  assert.equal(readdirSync(elsewhere).includes("early"), false);
});

chapter("a yes that the clinician did not sign is none", async () => {
  const [first] = sets;
  await okafor.route(/\/own-words\/succession$/, async (route) => {
    const answer = await route.fetch();
    const said = await answer.json();
    const decided = { to: first.recipient, signature: "ab".repeat(64), when: "Today" };
    await route.fulfill({ response: answer, json: { ...said, decided, revision: 1 } });
  });
  await okafor.goto("/desk/own-words");
  await part.getByText("you did not sign that").waitFor();
  await house.look(okafor, "succession-4-not-signed");
  await okafor.unrouteAll();
});

chapter("the clinician says yes, and every note is encrypted anew, also after it was interrupted", async () => {
  const [first] = sets;
  await okafor.goto("/desk/own-words");
  await part.locator("[data-give]").getByText(first.check).waitFor();
  await house.look(okafor, "succession-5-off", { dark: true });
  const yes = part.getByRole("button", { name: "Let the executor open my process notes" });
  await yes.click();
  assert.equal(await part.getByText("The executor can open your process notes").isVisible(), false, "the check is compared first");
  await part.getByRole("checkbox").check();
  // The second note never arrives, and the page is loaded again.
  let asked = 0;
  await okafor.route(/\/own-words\/notes\//, (route) => ((asked += route.request().method() === "GET" ? 1 : 0) > 1 ? undefined : route.continue()));
  await yes.click();
  await part.getByText("1 of 2 notes").waitFor();
  await house.look(okafor, "succession-6-on-its-way");
  const before = [await readers(workspaces[0]), await readers(workspaces[1])];
  assert.deepEqual(before.sort(), [1, 2]);
  await okafor.unrouteAll({ behavior: "ignoreErrors" });
  await okafor.goto("/desk/own-words");
  await part.getByText("All of your process notes are as you decided.").waitFor();
  assert.deepEqual([await readers(workspaces[0]), await readers(workspaces[1])], [2, 2]);
  await house.look(okafor, "succession-7-on", { dark: true });
  await okafor.goto(workspaces[0]);
  await okafor.waitForFunction(() => document.querySelector("textarea#process-note")?.value !== "");
  assert.equal(await okafor.locator("textarea#process-note").inputValue(), `I noticed ${words[0]}`);
  await okafor.getByText("The practice’s executor can, if you die or cannot work").waitFor();
  await writes(workspaces[0], `I noticed ${words[0]}, and later ${later}`);
  await house.look(okafor, "succession-12-workspace");
  assert.equal(await readers(workspaces[0]), 2);
});

chapter("a page that was open before goes on writing, for whom it is now", async () => {
  await okafor.goto(workspaces[0]);
  await okafor.waitForFunction(() => document.querySelector("textarea#process-note")?.value !== "");
  const tab = await okafor.context().newPage();
  await tab.goto("/desk/own-words");
  await tab.getByLabel(/^Your passphrase for own words/).fill(passphrase);
  await tab.getByRole("button", { name: "Open my own words" }).click();
  const there = tab.locator("[data-succession]");
  await there.getByRole("button", { name: "Do not let the executor open them any more" }).click();
  await there.getByText("All of your process notes are as you decided.").waitFor();
  assert.equal(await readers(workspaces[1]), 1);
  const area = okafor.getByLabel("Process note, for you alone");
  const typed = `I noticed ${words[0]}, and later ${later}, with care`;
  await area.fill(typed);
  await says(okafor, /changed somewhere else/);
  expected(okafor, /409|422/);
  await area.fill(typed);
  await says(okafor, "Kept, encrypted.");
  assert.equal(await readers(workspaces[0]), 1);
  assert.equal(await okafor.getByText("The practice’s executor can").isVisible(), false);
  // And yes once more.
  await there.getByRole("checkbox").check();
  await there.getByRole("button", { name: "Let the executor open my process notes" }).click();
  await there.getByText("The executor can open your process notes").waitFor();
  await there.getByText("All of your process notes are as you decided.").waitFor();
  await tab.close();
});

chapter("notes are taken out, and an age program opens them with the identity of two cards", async () => {
  const [first, second] = sets;
  const folder = at("notes");
  const taken = await alcove(["succession", "export", "--data", house.data, "--clinician", "adaeze", "--reason", reason, folder]);
  assert.equal(taken.code, 0, taken.err);
  assert.match(taken.out, /^2 notes are in /);
  const files = readdirSync(folder).sort();
  assert.deepEqual(files, ["how-to-open.txt", "index.csv", "note-0001.age", "note-0002.age"]);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  const index = readFileSync(join(folder, "index.csv"), "utf8");
  assert.ok(index.includes(first.check) && index.includes(workspaces[0].split("/")[3]));
  const [one, two] = first.cards;
  const opened = await open([two, one], "--out", at("identity.txt"));
  assert.equal(opened.code, 0, opened.err);
  assert.equal(statSync(at("identity.txt")).mode & 0o777, 0o600);
  const age = (/** @type {string} */ identity, /** @type {string} */ file) =>
    execFileSync("age", ["--decrypt", "--identity", at(identity), join(folder, file)], { stdio: ["ignore", "pipe", "pipe"] }).toString();
  const read = [age("identity.txt", "note-0001.age"), age("identity.txt", "note-0002.age")].join("\n");
  for (const word of [...words, later]) assert.ok(read.includes(word), word);
  const [three, four] = second.cards;
  assert.equal((await open([three, four], "--out", at("other.txt"))).code, 0);
  assert.throws(() => age("other.txt", "note-0001.age"), /no identity matched/);
  const again = await alcove(["succession", "export", "--data", house.data, "--clinician", "adaeze", "--reason", reason, folder]);
  assert.equal(again.code, 1);
  assert.match(again.err, /something is there already; nothing was taken out/);
});

chapter("the clinician, the owner and the client read of it", async () => {
  await okafor.goto("/desk/own-words");
  await okafor.getByText("Your process notes were taken out").waitFor();
  await part.getByText("The executor can open your process notes").waitFor();
  await house.look(okafor, "succession-8-told", { dark: true });
  await owner.goto("/desk/practice/succession");
  await owner.getByText(reason).waitFor();
  await owner.getByText(/^Since /).waitFor();
  await house.look(owner, "succession-9-taken-out", { dark: true });
  const noor = await house.enter("noor");
  await noor.goto("/my/receipts");
  await noor.getByText("Took out a clinician’s own notes, still encrypted, for the practice’s executor").first().waitFor();
});

chapter("other cards: nobody's yes goes over, and a yes that is taken back closes what is written next", async () => {
  const [first, second] = sets;
  await owner.getByText("Register other cards").click();
  await owner.getByLabel("Recipient").fill(second.recipient);
  await owner.getByLabel("Its check").fill(second.check);
  await press(owner, "Register");
  await owner.getByText("For earlier cards").waitFor();
  await house.look(owner, "succession-10-other-cards");
  await okafor.goto("/desk/own-words");
  await part.getByText("The practice registered other cards since you said yes.").waitFor();
  assert.equal(await part.getByText(first.check).count(), 0);
  await house.look(okafor, "succession-11-earlier", { dark: true });
  await part.getByRole("button", { name: "Do not let the executor open them any more" }).click();
  await part.getByText("All of your process notes are as you decided.").waitFor();
  await writes(workspaces[0], `For me alone ${alone}`);
  assert.deepEqual([await readers(workspaces[0]), await readers(workspaces[1])], [1, 1]);
  const { file } = await (await okafor.request.get(`${workspaces[0]}/process-note`)).json();
  writeFileSync(at("alone.age"), Buffer.from(file, "base64"));
  assert.throws(() => execFileSync("age", ["--decrypt", "--identity", at("identity.txt"), at("alone.age")], { stdio: "pipe" }), /no identity matched/);
  const refused = await alcove(["succession", "export", "--data", house.data, "--clinician", "adaeze", "--reason", reason, at("late")]);
  assert.equal(refused.code, 1);
  const verified = await alcove(["audit", "verify", "--data", house.data]);
  assert.equal(verified.code, 0, verified.out + verified.err);
});
