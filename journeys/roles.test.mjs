// Everybody tries everybody else's addresses: of a couple's case, each partner's own side, notes, answers, homework, the
// practice itself. What one may not open is byte for byte what never was (R2); a form without its token, with nothing in
// it, with far too much in it or made for an older revision is refused in words, and nothing ever breaks.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { chapters } from "./acts.mjs";
import { byHand } from "./ground.mjs";
import { openHouse } from "./house.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** `hidden` is what the page itself says in a form, `typed` what a person does. @typedef {Record<string, string>} Fields
 * @typedef {{action: string, hidden: Fields, typed: Fields}} Form */
/** @typedef {{gets: Set<string>, posts: Map<string, Form>}} Found */

const chapter = chapters();
const house = await openHouse("roles");
after(() => house.close());

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const never = "00000000-0000-7000-8000-000000000000";
const slugs = ["adaeze", "theo", "joy", "dani", "lena", "priya", "noor", "sam", "marcus"];
/** Each one's page, signed in. @type {Record<string, Page>} */
const people = {};
await Promise.all(slugs.map(async (slug) => (people[slug] = await house.enter(slug))));
people.nobody = await house.visit();

const shape = (/** @type {string} */ path) => path.replaceAll(uuid, "{id}").replace(/\?.*/, "");
/** The same address of something that never was. @param {string} path */
const invented = (path) => (path.search(uuid) >= 0 ? path.replaceAll(uuid, never) : `/${path.split("/")[1]}/never`);
const plain = (/** @type {string} */ text) =>
  text
    .replaceAll(/(name="csrf" value=")[^"]*/g, "$1")
    // The words that were sent come back: they are the sender's own.
    .replaceAll(/(<textarea class="textarea textarea--read"[^>]*>)[^<]*/g, "$1")
    .replaceAll(uuid, "{id}");

/** What an answer says, without what is new each time. @param {Page} page @param {string} path @param {Record<string, string>} [form] */
async function ask(page, path, form) {
  const how = { maxRedirects: 0, ...(form ? { form } : {}) };
  const answer = await (form ? page.request.post(path, how) : page.request.get(path, how));
  const status = answer.status();
  assert.ok(status < 500, `${form ? "POST" : "GET"} ${path} broke: ${status}`);
  return { status, to: answer.headers().location ?? "", text: await answer.text() };
}

/** A token for forms of somebody. @param {Page} page */
async function token(page) {
  const { text } = await ask(page, page === people.nobody ? "/sign-in" : new URL(page.url()).pathname);
  return String(text.match(/name="csrf" value="([^"]+)"/)?.[1]);
}

/**
 * Every address and every form that pages lead to, from some on, within some.
 * @param {Page} page @param {string[]} starts @param {RegExp} within @param {number} [most] of one shape
 * @returns {Promise<Found>}
 */
async function wander(page, starts, within, most = 2) {
  const found = { gets: new Set(), posts: new Map() };
  /** @type {Record<string, number>} */
  const counted = {};
  const open = [...starts];
  for (let path = open.shift(); path; path = open.shift()) {
    if (found.gets.has(path) || (counted[shape(path)] ?? 0) >= most) continue;
    counted[shape(path)] = (counted[shape(path)] ?? 0) + 1;
    const { status, text } = await ask(page, path);
    if (status !== 200) continue;
    found.gets.add(path);
    for (const [, href] of text.matchAll(/href="([^"#]+)/g)) {
      const next = href.replaceAll("&amp;", "&");
      if (within.test(next)) open.push(next);
    }
    for (const [, action, inside] of text.matchAll(/<form[^>]*method="post"[^>]*action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/g)) {
      /** @type {Form} */
      const form = { action, hidden: {}, typed: {} };
      for (const [tag, name] of inside.matchAll(/<(?:input|textarea|select|button)\b[^>]*name="([^"]+)"[^>]*>/g)) {
        const value = tag.match(/ value="([^"]*)"/)?.[1] ?? "";
        if (tag.includes('type="hidden"')) form.hidden[name] = value;
        else form.typed[name] ??= value;
      }
      if (!/^\/(exit|sign-out|desk\/lock|desk\/practice\/unlocking\/lock|desk\/initials)$/.test(action)) found.posts.set(action, form);
    }
  }
  return found;
}

/** What somebody would type into a field. @param {string} name */
const plausible = (name) => (name.startsWith("born-") || name === "day" ? "1988-05-04" : "Words that were typed");
const filled = (/** @type {Form} */ form) => ({ ...form.hidden, ...Object.fromEntries(Object.entries(form.typed).map(([name, value]) => [name, value || plausible(name)])) });

/** Whose the addresses are: a clinician's of one couple, one partner's own, the owner's. @type {Record<string, {owner: string, found: Found}>} */
const places = {};
const known = { case: "" };
const ofNoor = async () => ({ owner: "noor", found: await wander(people.noor, ["/my"], /^\/my\//) });

/** What goes with a role although no page of theirs leads there. @type {Record<string, RegExp>} */
const duties = {
  dani: /^\/desk\/(people\/\{id\}(\/times)?|sessions\/\{id\}(\/state)?)$/,
  priya: /^\/desk\/(people\/\{id\}(\/times)?|sessions\/\{id\}(\/state)?)$/,
};

chapter("the addresses of a couple's case, of one partner and of the owner are gathered from their own pages", async () => {
  const client = (await house.people()).find((one) => one.slug === "noor");
  known.case = String(client?.case);
  const clinical = new RegExp(`^/desk/(cases/${known.case}|sessions/|notes/|people/)`);
  places.clinical = { owner: "adaeze", found: await wander(people.adaeze, [`/desk/cases/${known.case}`], clinical) };
  places.own = await ofNoor();
  places.practice = { owner: "priya", found: await wander(people.priya, ["/desk/practice"], /^\/desk\/practice/) };
  const shapes = (/** @type {Found} */ found) => [...new Set([...found.gets, ...found.posts.keys()].map(shape))];
  for (const wanted of ["/desk/cases/{id}", "/desk/cases/{id}/intake/{id}", "/desk/notes/{id}", "/desk/notes/{id}/amendments", "/desk/sessions/{id}/note", "/desk/people/{id}"]) {
    assert.ok(shapes(places.clinical.found).includes(wanted), `no page leads to ${wanted}`);
  }
  for (const wanted of ["/my/homework/{id}/own", "/my/goals/{id}", "/my/consents/signed/{id}", "/my/intake/{id}/safety", "/my/receipts"]) {
    assert.ok(shapes(places.own.found).includes(wanted), `no page leads to ${wanted}`);
  }
  assert.ok(places.practice.found.posts.has("/desk/practice/staff/theo/end"));
});

chapter("R2: what somebody may not open is what never was, to the byte", async () => {
  let tried = 0;
  /** What each finds at an address of nothing, asked once with the same fields. @type {Map<string, string>} */
  const nothing = new Map();
  const tries = async (/** @type {string} */ slug) => {
    const page = people[slug];
    const csrf = await token(page);
    const door = new URL(page.url()).pathname.split("/")[1];
    // A client's own pages lead to all that is theirs; so what a partner shares is known by being found there.
    const theirs = door === "my" ? await wander(page, ["/my"], /^\/my\//, 30) : { gets: new Set(), posts: new Map() };
    for (const { owner, found } of Object.values(places)) {
      if (owner === slug) continue;
      const paths = /** @type {[string, Form | undefined][]} */ ([
        ...[...found.gets].map((path) => [path, undefined]),
        ...[...found.posts].map(([path, form]) => [path, form]),
      ]);
      for (const [path, form] of paths) {
        const isTheirs = theirs.gets.has(path) || theirs.posts.has(path) || duties[slug]?.test(shape(path));
        if (isTheirs || (door === "my" && form === undefined && /^\/my\/[a-z]+(\?.*)?$|^\/my$/.test(path))) continue;
        const fields = form && { ...filled(form), csrf };
        const seen = await ask(page, path, fields);
        assert.equal(seen.status, 404, `${slug} at ${form ? "POST" : "GET"} ${path}`);
        const kind = `${slug} ${form ? "POST" : "GET"} ${invented(path)} ${Object.keys(fields ?? {})}`;
        if (!nothing.has(kind)) {
          const was = await ask(page, invented(path), fields);
          assert.equal(was.status, 404, kind);
          nothing.set(kind, plain(was.text));
        }
        assert.equal(plain(seen.text), nothing.get(kind), `${slug} at ${path}`);
        tried += 1;
      }
    }
  };
  await Promise.all(slugs.map(tries));
  assert.ok(tried > 400, `only ${tried} addresses were tried`);
});

chapter("mixed addresses do not lead to another case either", async () => {
  const theirs = await ask(people.theo, "/desk/cases");
  const other = String(theirs.text.match(/\/desk\/cases\/([0-9a-f-]{36})/)?.[1]);
  assert.equal((await ask(people.theo, `/desk/cases/${other}`)).status, 200);
  const csrf = await token(people.theo);
  const nothing = plain((await ask(people.theo, `/desk/cases/${never}`)).text);
  const some = [...places.clinical.found.gets].find((path) => path.includes("/intake/"));
  const mixed = await ask(people.theo, String(some).replace(known.case, other));
  assert.deepEqual([mixed.status, plain(mixed.text)], [404, nothing]);
  for (const action of places.clinical.found.posts.keys()) {
    if (!action.startsWith(`/desk/cases/${known.case}/homework/`)) continue;
    const answer = await ask(people.theo, action.replace(known.case, other), { csrf });
    assert.equal(answer.status, 404, action);
  }
});

chapter("nobody in particular is shown the way to sign in, wherever it would have led", async () => {
  for (const { found } of Object.values(places)) {
    for (const path of new Map([...found.gets].map((path) => [shape(path), path])).values()) {
      const seen = await ask(people.nobody, path);
      assert.equal(seen.status, 303, path);
      assert.equal(decodeURIComponent(seen.to), `/sign-in?next=${path.split("?")[0]}`);
      if (path.search(uuid) >= 0) {
        const was = await ask(people.nobody, invented(path));
        assert.deepEqual([was.status, plain(was.text)], [seen.status, plain(seen.text)], path);
      }
      const data = await people.nobody.request.get(path, { maxRedirects: 0, headers: { accept: "application/json" } });
      assert.equal(data.status(), 401, path);
    }
    for (const [action, form] of found.posts) {
      const seen = await ask(people.nobody, action, filled(form));
      // Who typed something reads it once more, with the way to sign in under it.
      const way = seen.status === 401 ? seen.text.match(/href="(\/sign-in\?next=[^"]+)"/)?.[1] : seen.to;
      assert.ok(seen.status === 303 || seen.status === 401, `${action}: ${seen.status}`);
      assert.match(String(way), /^\/sign-in\?next=/, action);
    }
  }
});

/** How often every row that somebody can change was written. */
function written() {
  const database = join(house.data, "alcove.db");
  const columns = "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND p.name = 'revision' AND m.name <> 'revisions' ORDER BY 1";
  const tables = byHand(database, columns)[0].rows.map(([table]) => table);
  assert.ok(tables.length > 12, "tables that keep revisions");
  return JSON.stringify(byHand(database, ...tables.map((table) => `SELECT '${table}', count(*), sum(revision) FROM ${table}`)).map((one) => one.rows));
}

chapter("a form without its token, with another's, or of another site changes nothing", async () => {
  const before = written();
  const strange = await token(people.marcus);
  for (const { owner, found } of Object.values(places)) {
    const page = people[owner];
    const csrf = await token(page);
    for (const [action, form] of found.posts) {
      const { csrf: _, ...fields } = filled(form);
      for (const forged of [fields, { ...fields, csrf: "" }, { ...fields, csrf: strange }]) {
        assert.equal((await ask(page, action, forged)).status, 403, action);
      }
      const elsewhere = await page.request.post(action, { form: { ...fields, csrf }, maxRedirects: 0, headers: { origin: "https://elsewhere.example" } });
      assert.equal(elsewhere.status(), 403, action);
    }
  }
  assert.equal(written(), before);
});

chapter("R5: what was written for an older revision comes back, and nothing is overwritten", async () => {
  let stale = 0;
  for (const [place, pattern, field] of /** @type {const} */ ([
    ["clinical", /^\/desk\/sessions\/\{id\}\/note$/, "did"],
    ["own", /^\/my\/homework\/\{id\}\/own$/, "told"],
    ["own", /^\/my\/goals\/\{id\}$/, "words"],
    ["own", /^\/my\/intake\/\{id\}\/health$/, "health.medicines"],
  ])) {
    const { owner, found } = places[place];
    const form = [...found.posts.values()].find((one) => pattern.test(shape(one.action)));
    assert.ok(form, `no form like ${pattern}`);
    const csrf = await token(people[owner]);
    const same = { ...form.hidden, csrf, ...("state" in form.typed ? { state: "open" } : {}) };
    const first = await ask(people[owner], form.action, { ...same, [field]: "Words of the first window" });
    assert.equal(first.status, 303, `${form.action}: ${first.status}`);
    const second = await ask(people[owner], form.action, { ...same, [field]: "Words of the window behind" });
    assert.equal(second.status, 409, form.action);
    assert.ok(second.text.includes("Words of the window behind"), `${form.action} took the words away`);
    stale += 1;
  }
  assert.equal(stale, 4);
});

chapter("bad input is answered in words beside its field, and nothing breaks", async () => {
  const odd = "\u0000\u202e<script>alert(1)</script>'; DROP TABLE people; --%ff";
  places.own = await ofNoor();
  places.front = { owner: "dani", found: await wander(people.dani, ["/desk/booking", "/desk/inbox"], /^\/desk\/(booking|inbox\/)/) };
  places.visitor = { owner: "nobody", found: await wander(people.nobody, ["/", "/book", "/sign-in"], /^\/(book|start|sign-in)$/) };
  const spoken = new Set();
  /** What ends something, as a part in a case, changes what the others may do, so it comes last. @type {(() => Promise<unknown>)[]} */
  const endings = [];
  for (const { owner, found } of Object.values(places)) {
    const page = people[owner];
    const csrf = await token(page);
    for (const form of found.posts.values()) {
      const all = (/** @type {string} */ value) => Object.fromEntries(Object.keys(form.typed).map((name) => [name, value]));
      const strange = Object.fromEntries(Object.keys(form.hidden).map((name) => [name, odd]));
      if (Object.keys(form.typed).length === 0 || form.action.endsWith("/end")) {
        endings.push(() => ask(page, form.action, { ...strange, ...all(odd), csrf }));
        continue;
      }
      for (const typed of [all(""), all("x".repeat(6_000)), all(odd)]) {
        const answer = await ask(page, form.action, { ...form.hidden, ...typed, csrf });
        if (answer.status !== 422) continue;
        assert.match(answer.text, / id="[^"]*-error"/, `${form.action}: nothing is said beside a field`);
        spoken.add(shape(form.action));
      }
      await ask(page, form.action, { ...strange, ...all(odd), csrf });
    }
  }
  for (const end of endings) await end();
  for (const wanted of ["/book", "/sign-in", "/desk/sessions", "/desk/sessions/{id}/note", "/desk/notes/{id}/amendments", "/my/intake/{id}", "/my/goals/{id}", "/my/goals/{id}/own", "/my/homework/{id}/own", "/desk/practice/staff", "/desk/practice/credentials", "/desk/practice/hours", "/desk/practice"]) {
    assert.ok(spoken.has(wanted), `${wanted} refused nothing: ${[...spoken].join(" ")}`);
  }
});

chapter("addresses and bodies that make no sense are answered, too", async () => {
  const csrf = await token(people.noor);
  const nothing = plain((await ask(people.noor, `/my/homework/${never}`)).text);
  for (const path of ["/my/homework/x", "/my/goals/%00", "/my/intake/%ff/about", `/my/intake/${never}/no-such-part`, "/my/consents/signed/-1", "/my/nothing", "/my/homework/..%2f..", "/my/homework/%F0%9F%8C%99"]) {
    const answer = await ask(people.noor, path);
    assert.deepEqual([answer.status, plain(answer.text)], [404, nothing], path);
  }
  for (const path of ["/desk/calendar?week=never&whose=x", "/desk/calendar?week=-9999-99-99", "/desk/calendar?week=9999-12-27", `/desk/booking?case=x&day=${"9".repeat(400)}`, "/desk/calendar?week=0001-01-01"]) {
    assert.ok((await ask(people.adaeze, path)).status < 500, path);
  }
  const homework = [...places.own.found.posts.keys()].find((action) => action.endsWith("/own"));
  const large = await ask(people.noor, String(homework), { csrf, told: "x".repeat(600 * 1024) });
  assert.equal(large.status, 413);
  for (const method of ["PUT", "DELETE", "PATCH"]) {
    const answer = await people.noor.request.fetch(String(homework), { method, maxRedirects: 0 });
    assert.equal(answer.status(), 405, method);
  }
  const broken = readFileSync(join(house.folder, "server.log"), "utf8").split("\n").filter((line) => /a page broke|panicked/.test(line));
  assert.deepEqual(broken, []);
});
