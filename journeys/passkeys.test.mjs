// Passkeys: somebody who works here adds one, signs in with it, and proves with it that they are still there before a
// dangerous act; what was typed goes on. A client does the same, ends a sign-in elsewhere, and signs in with a recovery code when
// the phone with the codes is gone. Without script the password's way stays.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after } from "node:test";
import { acceptInvitation, arriving, chapters, fillTalk, invitationFor, PASSWORD, press, signIn } from "./acts.mjs";
import { alcove, screenshots } from "./ground.mjs";
import { openHouse } from "./house.mjs";
import { expected } from "./look.mjs";
import { totp } from "./totp.mjs";

const chapter = chapters();
const house = await openHouse("passkeys", { named: true });
after(() => house.close());

const page = await house.visit();
const owner = "priya";
let secret = "";

/** A device that unlocks itself, for a page. @param {import("playwright-core").Page} where */
async function device(where) {
  const session = await where.context().newCDPSession(where);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return () => session.send("WebAuthn.getCredentials", { authenticatorId });
}
const kept = await device(page);
const client = await house.visit();
const phone = await device(client);
const noor = await house.enter("noor");

chapter("the owner starts anew with a one-time password", async () => {
  const reset = await alcove(["accounts", "reset", "--data", house.data, "--json", owner]);
  assert.equal(reset.code, 0, reset.err);
  // The server looks every second whether another program changed who may sign in.
  await new Promise((done) => setTimeout(done, 2_500));
  await signIn(page, owner, JSON.parse(reset.out).one_time_password);
  secret = (await page.locator("code.num").innerText()).replaceAll(" ", "");
  await page.getByLabel("Six-digit code").fill(totp(secret));
  await page.getByLabel("New password").fill(PASSWORD);
  await press(page, "Save and sign in");
  assert.equal(new URL(page.url()).pathname, "/desk");
});

chapter("a passkey is added with the password", async () => {
  await page.goto("/desk/account");
  await house.look(page, "passkeys-01-account");
  await page.getByRole("link", { name: "Add a passkey" }).click();
  await page.getByLabel("Your password").fill("not the password");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("This is not your present password.").waitFor();
  expected(page, /422/);
  await page.getByLabel("Your password").fill(PASSWORD);
  await house.look(page, "passkeys-02-add");
  await press(page, "Add a passkey");
  await page.getByText("From now on this device signs you in.").waitFor();
  const { credentials } = await kept();
  assert.equal(credentials.length, 1);
  assert.equal(credentials[0].rpId, "localhost");
  assert.match(String(credentials[0].userName), /^Account \d{4}$/, "neither the person nor the practice is named");
  await house.look(page, "passkeys-03-added");
});

chapter("it signs in, and what it could derive stays in the browser", async () => {
  await page.context().clearCookies();
  await page.goto("/sign-in?next=/desk/account");
  await house.look(page, "passkeys-04-sign-in");
  const module = await page.locator('script[src$="passkeys.js"]').getAttribute("src");
  const sent = await page.evaluate(async (module) => {
    const { withoutSecrets } = await import(String(module));
    const told = { id: "one", clientExtensionResults: { credProps: { rk: true }, prf: { enabled: true, results: { first: "a key" } } } };
    return withoutSecrets(told);
  }, module);
  assert.deepEqual(sent, { id: "one", clientExtensionResults: { credProps: { rk: true } } });
  await press(page, "Sign in with a passkey");
  assert.equal(new URL(page.url()).pathname, "/desk/account");
});

chapter("a password alone is no proof: a dangerous act asks, and goes on with what was typed", async () => {
  await page.getByLabel("Present password").fill(PASSWORD);
  await page.getByLabel("New password").fill("ten red stools by dusk");
  await press(page, "Change it");
  await page.goto("/desk/practice");
  const form = page.locator('form[action="/desk/practice/staff"]');
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => one.setAttribute("open", "")));
  await form.getByLabel("Name at work", { exact: true }).fill("Vale Orrin");
  await form.getByLabel("Sign-in name").fill("vale");
  await form.locator("label", { has: page.locator('input[name="role"][value="biller"]') }).click();
  const asked = await arriving(page, () => form.getByRole("button").last().click());
  assert.equal(asked.status(), 403);
  await house.look(page, "passkeys-05-prove");
  const done = await press(page, "Use a passkey");
  assert.equal(done.status(), 200);
  await page.getByText("Vale Orrin").first().waitFor();
  await page.getByText("one-time password").first().waitFor();
});

chapter("taken away, it signs in no more; name and password go on", async () => {
  await page.goto("/desk/account");
  await page.getByRole("link", { name: /Take it away/ }).click();
  await page.getByLabel("Your password").fill("ten red stools by dusk");
  await house.look(page, "passkeys-06-take-away");
  await press(page, "Take it away");
  await page.getByText("It opens nothing any more.").waitFor();
  await page.context().clearCookies();
  await page.goto("/sign-in");
  const refused = await press(page, "Sign in with a passkey");
  assert.equal(refused.status(), 422);
  await page.getByText("This passkey signs nobody in here.").first().waitFor();
  assert.doesNotMatch(await page.locator("main").innerText(), /Check both/);
  await house.look(page, "passkeys-07-refused");
  await signIn(page, owner, "ten red stools by dusk");
  await page.getByLabel("Six-digit code").waitFor();
});

/** @type {string[]} */
let paper = [];

/** A code that was not used yet: each works once. */
let last = "";
async function fresh() {
  while (totp(secret) === last) await new Promise((done) => setTimeout(done, 500));
  last = totp(secret);
  return last;
}

chapter("a client adds a passkey and signs in with it", async () => {
  const [name, address] = [house.plant("name with a passkey"), house.plant("with a passkey")];
  await fillTalk(client, { clinician: "adaeze", name, address });
  await press(client, "Book this time");
  const desk = await house.enter("adaeze");
  await desk.goto("/desk/inbox");
  await arriving(desk, () => desk.getByRole("link", { name: new RegExp(name) }).first().click());
  await desk.getByRole("radio", { name: "One person" }).check();
  await press(desk, "Accept and invite");
  await acceptInvitation(client, await invitationFor(house, address), "wren");
  await client.goto("/my/account");
  await client.getByRole("link", { name: "Add a passkey" }).click();
  await client.getByLabel("Your password").fill(PASSWORD);
  await house.look(client, "passkeys-08-client-add");
  await press(client, "Add a passkey");
  await client.getByText("From now on this device signs you in.").waitFor();
  const { credentials } = await phone();
  assert.match(String(credentials[0].userName), /^Account \d{4}$/);
  await house.look(client, "passkeys-09-client-account");
  await client.context().clearCookies();
  await client.goto("/sign-in?next=/my/account");
  await press(client, "Sign in with a passkey");
  assert.equal(new URL(client.url()).pathname, "/my/account");
});

chapter("they see where they are signed in, and end the other one", async () => {
  const elsewhere = await house.visit();
  await signIn(elsewhere, "wren");
  assert.equal(new URL(elsewhere.url()).pathname, "/my");
  await client.goto("/my/account");
  const ends = client.getByRole("button", { name: /^End this one/ });
  const before = await ends.count();
  assert.ok(before >= 1);
  await house.look(client, "passkeys-10-client-sign-ins");
  await arriving(client, () => ends.first().click());
  await client.getByText("Nobody is signed in there any more.").waitFor();
  assert.equal(await ends.count(), before - 1);
  await elsewhere.goto("/my/homework");
  assert.equal(new URL(elsewhere.url()).pathname, "/sign-in");
});

chapter("with codes on they make recovery codes, shown once and printed without a name", async () => {
  await client.goto("/my/account/codes");
  secret = (await client.locator("code.num").innerText()).replaceAll(" ", "");
  await client.getByLabel("Six-digit code").fill(await fresh());
  await client.getByLabel("Your password").fill(PASSWORD);
  await press(client, "Turn codes on");
  await client.getByRole("link", { name: "Make ten codes" }).click();
  await client.getByLabel("Your password").fill(PASSWORD);
  await client.getByLabel("Six-digit code").fill(await fresh());
  await house.look(client, "passkeys-11-client-recovery");
  await press(client, "Make ten codes");
  paper = await client.locator(".spares code").allInnerTexts();
  assert.equal(paper.length, 10);
  for (const code of paper) assert.match(code, /^[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}$/);
  await client.getByRole("button", { name: "Print this page" }).waitFor();
  await house.look(client, "passkeys-12-client-codes", { dark: true });
  await client.emulateMedia({ media: "print" });
  await client.screenshot({ path: join(screenshots, "passkeys-13-client-codes-print.png"), fullPage: true });
  const printed = await client.evaluate(() => document.body.innerText);
  assert.doesNotMatch(printed, /Linden|Alcove|Corriewen/, "the paper does not say whose it is");
  await client.emulateMedia({ media: "screen" });
  await client.goto("/my/account");
  await client.getByText("10 are left").waitFor();
  assert.doesNotMatch(await client.content(), new RegExp(String(paper[0])));
});

chapter("without the phone a code from paper signs in, once, and the next page says so", async () => {
  await client.context().clearCookies();
  await signIn(client, "wren");
  await client.getByText("Use a recovery code from paper").click();
  await house.look(client, "passkeys-14-recovery");
  await client.getByLabel("Recovery code", { exact: true }).fill("abcd-efgh-jkmn");
  const refused = await press(client, "Sign in with it");
  assert.equal(refused.status(), 422);
  await house.look(client, "passkeys-15-recovery-refused");
  await client.getByLabel("Recovery code", { exact: true }).fill(String(paper[0]).toUpperCase().replaceAll("-", " "));
  await press(client, "Sign in with it");
  assert.equal(new URL(client.url()).pathname, "/my");
  await client.getByText("A recovery code was used").waitFor();
  await house.look(client, "passkeys-16-told", { dark: true });
  await client.goto("/my/account");
  await client.getByText("9 are left").waitFor();
  await house.look(client, "passkeys-17-nine");
  await client.goto("/my/receipts?mine=yes");
  await client.getByText("Signed in with a recovery code").first().waitFor();
  const plain = await house.visit({ script: false });
  await signIn(plain, "wren");
  await plain.getByText("Use a recovery code from paper").click();
  await plain.getByLabel("Recovery code", { exact: true }).fill(String(paper[0]));
  assert.equal((await press(plain, "Sign in with it")).status(), 422, "it was used");
  await plain.getByLabel("Recovery code", { exact: true }).fill(String(paper[1]));
  await press(plain, "Sign in with it");
  assert.equal(new URL(plain.url()).pathname, "/my");
});

chapter("with the phone gone for good, codes are turned off by a code from paper", async () => {
  await client.goto("/my/account/codes");
  await client.getByLabel("Six-digit code, or a recovery code").fill(String(paper[2]));
  await client.getByLabel("Your password").fill(PASSWORD);
  await house.look(client, "passkeys-18-codes-off");
  await press(client, "Turn codes off");
  await client.getByText("One-time codes are off.").waitFor();
  assert.equal(await client.getByRole("heading", { name: "Recovery codes" }).count(), 0);
});

chapter("staff make theirs after a proof", async () => {
  const theo = await house.enter("theo");
  await theo.goto("/desk/account");
  await house.look(theo, "passkeys-19-desk-account");
  await press(theo, "Make ten new codes");
  assert.equal(await theo.locator(".spares code").count(), 10);
  await house.look(theo, "passkeys-20-desk-codes");
  await theo.getByRole("link", { name: "I have them on paper" }).click();
  await theo.getByText("10 are left").waitFor();
});

/** Every body that this page sent. @type {string[]} */
const bodies = [];
noor.on("request", (request) => bodies.push(request.postData() ?? ""));
/** @param {string | RegExp} words */
const says = (words) => noor.getByRole("status").filter({ hasText: words }).first().waitFor();

/** Types the groups from the paper that the page asks for. */
async function proves() {
  const code = await noor.locator("[data-code]").innerText();
  const order = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh"];
  const asked = await noor.locator("[data-group]").allInnerTexts();
  for (const at of [0, 1]) {
    const group = order.findIndex((word) => (asked[at] ?? "").includes(word));
    await noor.locator("[data-prove] input").nth(at).fill(code.split("-")[group] ?? "");
  }
  await noor.getByRole("button", { name: "I have it on paper" }).click();
  return code;
}

chapter("own words open with a passkey in the place of a passphrase", async () => {
  const own = await device(noor);
  await noor.goto("/my/own-words");
  await noor.getByRole("button", { name: "Use a passkey instead" }).first().waitFor();
  await house.look(noor, "passkeys-21-own-words");
  await noor.getByRole("button", { name: "Use a passkey instead" }).first().click();
  await noor.locator("[data-code]").waitFor();
  await house.look(noor, "passkeys-22-own-words-code");
  const code = await proves();
  await says(/^Kept/);
  await house.look(noor, "passkeys-23-own-words-open");
  const { credentials: [credential] } = await own();
  if (credential?.userName) assert.match(credential.userName, /^Own words \d{5}$/);
  const { kept } = await (await noor.request.get("/my/own-words/identity")).json();
  assert.deepEqual(kept.slots.map((/** @type {any} */ slot) => slot.kind), ["recovery", "passkey"]);
  assert.match(Buffer.from(kept.slots[1].file, "base64").toString("latin1"), /^age-encryption\.org\/v1\n-> age-encryption\.org\/fido2prf /);
  await arriving(noor, () => noor.getByRole("button", { name: "Close them now" }).click());
  await noor.goto("/my/journal");
  await noor.getByRole("button", { name: "Open them with my passkey" }).click();
  const entry = house.plant("journal entry by passkey");
  await noor.getByLabel("A new entry").fill(entry);
  await noor.getByRole("button", { name: "Keep for me alone" }).click();
  await noor.getByText(entry).waitFor();
  await noor.goto("/my/own-words");
  await arriving(noor, () => noor.getByRole("button", { name: "Close them now" }).click());
  await noor.getByRole("button", { name: "Open them with my passkey" }).waitFor();
  await house.look(noor, "passkeys-24-own-words-locked");
  await noor.getByLabel(/^Your passphrase for own words/).fill(code);
  await noor.getByRole("button", { name: "Open my own words" }).click();
  await noor.getByRole("heading", { name: "Your keys are open in this tab" }).waitFor();
  const sent = bodies.join("\n");
  assert.ok(sent.includes("passkey_line=AGE-PLUGIN-FIDO2PRF-1"));
  assert.doesNotMatch(sent, /clientExtensionResults|results|AGE-SECRET/);
  for (const secret of [code, entry]) assert.equal(sent.includes(secret), false);
});

chapter("somebody with a passphrase adds a passkey beside it", async () => {
  const okafor = await house.enter("adaeze");
  await device(okafor);
  await okafor.goto("/desk/own-words");
  await okafor.locator("#make-passphrase").fill(PASSWORD);
  await okafor.locator("#make-again").fill(PASSWORD);
  await okafor.getByRole("button", { name: "Make them", exact: true }).first().click();
  await okafor.locator("[data-code]").waitFor();
  const code = (await okafor.locator("[data-code]").innerText()).split("-");
  const order = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh"];
  const asked = await okafor.locator("[data-group]").allInnerTexts();
  for (const at of [0, 1]) {
    await okafor.locator("[data-prove] input").nth(at).fill(code[order.findIndex((word) => (asked[at] ?? "").includes(word))] ?? "");
  }
  await okafor.getByRole("button", { name: "I have it on paper" }).click();
  await okafor.getByRole("button", { name: "Add a passkey" }).click();
  await okafor.getByRole("status").filter({ hasText: "opens your own words from now on, too" }).waitFor();
  assert.equal(await okafor.getByRole("button", { name: "Add a passkey" }).isVisible(), false);
  await house.look(okafor, "passkeys-25-desk-own-words");
  const { kept } = await (await okafor.request.get("/desk/own-words/identity")).json();
  assert.deepEqual(kept.slots.map((/** @type {any} */ slot) => slot.kind), ["recovery", "passphrase", "passkey"]);
  await arriving(okafor, () => okafor.getByRole("button", { name: "Close them now" }).click());
  await okafor.getByRole("button", { name: "Open them with my passkey" }).click();
  await okafor.getByRole("heading", { name: "Your keys are open in this tab" }).waitFor();
});

chapter("without script nothing is offered that needs it", async () => {
  const plain = await house.visit({ script: false });
  await plain.goto("/sign-in");
  assert.equal(await plain.getByRole("button", { name: "Sign in with a passkey" }).isVisible(), false);
  assert.equal(await plain.getByRole("button", { name: "Sign in", exact: true }).isVisible(), true);
});
