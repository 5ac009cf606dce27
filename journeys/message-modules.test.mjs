// The browser's modules for messages, without a browser: what is authentic and whose, when something is sent at all, which keys are
// taken for somebody's, what lengths tell.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LONGEST, sizeInWords } from "../crates/web/assets/js/own-words/attachments.js";
import { filled, fromBase64, padded } from "../crates/web/assets/js/own-words/bytes.js";
import { NotAuthentic } from "../crates/web/assets/js/own-words/envelope.js";
import { Identity } from "../crates/web/assets/js/own-words/identity.js";
import { Known } from "../crates/web/assets/js/own-words/known.js";
import { bodyOf, isBegun, isMine, read, saidIn, sealedFor } from "../crates/web/assets/js/own-words/message.js";
import { Readers } from "../crates/web/assets/js/own-words/readers.js";
import { sixWords } from "../crates/web/assets/js/own-words/six-words.js";
import { areApart, moment } from "../crates/web/assets/js/own-words/when.js";

const author = await Identity.make();
const outsider = await Identity.make();
const third = await Identity.make();
const INSTALLATION = "0199a1b2-0000-7000-8000-000000000001";
const WORDS = "Ünder the quiet, a second voice.\nAnd a line that says\nsignature 128\n";

/**
 * Somebody's browser with what it knows of others' keys.
 * @param {string} person @param {Identity} identity @param {[string, Identity][]} seen
 */
function knows(person, identity, seen) {
  const known = new Known(/** @type {any} */ (new Server()), { installation: INSTALLATION, person: `${person} here`, reader: person, identity });
  for (const [other, identity] of seen) known.people.set(other, [{ ...keysOf(identity), since: "2026-11-27T00:00:00Z", how: "first" }]);
  return known;
}

/** The server as far as known keys are kept there. */
class Server {
  /** @type {{file: string | null, revision: number}} */
  kept = { file: null, revision: 0 };

  /** @param {string} _path @param {{file: string}} fields */
  async send(_path, { file }) {
    this.kept = { file, revision: this.kept.revision + 1 };
    return { ok: true, status: 200, json: async () => this.kept };
  }

  async ask() {
    return this.kept;
  }
}

/** @param {Identity} identity */
const keysOf = (identity) => ({ recipient: identity.recipient, author: identity.authorText() });

/** @param {string} person @param {Identity} identity */
const reader = (person, identity) => ({ person, name: person, keys: keysOf(identity) });

describe("a message", () => {
  const thread = "0199a1b2-0000-7000-8000-0000000000aa";
  const item = "0199a1b2-0000-7000-8000-0000000000bb";
  const where = { kind: /** @type {const} */ ("message"), place: thread, item };
  const both = [reader("noor", author), reader("okafor", outsider)];
  const noors = knows("noor", author, [["okafor", outsider]]);
  const okafors = knows("okafor", outsider, [["noor", author]]);

  test("is read by its readers, and by nobody else", async () => {
    const file = await sealedFor(noors, both, where, bodyOf({ text: WORDS, attachments: [] }));
    for (const known of [noors, okafors]) {
      const found = await read(known, both, { ...where, author: "noor" }, file);
      assert.equal(saidIn(found.body ?? "").text, WORDS);
    }
    const stranger = knows("sam", third, [["noor", author]]);
    assert.deepEqual(await read(stranger, both, { ...where, author: "noor" }, file), { body: undefined, why: "closed" });
    assert.equal(await isMine(noors, where, file), true);
    assert.equal(await isMine(okafors, where, file), false);
  });

  test("is broken at another place, by another author, or for other readers than those named", async () => {
    const file = await sealedFor(noors, both, where, "{}");
    const broken = { body: undefined, why: "broken" };
    const wheres = [{ ...where, place: item }, { ...where, item: thread }, { ...where, kind: /** @type {const} */ ("thread") }];
    for (const other of wheres) assert.deepEqual(await read(okafors, both, { ...other, author: "noor" }, file), broken);
    assert.deepEqual(await read(okafors, both, { ...where, author: "okafor" }, file), broken);
    const three = [...both, reader("sam", third)];
    assert.deepEqual(await read(okafors, three, { ...where, author: "noor" }, file), broken);
    const more = await sealedFor(noors, three, where, "{}");
    assert.deepEqual(await read(okafors, both, { ...where, author: "noor" }, more), broken);
  });

  test("of keys that changed is not shown before they were compared, and what was written before stays readable", async () => {
    const before = await sealedFor(noors, both, where, "before");
    const anew = await Identity.make();
    const now = [reader("noor", anew), reader("okafor", outsider)];
    const theirs = knows("noor", anew, [["okafor", outsider]]);
    const after = await sealedFor(theirs, now, where, "after");
    assert.equal(okafors.standing(now[0]), "changed");
    assert.equal((await read(okafors, now, { ...where, author: "noor" }, before)).body, "before");
    assert.deepEqual(await read(okafors, now, { ...where, author: "noor" }, after), { body: undefined, why: "uncompared" });
    const compared = knows("okafor", outsider, [["noor", author]]);
    compared.people.get("noor")?.push({ ...now[0].keys, since: "2026-11-28T00:00:00Z", how: "words" });
    assert.equal(compared.standing(now[0]), "same");
    assert.equal(compared.compared(now[0]), "2026-11-28T00:00:00Z");
    assert.equal((await read(compared, now, { ...where, author: "noor" }, after)).body, "after");
    compared.people.get("noor")?.unshift({ ...keysOf(author), since: "2026-11-26T00:00:00Z", how: "words" });
    assert.equal((await read(compared, now, { ...where, author: "noor" }, before)).body, "before", "those of before were compared, too");
  });

  test("of keys that were only seen, while others were compared later, is nobody's", async () => {
    const anew = await Identity.make();
    const before = await sealedFor(noors, both, where, bodyOf({ text: WORDS, attachments: [] }));
    const known = knows("okafor", outsider, [["noor", author]]);
    const now = [reader("noor", anew), reader("okafor", outsider)];
    assert.notEqual((await read(known, now, { ...where, author: "noor" }, before)).body, undefined);
    await known.agree(now[0]);
    const found = await read(known, now, { ...where, author: "noor" }, before);
    assert.deepEqual([found.body, "why" in found && found.why], [undefined, "unverified"]);
    assert.equal(saidIn("unverified" in found ? (found.unverified ?? "") : "").text, WORDS);
    const begun = { thread, by: "noor", about: await sealedFor(noors, both, { kind: "thread", place: thread, item: thread }, "Sleep") };
    assert.equal(await isBegun(known, now, begun), false, "nor is such a thread written in");
  });

  test("is its author's whose keys are known, whatever became of another reader's", async () => {
    const anew = await Identity.make();
    const now = [reader("noor", anew), reader("okafor", outsider), reader("sam", third)];
    const sams = knows("sam", third, [["okafor", outsider], ["noor", anew]]);
    const file = await sealedFor(sams, now, where, "after");
    const known = knows("okafor", outsider, [["noor", author], ["sam", third]]);
    assert.equal(known.standing(now[0]), "changed");
    assert.equal((await read(known, now, { ...where, author: "sam" }, file)).body, "after");
    assert.deepEqual(new Readers(known, now, null).changed().map(({ person }) => person), ["noor"]);
    await known.agree(now[0]);
    const before = await sealedFor(knows("sam", third, []), [reader("noor", author), ...now.slice(1)], where, "before");
    assert.equal((await read(known, now, { ...where, author: "sam" }, before)).body, "before", "nor does comparing close Sam's");
  });

  test("is shown where another reader made new keys before these were ever seen here, and says so; nothing is sent there", async () => {
    const anew = await Identity.make();
    const then = [...both, reader("sam", third)];
    const file = await sealedFor(noors, then, where, "from before");
    const now = [...both, reader("sam", anew)];
    const known = knows("okafor", outsider, [["noor", author], ["sam", anew]]);
    const found = await read(known, now, { ...where, author: "noor" }, file);
    assert.equal(found.body, "from before");
    assert.deepEqual("unseen" in found && found.unseen.map(({ person }) => person), ["sam"]);
    await known.agree(now[2]);
    assert.equal((await read(known, now, { ...where, author: "noor" }, file)).body, "from before", "nor does comparing close it");
    const begun = { thread, by: "noor", about: await sealedFor(noors, then, { kind: "thread", place: thread, item: thread }, "Sleep") };
    assert.equal(await isBegun(known, now, begun), false);
    const stranger = knows("okafor", outsider, [["sam", anew]]);
    assert.deepEqual(await read(stranger, [reader("noor", anew), both[1], now[2]], { ...where, author: "noor" }, file), { body: undefined, why: "broken" });
  });

  test("says by whom and when it was signed, and tells by its length in steps alone how long it is", async () => {
    const lengths = new Set();
    for (const text of ["", "No", "A".repeat(200)]) {
      const file = await sealedFor(noors, both, where, bodyOf({ text, attachments: [] }));
      lengths.add(fromBase64(file).length);
      const found = await read(okafors, both, { ...where, author: "noor" }, file);
      assert.equal(saidIn(found.body ?? "").text, text);
      assert.ok("time" in found && Math.abs(Date.parse(found.time) - Date.now()) < 60_000);
    }
    assert.equal(lengths.size, 1);
    const { installation, identity } = noors.opened;
    const at = { ...where, installation, revision: 1, author: "noor", recipients: [author.recipient, outsider.recipient] };
    const yesterday = Buffer.from(await identity.seal(at, "{}", new Date("2026-11-26T09:05:00Z"))).toString("base64");
    const found = await read(okafors, both, { ...where, author: "noor" }, yesterday);
    assert.equal("time" in found && found.time, "2026-11-26T09:05:00.000Z");
  });

  test("has a body of ours, or none", () => {
    const whole = { id: crypto.randomUUID(), name: "a.pdf", type: "", size: 3, pieces: 1, digest: "00" };
    assert.deepEqual(saidIn(bodyOf({ text: "x", attachments: [whole] })), { text: "x", attachments: [whole] });
    const others = ["", "[]", "null", "{\"text\":1}", JSON.stringify({ text: "x", attachments: [{ ...whole, id: "../../x" }] })];
    for (const body of others) assert.throws(() => saidIn(body), NotAuthentic);
  });
});

describe("a thread", () => {
  const thread = "0199a1b2-0000-7000-8000-0000000000aa";
  const where = { kind: /** @type {const} */ ("thread"), place: thread, item: thread };
  const both = [reader("noor", author), reader("okafor", outsider)];
  const noors = knows("noor", author, [["okafor", outsider]]);
  const okafors = knows("okafor", outsider, [["noor", author], ["sam", third]]);

  test("is written in only as it was begun: for these very readers, by who began it", async () => {
    const about = await sealedFor(noors, both, where, "Sleep");
    const begun = { thread, by: "noor", about };
    assert.equal(await isBegun(okafors, both, begun), true);
    assert.equal(await isBegun(noors, both, begun), true);
    const more = [...both, reader("sam", third)];
    assert.equal(await isBegun(okafors, more, begun), false, "a reader was added");
    assert.equal(await isBegun(okafors, [both[1], reader("sam", third)], begun), false, "a reader was exchanged");
    const three = { ...begun, about: await sealedFor(noors, more, where, "Sleep") };
    assert.equal(await isBegun(okafors, more, three), true);
    const posing = { ...reader("maya", third), keys: { ...keysOf(third), recipient: author.recipient } };
    assert.equal(await isBegun(okafors, [...both, posing], three), false, "two readers pose as one");
    assert.equal(await isBegun(okafors, both, { ...begun, by: "okafor" }), false);
    assert.equal(await isBegun(okafors, both, { ...begun, thread: "another" }), false);
    const forged = knows("noor", third, [["okafor", outsider]]);
    assert.equal(await isBegun(okafors, more, { ...begun, about: await sealedFor(forged, more, where, "Sleep") }), false);
  });

  test("names for whom it encrypts, as the very list says", () => {
    const page = [...both, { ...reader("x", third), name: " " }].map((one) => ({ ...one, name: one.name.replace("okafor", "Dr. Okafor") }));
    assert.equal(new Readers(noors, page, null).names(), "Dr. Okafor, somebody without a name and you");
  });
});

describe("known keys", () => {
  const anew = reader("noor", outsider);
  const old = reader("noor", author);
  const sams = reader("sam", third);

  test("are taken at first sight unless the person is in doubt, and doubt ends for each who was compared with", async () => {
    const me = await Identity.make();
    const known = knows("okafor", me, []);
    assert.equal(known.standing(old), "first");
    known.doubt(["noor", "sam", "okafor"]);
    assert.deepEqual([known.standing(old), known.standing(sams), known.standing(reader("maya", me))], ["doubted", "doubted", "first"]);
    assert.equal(known.standing({ ...old, keys: null }), "absent");
    await known.meet([old, sams]);
    assert.equal(known.people.size, 0, "nobody in doubt is taken at first sight");
    await known.agree(old);
    const later = await Known.load(known.gate, known.opened);
    assert.deepEqual([later.standing(old), later.standing(sams), later.standing(reader("maya", me))], ["same", "doubted", "first"]);
  });

  test("that are not what was written put everybody in doubt, until each was compared with", async () => {
    const me = await Identity.make();
    const server = new Server();
    const known = knows("okafor", me, [["noor", author]]);
    server.kept = { file: Buffer.from(await me.seal(known.place(7), "{}")).toString("base64"), revision: 8 };
    const broken = await Known.load(/** @type {any} */ (server), known.opened);
    assert.deepEqual([broken.standing(old), broken.standing(sams)], ["doubted", "doubted"]);
    await broken.agree(old);
    const later = await Known.load(/** @type {any} */ (server), known.opened);
    assert.deepEqual([later.standing(old), later.standing(sams)], ["same", "doubted"]);
  });

  test("that were only seen are trusted no more once others were compared, and those that were compared stay", async () => {
    const me = await Identity.make();
    const known = knows("okafor", me, [["noor", author]]);
    assert.equal(known.standing(anew), "changed");
    await known.agree(anew);
    assert.deepEqual(known.trusted("noor").map((one) => one.author), [outsider.authorText()]);
    await known.agree(reader("noor", third));
    assert.deepEqual(known.trusted("noor").map((one) => one.author), [outsider.authorText(), third.authorText()]);
  });
});

test("six words are the same for both, and others for other keys", async () => {
  const [mine, theirs, other] = [reader("a", author).keys, reader("b", outsider).keys, reader("c", await Identity.make()).keys];
  const words = await sixWords(mine, theirs);
  assert.equal(words.length, 6);
  assert.ok(words.every((word) => /^[a-z]{3,8}$/.test(word)));
  assert.deepEqual(await sixWords(theirs, mine), words);
  assert.notDeepEqual(await sixWords(mine, other), words);
});

test("a text is filled up to 256 bytes, and above that by a twelfth at most", () => {
  const bytes = (/** @type {string} */ text) => Buffer.from(filled(text)).length;
  assert.deepEqual([0, 1, 255, 256].map((length) => bytes("x".repeat(length))), [256, 256, 256, 256]);
  assert.equal(bytes("ü".repeat(100)), 256);
  assert.equal(bytes("x".repeat(257)), 272);
  for (const length of [300, 1000, 5000]) assert.ok(bytes("x".repeat(length)) <= length * 1.12);
  assert.ok(filled(" words").startsWith(" words "));
});

test("a time is said as the practice says it", () => {
  const now = new Date("2026-11-27T12:00:00Z");
  const zone = "America/Los_Angeles";
  assert.equal(moment("2026-11-27T18:40:00Z", { lang: "en", zone, isTwelve: false }, now), "Friday 27 November, 10:40");
  assert.equal(moment("2025-01-05T17:05:00Z", { lang: "en", zone, isTwelve: true }, now), "Sunday 5 January 2025, 9:05 am");
  assert.equal(moment("2025-01-05T08:05:00Z", { lang: "en", zone, isTwelve: true }, now), "Sunday 5 January 2025, 12:05 am");
  assert.equal(areApart("2026-11-27T18:40:00Z", "2026-11-27T10:49:00-08:00"), false);
  assert.equal(areApart("2026-11-27T18:40:00Z", "2026-11-27T18:51:00Z"), true);
  assert.equal(areApart("2026-11-27T18:40:00Z", "never"), true);
});

test("a file's length is filled up by a twelfth at most, and never beyond the largest", () => {
  for (const length of [1, 2, 9, 1000, 65_537, 3_200_000, LONGEST - 1]) {
    assert.ok(padded(length) >= length && padded(length) <= Math.max(length * 1.12, length + 1), String(length));
  }
  assert.equal(padded(LONGEST), LONGEST);
  assert.equal(sizeInWords(3_200_000), "3.1 MB");
});
