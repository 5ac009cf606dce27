// A stranger's first look: the program answers, its public page and the demo's list of people are fit for anybody.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openHouse } from "./house.mjs";

const house = await openHouse("first-look");
after(() => house.close());

test("health needs nothing and says the state", async () => {
  const answer = await fetch(`${house.address}/health`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
  const { state, version } = await answer.json();
  assert.equal(state, "ready");
  assert.match(version, /^\d+\.\d+\.\d+/);
});

test("the public page is fit for anybody, in light and dark", async () => {
  const page = await house.visit();
  const answer = await page.goto("/");
  assert.equal(answer?.status(), 200);
  const policy = answer?.headers()["content-security-policy"] ?? "";
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe-/);
  assert.equal(answer?.headers()["referrer-policy"], "no-referrer");
  await house.look(page, "public-home", { dark: true, thumb: true });
});

test("the public page needs no script", async () => {
  const page = await house.visit({ script: false });
  await page.goto("/");
  assert.ok(await page.locator("h1").first().isVisible());
  house.calm(page, "public home without script");
});

test("the demo lists its people and lets each enter by a click", async () => {
  const people = await house.people();
  const roles = new Set(people.map((person) => person.role));
  for (const role of ["owner", "clinician", "associate", "supervisor", "front_desk", "biller", "client"]) {
    assert.ok(roles.has(role), `nobody is ${role}`);
  }
  assert.equal(people.filter((person) => person.role === "client").length, 30);
  assert.equal(new Set(people.map((person) => person.slug)).size, people.length);
  for (const person of people) {
    assert.equal(person.door, person.role === "client" ? "my" : "desk", person.slug);
  }

  const page = await house.visit();
  await page.goto("/demo");
  await house.look(page, "demo");
  const client = people.find((person) => person.role === "client");
  assert.ok(client);
  await page.locator(`button[name=person][value="${client.slug}"]`).click();
  await page.waitForURL(/\/my/);
  await house.look(page, "my-home");
});

test("each kind of person comes to the door that is theirs", async () => {
  const people = await house.people();
  for (const role of ["client", "clinician", "front_desk"]) {
    const person = people.find((one) => one.role === role);
    assert.ok(person);
    const page = await house.enter(person.slug);
    assert.match(new URL(page.url()).pathname, new RegExp(`^/${person.door}(/|$)`), role);
    await house.look(page, `home-of-${role}`);
    await page.context().close();
  }
});

test("what does not exist and what one may not see are the same answer", async () => {
  const people = await house.people();
  const client = people.find((person) => person.role === "client");
  const foreign = people.find((person) => person.role === "client" && person.case !== client?.case);
  assert.ok(client && foreign?.case);
  const page = await house.enter(client.slug);
  const read = async (/** @type {string} */ path) => {
    const answer = await page.request.get(path, { maxRedirects: 0 });
    return { status: answer.status(), body: await answer.text() };
  };
  const missing = await read(`/my/cases/00000000-0000-7000-8000-000000000000`);
  assert.equal(missing.status, 404);
  assert.deepEqual(await read(`/my/cases/${foreign.case}`), missing);
});

test("the portal's home is light: under 60 KB without fonts, fonts under 120 KB", async () => {
  const client = (await house.people()).find((person) => person.role === "client");
  assert.ok(client);
  const page = await house.enter(client.slug);
  const fresh = await house.context();
  await fresh.addCookies(await page.context().cookies());
  const first = await fresh.newPage();
  const weight = { fonts: 0, others: 0 };
  /** @type {Promise<void>[]} */
  const weighed = [];
  first.on("requestfinished", (request) => {
    const kind = request.resourceType() === "font" ? "fonts" : "others";
    weighed.push(
      request.sizes().then((sizes) => {
        weight[kind] += sizes.responseBodySize + sizes.responseHeadersSize;
      }),
    );
  });
  await first.goto("/my", { waitUntil: "networkidle" });
  await Promise.all(weighed);
  assert.ok(weight.others > 1_000 && weight.others < 60_000, `${weight.others} bytes without fonts`);
  assert.ok(weight.fonts < 120_000, `${weight.fonts} bytes of fonts`);
});
