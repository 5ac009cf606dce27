// The log of who opened what: it holds after people worked, and tells loudly and by row of every change that somebody made to
// the data behind the program's back. Then the same on PostgreSQL, with a practice that its owner makes and sets up.

import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { acceptInvitation, arriving, bookSoon, chapters, fillTalk, firstSignIn, press, signEverything, told } from "./acts.mjs";
import { alcove, byHand, seed } from "./ground.mjs";
import { openHouse } from "./house.mjs";

const chapter = chapters();
const house = await openHouse("ledger");
after(() => house.close());
const copies = mkdtempSync(join(tmpdir(), "alcove-ledger-"));
after(() => rmSync(copies, { recursive: true, force: true }));

/** @param {string} data @param {string[]} more */
async function verify(data, ...more) {
  const said = await alcove(["audit", "verify", "--data", data, "--json", ...more]);
  assert.ok(said.code === 0 || said.code === 1, said.err);
  return { code: said.code, ...JSON.parse(said.out) };
}

/** Bytes in hexadecimal as ids are written. @param {string} hex */
const id = (hex) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/** One bit of a value turned over, in its middle. @param {string} hex */
function turned(hex) {
  const at = Math.floor(hex.length / 4) * 2;
  const byte = Number.parseInt(hex.slice(at, at + 2), 16) ^ 1;
  return hex.slice(0, at) + byte.toString(16).padStart(2, "0") + hex.slice(at + 2);
}

chapter("after a day's work the log holds, while the server is at work and when it rests", async () => {
  const client = (await house.people()).find((one) => one.slug === "noor");
  const okafor = await house.enter("adaeze");
  await okafor.goto(`/desk/cases/${client?.case}/notes`);
  const signed = okafor.locator("article.note", { has: okafor.getByText(/^Signed/) }).first();
  await arriving(okafor, () => signed.getByRole("link").first().click());
  await okafor.getByLabel("What you add").fill(house.plant("note amendment"));
  await okafor.getByLabel("Why").fill("Left out");
  await press(okafor, "Add");
  const noor = await house.enter("noor");
  await noor.goto("/my/goals");
  const own = noor.locator("section.private");
  await own.getByText("Set another").or(own.getByText("Set a goal")).first().click();
  await own.getByLabel("What you would like").fill(house.plant("goal"));
  await arriving(noor, () => own.getByRole("button", { name: /^Save for/ }).click());
  await arriving(noor, () => noor.getByRole("link", { name: /juniperotter/ }).click());
  await noor.getByLabel("What you would like").fill("Words that came later");
  await press(noor, /^Save for/);
  const atWork = await verify(house.data);
  assert.deepEqual([atWork.code, atWork.findings], [0, []]);
  await house.close();
  const atRest = await verify(house.data);
  assert.deepEqual([atRest.code, atRest.findings], [0, []]);
  assert.ok(atRest.receipts >= atWork.receipts && atRest.receipts > 100 && atRest.rows > 500, JSON.stringify(atRest));
});

/**
 * What somebody with the database's file could do to it: the table and row that must be named, and the statements.
 * @type {Record<string, (read: (statement: string) => string[]) => {table: string, row?: string, by: string[]}>}
 */
const wrongs = {
  "one bit of a sealed note": (read) => {
    const [row, sealed] = read("SELECT id, sealed FROM notes ORDER BY id LIMIT 1");
    return { table: "notes", row, by: [`UPDATE notes SET sealed = x'${turned(sealed)}' WHERE id = x'${row}'`] };
  },
  "one bit of a name": (read) => {
    const [row, sealed] = read("SELECT id, sealed FROM people ORDER BY id DESC LIMIT 1");
    return { table: "people", row, by: [`UPDATE people SET sealed = x'${turned(sealed)}' WHERE id = x'${row}'`] };
  },
  "a grant for another role": (read) => {
    const [row] = read("SELECT id FROM access_grants WHERE body LIKE '%front_desk%' LIMIT 1");
    return { table: "access_grants", row, by: [`UPDATE access_grants SET body = replace(body, 'front_desk', 'biller') WHERE id = x'${row}'`] };
  },
  "a grant put in": (read) => {
    const [row] = read("SELECT id FROM access_grants WHERE unique_key IS NULL LIMIT 1");
    const copy = turned(row);
    return { table: "access_grants", row: copy, by: [`INSERT INTO access_grants SELECT practice_id, x'${copy}', revision, body, unique_key, mac FROM access_grants WHERE id = x'${row}'`] };
  },
  "a licence that lasts longer": (read) => {
    const [row] = read("SELECT id FROM credentials WHERE body LIKE '%\"until\":\"20%' LIMIT 1");
    return { table: "credentials", row, by: [`UPDATE credentials SET body = replace(body, '"until":"20', '"until":"21') WHERE id = x'${row}'`] };
  },
  "a receipt at another time": (read) => {
    const [row] = read("SELECT id FROM receipts WHERE seq = 17");
    return { table: "receipts", row, by: [`UPDATE receipts SET at = at + 1 WHERE id = x'${row}'`] };
  },
  "a receipt taken out": (read) => {
    // The one after it stands where it should not.
    const [row] = read("SELECT id FROM receipts WHERE seq = 18");
    return { table: "receipts", row, by: ["DELETE FROM receipts WHERE seq = 17"] };
  },
  "the newest receipts cut off": (read) => {
    const [most] = read("SELECT max(seq) FROM receipts");
    const last = `seq > ${Number(most) - 3} OR seq IS NULL`;
    return { table: "keyring", by: [`DELETE FROM receipt_compartments WHERE receipt_id IN (SELECT id FROM receipts WHERE ${last})`, `DELETE FROM receipts WHERE ${last}`] };
  },
  "a row taken out": (read) => {
    const [row] = read("SELECT id FROM reflections ORDER BY id LIMIT 1");
    return { table: "reflections", row, by: [`DELETE FROM reflections WHERE id = x'${row}'`] };
  },
  "an older copy of a row put back": (read) => {
    const [row, revision, sealed] = read("SELECT row_id, revision, sealed FROM revisions WHERE tbl = 'goals' ORDER BY row_id DESC LIMIT 1");
    return { table: "goals", row, by: [`UPDATE goals SET sealed = x'${sealed}', revision = ${revision} WHERE id = x'${row}'`] };
  },
  "two people's secrets exchanged": (read) => {
    const [one, sealed] = read("SELECT id, sealed FROM sign_in_secrets ORDER BY id LIMIT 1");
    const [other] = read("SELECT id FROM sign_in_secrets ORDER BY id DESC LIMIT 1");
    return { table: "sign_in_secrets", row: other, by: [`UPDATE sign_in_secrets SET sealed = x'${sealed}' WHERE id = x'${other}' AND x'${one}' <> id`] };
  },
};

chapter("what was changed from outside is told, each by its row", async () => {
  const tries = Object.entries(wrongs).map(async ([name, wrong], at) => {
    const data = join(copies, String(at));
    cpSync(house.data, data, { recursive: true });
    const database = join(data, "alcove.db");
    const { table, row, by } = wrong((statement) => byHand(database, statement)[0].rows[0]);
    const done = byHand(database, ...by);
    assert.ok(done.every((one) => one.changed >= 1), `${name}: nothing was changed`);
    const found = await verify(data, "--key-file", `${house.data}.key`);
    assert.equal(found.code, 1, `${name} was not noticed`);
    const named = found.findings.filter((/** @type {any} */ one) => one.table === table && (row === undefined || one.row === id(row)));
    assert.ok(named.length > 0, `${name}: ${JSON.stringify(found.findings.slice(0, 5))}`);
  });
  await Promise.all(tries);
});

chapter("an older copy of everything does not pass for the newest", async () => {
  const data = join(copies, "older");
  cpSync(house.data, data, { recursive: true });
  for (const tail of ["", "-wal", "-shm"]) {
    rmSync(join(data, `alcove.db${tail}`), { force: true });
    if (existsSync(join(seed, `alcove.db${tail}`))) cpSync(join(seed, `alcove.db${tail}`), join(data, `alcove.db${tail}`));
  }
  const found = await verify(data, "--key-file", `${house.data}.key`);
  assert.equal(found.code, 1);
  assert.ok(found.findings.some((/** @type {any} */ one) => one.table === "keyring"), JSON.stringify(found.findings.slice(0, 5)));
  const said = await alcove(["audit", "verify", "--data", data, "--key-file", `${house.data}.key`]);
  assert.match(said.out, /things are not as the program wrote them/);
});

/** A practice on PostgreSQL, as its owner makes it. @type {{house?: import("./acts.mjs").House, once: string, case: string}} */
const made = { once: "", case: "" };
after(() => made.house?.close());

chapter("a practice is made on PostgreSQL, and its owner signs in for the first time", async () => {
  made.house = await openHouse("ledger-postgres", {
    people: "own",
    database: "postgres",
    async prepare({ data, database }) {
      const words = ["--owner-name", "Petra Novak", "--place", "US-OR", "--zone", "America/New_York"];
      const said = await alcove(["init", "--data", data, "--database", String(database), ...words, "--json"]);
      assert.equal(said.code, 0, said.err);
      made.once = JSON.parse(said.out).one_time_password;
    },
  });
  const owner = await firstSignIn(made.house, "owner", made.once);
  await made.house.look(owner, "ledger-01-first-day");
});

/** The page of the one who is signed in at the desk. */
const atDesk = () => /** @type {import("./acts.mjs").Page} */ (made.house?.browser.contexts()[0].pages()[0]);

chapter("the owner enters a clinician, her licence and her hours", async () => {
  const owner = atDesk();
  await owner.goto("/desk/practice");
  const staff = owner.getByRole("region", { name: "Who works here" });
  await staff.getByText("Add somebody").click();
  await staff.getByLabel("Name at work").fill("Dr. Ines Varga");
  await staff.getByLabel("Sign-in name").fill("ines.varga");
  await staff.getByLabel("Clinician", { exact: true }).check({ force: true });
  await staff.getByLabel("Show a page to visitors").check();
  await arriving(owner, () => staff.getByRole("button", { name: "Add", exact: true }).click());
  const told = owner.getByRole("status").filter({ hasText: "one-time password" });
  made.once = await told.locator("b").last().innerText();
  const credentials = owner.getByRole("region", { name: "Credentials" });
  await credentials.getByText("Enter a credential").click();
  await credentials.getByLabel("Its name").fill("Licensed marriage and family therapist");
  await credentials.getByLabel("Who issued it").fill("The board of the state");
  await credentials.getByLabel("Where it is valid").fill("US-OR");
  await credentials.getByLabel("From", { exact: true }).fill("2020-01-01");
  await credentials.getByLabel("How it was verified").fill("Looked up with the board");
  await credentials.getByLabel("Whose", { exact: true }).selectOption({ label: "Dr. Ines Varga" });
  await arriving(owner, () => credentials.getByRole("button", { name: "Enter" }).click());
  for (const weekday of ["1", "2", "3", "4", "5", "6", "7"]) {
    const hours = owner.getByRole("region", { name: "Hours that can be booked" });
    await hours.getByText("Add hours").click();
    await hours.getByLabel("Whose", { exact: true }).selectOption({ label: "Dr. Ines Varga" });
    await hours.getByLabel("Day", { exact: true }).selectOption(weekday);
    await hours.getByLabel("From", { exact: true }).fill("00:00");
    await hours.getByLabel("Until", { exact: true }).fill("23:30");
    await hours.getByLabel("Where").selectOption("video");
    await arriving(owner, () => hours.getByRole("button", { name: "Add", exact: true }).click());
  }
  await made.house?.look(owner, "ledger-02-practice");
});

chapter("a first talk is booked and accepted, an agreement signed, a note written and signed", async () => {
  const there = made.house;
  assert.ok(there);
  const ines = await firstSignIn(there, "ines.varga", made.once);
  const visitor = await there.visit();
  await fillTalk(visitor, { clinician: "ines", name: there.plant("name to use"), way: "Call", address: there.plant("phone") });
  assert.equal((await press(visitor, "Book this time")).status(), 200);
  await ines.goto("/desk/inbox");
  await arriving(ines, () => ines.getByRole("link", { name: /Oriwendel/ }).click());
  await ines.getByRole("radio", { name: "One person" }).check();
  await press(ines, "Accept and invite");
  const link = new URL(await ines.getByLabel("Link for Oriwendel").inputValue(), there.address);
  made.case = String(await ines.getByRole("link", { name: "Open the case" }).getAttribute("href")).split("/").pop() ?? "";
  await acceptInvitation(visitor, link.pathname, "slate-heron");
  assert.ok((await signEverything(visitor, there.plant("consent signature"))) >= 2);
  await bookSoon(ines, made.case);
  await ines.goto(`/desk/cases/${made.case}`);
  await ines.goto(String(await ines.locator('a[href^="/desk/sessions/"]').first().getAttribute("href")));
  await press(ines, "It took place");
  await ines.getByLabel("What we did").fill(there.plant("progress note"));
  await ines.getByRole("button", { name: "Sign and lock" }).first().click();
  await arriving(ines, () => ines.getByRole("dialog").getByRole("button", { name: "Sign and lock" }).click());
  assert.match(ines.url(), /done=signed/);
  assert.match(await told(visitor, "/my/receipts"), /Ines Varga/);
});

chapter("the log holds on PostgreSQL, too, and tells of a change", async () => {
  const there = made.house;
  assert.ok(there);
  const held = await verify(there.data);
  assert.deepEqual([held.code, held.findings], [0, []]);
  assert.ok(held.rows > 10);
  there.postgres?.byHand("UPDATE notes SET sealed = set_byte(sealed, 60, get_byte(sealed, 60) # 1)");
  const found = await verify(there.data);
  assert.equal(found.code, 1);
  assert.ok(found.findings.some((/** @type {any} */ one) => one.table === "notes" && one.row), JSON.stringify(found.findings));
  const said = await alcove(["audit", "verify", "--data", there.data]);
  assert.match(said.out, /^notes [0-9a-f-]{36}: /m);
});
