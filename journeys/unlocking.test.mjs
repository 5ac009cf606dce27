// The owner's ways to unlock: a passphrase, cards and a passkey are added, tried, used after a lock, and taken away again. What is
// mistyped opens nothing; what a passkey derives stays in the browser; the way that was shown is not the one that goes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after } from "node:test";
import { chapters, press } from "./acts.mjs";
import { alcove } from "./ground.mjs";
import { openHouse } from "./house.mjs";

const chapter = chapters();
const house = await openHouse("unlocking", { named: true });
after(() => house.close());

const owner = await house.enter("priya");
const passphrase = house.plant("new unlocking passphrase");
/** Every body that a page sent. @type {string[]} */
const bodies = [];
owner.on("request", (request) => bodies.push(request.postData() ?? ""));

/** A security key that verifies its owner by itself, and derives keys where told so. @param {boolean} hasPrf */
async function device(hasPrf) {
  const session = await owner.context().newCDPSession(owner);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    kept: async () => (await session.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    gone: () => session.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId }),
  };
}

async function slots() {
  const told = await alcove(["keys", "slots", "--data", house.data, "--json"]);
  assert.equal(told.code, 0, told.err);
  return JSON.parse(told.out).map((/** @type {{method: string}} */ slot) => slot.method);
}

const state = async () => (await (await fetch(`${house.address}/health`)).json()).state;

/** The demo's owner has no password to prove themselves with: they enter anew, which is a proof. */
async function enter() {
  const answer = await owner.request.post("/demo/enter", { form: { person: "priya" }, headers: { origin: house.address }, maxRedirects: 0 });
  assert.equal(answer.status(), 303);
}

/** Locks the records, and waits until the process that began anew answers. */
async function lock() {
  await enter();
  await owner.goto("/desk/practice/unlocking");
  await owner.getByLabel("Somebody is there who can unlock it again").check();
  await press(owner, "Lock the records");
  for (let waited = 0; waited < 30_000; waited += 250) {
    if ((await state().catch(() => "")) === "locked") break;
    await new Promise((done) => setTimeout(done, 250));
  }
  assert.equal(await state(), "locked");
  await owner.goto("/unlock");
}

/** @type {string[]} */
let cards = [];

chapter("there is the key file alone", async () => {
  await owner.goto("/desk/practice/unlocking");
  assert.ok(await owner.getByRole("heading", { name: "A key file" }).isVisible());
  await house.look(owner, "unlocking-01-ways");
});

chapter("the only way cannot be taken away", async () => {
  await owner.goto("/desk/practice/unlocking/remove");
  await owner.getByRole("radio", { name: /A key file/ }).check();
  await owner.getByLabel("Passphrase of one that stays").fill(passphrase);
  const answer = await press(owner, "Take it away");
  assert.equal(answer.status(), 422);
  await owner.getByText("Nothing was taken away.").waitFor();
  assert.doesNotMatch(await owner.content(), new RegExp(passphrase));
  await house.look(owner, "unlocking-02-the-last");
  assert.deepEqual(await slots(), ["key file"]);
});

chapter("a passphrase is added; one that is too short, or another the second time, is not", async () => {
  await owner.goto("/desk/practice/unlocking/change");
  await house.look(owner, "unlocking-03-change");
  for (const [first, second] of [["short", "short"], [passphrase, `${passphrase}.`]]) {
    await owner.getByLabel("New passphrase").fill(String(first));
    await owner.getByLabel("Once more").fill(String(second));
    assert.equal((await press(owner, "Add the passphrase")).status(), 422);
    await owner.getByText("Not added.").waitFor();
  }
  await house.look(owner, "unlocking-04-differs");
  await owner.getByLabel("New passphrase").fill(passphrase);
  await owner.getByLabel("Once more").fill(passphrase);
  await press(owner, "Add the passphrase");
  await owner.getByText("The passphrase unlocks from now on").waitFor();
  assert.deepEqual((await slots()).sort(), ["key file", "passphrase"]);
});

chapter("it is tried: wrong it opens nothing, right it opens and changes nothing", async () => {
  const attempt = owner.locator('form[action$="/change/rehearse"]').first();
  await attempt.getByLabel("Passphrase").fill("these are not the words");
  assert.equal((await press(owner, "Try it")).status(), 422);
  await owner.getByText("This passphrase does not unlock the records.").first().waitFor();
  await house.look(owner, "unlocking-05-wrong");
  await attempt.getByLabel("Passphrase").fill(passphrase);
  await press(owner, "Try it");
  await owner.getByText("It opens. That you tried it is written down.").waitFor();
});

chapter("three cards come as a file, and two of them are tried", async () => {
  assert.equal((await press(owner, "Make three cards")).status(), 422, "not without a printer");
  await owner.getByLabel("I can print them now").check();
  const [file] = await Promise.all([owner.waitForEvent("download"), owner.getByRole("button", { name: "Make three cards" }).click()]);
  assert.equal(file.suggestedFilename(), "cards.pdf");
  const pdf = readFileSync(String(await file.path())).toString("latin1");
  const groups = [...pdf.matchAll(/\(([0-9A-Z]{5})\) Tj/g)].map((found) => found[1]);
  assert.equal(groups.length, 3 * 16);
  cards = [0, 1, 2].map((at) => groups.slice(at * 16, at * 16 + 16).join(" "));
  await owner.goto("/desk/practice/unlocking/change");
  const attempt = owner.locator('form[action$="/change/rehearse"]').first();
  await attempt.getByLabel("First card").fill(String(cards[0]));
  await attempt.getByLabel("Second card").fill(String(cards[0]));
  assert.equal((await press(owner, "Try it")).status(), 422, "the same card twice");
  await attempt.getByLabel("First card").fill(String(cards[0]));
  await attempt.getByLabel("Second card").fill(String(cards[2]).toLowerCase());
  await press(owner, "Try it");
  await owner.getByText("It opens. That you tried it is written down.").waitFor();
});

chapter("a device that derives no keys is not taken", async () => {
  const plain = await device(false);
  await owner.getByRole("button", { name: "Add a passkey" }).click();
  await owner.getByText("This device cannot derive keys").waitFor();
  await house.look(owner, "unlocking-06-no-prf");
  assert.equal((await slots()).includes("passkey"), false);
  await plain.gone();
});

/** @type {Awaited<ReturnType<typeof device>>} */
let key;

chapter("a passkey that does is added, for unlocking alone, and tried", async () => {
  key = await device(true);
  await press(owner, "Add a passkey");
  await owner.getByText("The passkey unlocks from now on").waitFor();
  const [credential] = await key.kept();
  assert.equal(credential?.rpId, "localhost");
  if (credential?.userName) assert.match(credential.userName, /^Unlocking \d{5}$/);
  assert.equal((await slots()).filter((/** @type {string} */ method) => method === "passkey").length, 1);
  await press(owner, "Try a passkey");
  await owner.getByText("It opens. That you tried it is written down.").waitFor();
  await house.look(owner, "unlocking-07-passkey");
  await owner.goto("/desk/practice/unlocking");
  await house.look(owner, "unlocking-08-four-ways");
});

chapter("after a lock it unlocks; the server never had what the device derived", async () => {
  await lock();
  assert.ok(await owner.getByRole("button", { name: "Unlock with a passkey" }).isVisible());
  await house.look(owner, "unlocking-09-locked", { dark: true });
  const plain = await house.visit({ script: false });
  await plain.goto("/unlock");
  assert.equal(await plain.getByRole("button", { name: "Unlock with a passkey" }).isVisible(), false);
  assert.ok(await plain.getByLabel("Passphrase").isVisible());
  // Somebody stops the first time; and the device is told to verify its owner.
  await owner.evaluate(() => {
    const get = navigator.credentials.get.bind(navigator.credentials);
    navigator.credentials.get = (options) => {
      navigator.credentials.get = get;
      if (options?.publicKey?.userVerification !== "required") throw new Error("nobody is verified");
      return Promise.reject(new DOMException("stopped", "NotAllowedError"));
    };
  });
  await owner.getByRole("button", { name: "Unlock with a passkey" }).click();
  await owner.getByText("The device was not asked to the end").waitFor();
  await press(owner, "Unlock with a passkey");
  assert.equal(await state(), "ready");
  const sent = bodies.filter((body) => body.includes("passkey_key="));
  assert.ok(sent.length >= 3);
  for (const body of sent) {
    const fields = new URLSearchParams(body);
    assert.match(String(fields.get("passkey_key")), /^[\w-]{43}$/);
    assert.doesNotMatch(body, /prf|results/);
  }
});

chapter("a key that is not its slot's, and a body that tells what the passkey derived, open nothing", async () => {
  await lock();
  const sent = new URLSearchParams(bodies.filter((body) => body.includes("passkey_key=")).at(-1));
  const csrf = String(await owner.locator('input[name="csrf"]').first().getAttribute("value"));
  const credential = String(sent.get("passkey_credential"));
  const key = String(sent.get("passkey_key"));
  const told = JSON.stringify({ clientExtensionResults: { prf: { results: { first: key } } } });
  /** @type {Record<string, string>[]} */
  const wrong = [
    { passkey_credential: credential, passkey_key: key.replace(/^./, key.startsWith("A") ? "B" : "A") },
    { passkey_credential: "AAAA", passkey_key: key },
    { passkey_credential: credential, passkey_key: `${key}AAAA` },
    { passkey_credential: credential, passkey_key: key, credential: told },
  ];
  for (const fields of wrong) {
    const answer = await owner.request.post("/unlock", { form: { csrf, ...fields }, headers: { origin: house.address }, maxRedirects: 0 });
    assert.equal(answer.status(), 422, JSON.stringify(fields));
    assert.doesNotMatch(await answer.text(), new RegExp(key));
  }
  assert.equal(await state(), "locked");
  await press(owner, "Unlock with a passkey");
  assert.equal(await state(), "ready");
});

chapter("a way goes only when another is shown: not by itself, and not by a wrong one", async () => {
  await enter();
  await owner.goto("/desk/practice/unlocking/remove");
  await owner.getByRole("radio", { name: /A passkey/ }).check();
  await house.look(owner, "unlocking-10-remove");
  const itself = await press(owner, /^Show it with a passkey/);
  assert.equal(itself.status(), 422);
  await owner.getByText("Show what opens another way in, one that stays.").first().waitFor();
  await house.look(owner, "unlocking-11-itself");
  await owner.getByRole("radio", { name: /A passphrase/ }).check();
  await press(owner, /^Show it with a passkey/);
  assert.deepEqual((await slots()).sort(), ["cards", "key file", "passkey"]);
  await owner.goto("/desk/practice/unlocking/remove");
  await owner.getByRole("radio", { name: /A passkey/ }).check();
  await owner.getByLabel("First card").fill(String(cards[1]));
  await owner.getByLabel("Second card").fill(String(cards[2]));
  await press(owner, "Take it away");
  assert.deepEqual((await slots()).sort(), ["cards", "key file"]);
});

chapter("taken away, it is not offered any more; two cards unlock", async () => {
  await lock();
  assert.equal(await owner.getByRole("button", { name: "Unlock with a passkey" }).count(), 0);
  await owner.getByLabel("Passphrase").fill(passphrase);
  assert.equal((await press(owner, "Unlock")).status(), 422, "it was taken away");
  await owner.getByLabel("First card").fill(String(cards[0]));
  await owner.getByLabel("Second card").fill(String(cards[1]));
  await press(owner, "Unlock with cards");
  assert.equal(await state(), "ready");
  const verified = await alcove(["audit", "verify", "--data", house.data]);
  assert.equal(verified.code, 0, verified.out + verified.err);
});
