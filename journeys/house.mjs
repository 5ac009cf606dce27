// A practice that runs for one journey: a server on a copy of the demo's folder, one browser, and a context for each person.
//
//   const house = await openHouse("booking");
//   after(() => house.close());
//   const noor = await house.enter("noor");          a page of that person's own, at their door
//   await house.look(noor, "booking-home");          every check of look.mjs, and two pictures
//   await noor.fill("#own", house.plant("own reflection"));   typed, and searched for by the sweep afterwards

import assert from "node:assert/strict";
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { copySeed, runFolder, serve, target } from "./ground.mjs";
import { calm, listen, look } from "./look.mjs";
import { startPostgres } from "./postgres.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContext} BrowserContext */
/** @typedef {{slug: string, name: string, role: string, door: "my" | "desk", case: string | null}} Person */

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
];
const markers = JSON.parse(readFileSync(new URL("markers.json", import.meta.url), "utf8"));

/**
 * Starts a practice for one journey; its name is its folder's.
 * @param {string} name
 * @param {object} [options]
 * @param {"demo" | "own"} [options.people] whose practice it is: the demo's, on a copy of its folder, or one that `prepare`
 *   makes and that has no demo pages
 * @param {"sqlite" | "postgres"} [options.database]
 * @param {boolean} [options.named] reached as http://localhost, which browsers give passkeys to, and not by a number
 * @param {Record<string, string>} [options.env]
 * @param {(ground: {folder: string, data: string, database?: string}) => Promise<unknown>} [options.prepare] what is done to
 *   the folder before it is served
 */
export async function openHouse(name, { people = "demo", database = "sqlite", named = false, env = {}, prepare } = {}) {
  const folder = runFolder(name);
  const data = join(folder, "data");
  const postgres = database === "postgres" ? startPostgres(join(folder, "postgres")) : undefined;
  try {
    if (!postgres && people === "demo") copySeed(data);
    await prepare?.({ folder, data, database: postgres?.url });
    const port = named ? await freePort() : 0;
    // A folder that a story prepared is served as a practice's own is; the demo's pages go with a folder of the demo's.
    const words = [prepare ? "serve" : "demo", "--data", data, "--listen", `127.0.0.1:${port}`];
    const address = named ? { ALCOVE_ADDRESS: `http://localhost:${port}` } : {};
    const settings = postgres && !prepare ? { ...env, ALCOVE_DATABASE: postgres.url } : { ...env, ...address };
    const server = await serve(words, { log: join(folder, "server.log"), env: settings, patience: 600_000 });
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags }).catch(async (error) => {
      await server.stop();
      throw error;
    });
    return new House({ name, folder, data, server: named ? { ...server, address: `http://localhost:${port}` } : server, browser, postgres, people });
  } catch (error) {
    postgres?.stop();
    throw error;
  }
}

/** A port that nobody has. @returns {Promise<number>} */
function freePort() {
  const taken = createServer();
  return new Promise((resolve, reject) => {
    taken.on("error", reject);
    taken.listen(0, "127.0.0.1", () => {
      const found = taken.address();
      taken.close(() => resolve(typeof found === "object" && found ? found.port : 0));
    });
  });
}

class House {
  /** @type {BrowserContext[]} */
  #contexts = [];
  #planted;
  #isDemo;
  #isClosed = false;
  /** Browsers with script switched off. @type {Set<BrowserContext>} */
  #scriptless = new Set();
  /** A page with script that shows what they show, to be examined. @type {Page | undefined} */
  #twin;

  /** @param {any} parts */
  constructor(parts) {
    /** @type {string} */
    this.name = parts.name;
    /** The folder of this run. @type {string} */
    this.folder = parts.folder;
    /** The practice's data folder. @type {string} */
    this.data = parts.data;
    /** For example http://127.0.0.1:40001. @type {string} */
    this.address = parts.server.address;
    this.server = parts.server;
    /** @type {import("playwright-core").Browser} */
    this.browser = parts.browser;
    this.postgres = parts.postgres;
    this.#isDemo = parts.people === "demo";
    const lists = join(target, "tmp/planted");
    mkdirSync(lists, { recursive: true });
    this.#planted = join(lists, `${this.name}.txt`);
    rmSync(this.#planted, { force: true });
  }

  /** The people of the demo. @returns {Promise<Person[]>} */
  async people() {
    const answer = await fetch(`${this.address}/demo.json`);
    assert.equal(answer.status, 200);
    return answer.json();
  }

  /**
   * A fresh browser of nobody: own cookies, own storage.
   * @param {{script?: boolean, touch?: boolean}} [options]
   */
  async context({ script = true, touch = false } = {}) {
    const context = await this.browser.newContext({
      baseURL: this.address,
      javaScriptEnabled: script,
      hasTouch: touch,
      locale: "en-US",
      timezoneId: "America/Los_Angeles",
      reducedMotion: "reduce",
      colorScheme: "light",
      // A journey's own certificate is nobody's.
      ignoreHTTPSErrors: true,
      viewport: { width: 1280, height: 900 },
    });
    context.setDefaultTimeout(30_000);
    // Quick exit leads away; nothing outside is there to answer, so an empty page does. All else that leads away fails.
    await context.route(
      (url) => url.origin !== this.address && url.protocol.startsWith("http"),
      (route) => (route.request().isNavigationRequest() ? route.fulfill({ body: "elsewhere" }) : route.abort()),
    );
    context.on("page", (page) => listen(page, this.address, script));
    if (!script) this.#scriptless.add(context);
    this.#contexts.push(context);
    return context;
  }

  /** A visitor's page, not yet anywhere. @param {{script?: boolean, touch?: boolean}} [options] */
  async visit(options) {
    return (await this.context(options)).newPage();
  }

  /**
   * One of the demo's people, signed in as the demo's page does it, at the home of their door.
   * @param {string} slug
   * @param {{script?: boolean, touch?: boolean}} [options]
   */
  async enter(slug, options) {
    const page = await this.visit(options);
    const answer = await page.request.post("/demo/enter", {
      form: { person: slug },
      headers: { origin: this.address },
      maxRedirects: 0,
    });
    assert.equal(answer.status(), 303, `${slug} could not enter: ${answer.status()} ${await answer.text()}`);
    await page.goto(answer.headers().location);
    return page;
  }

  /**
   * Every check of a page, and its pictures.
   * @param {Page} page
   * @param {string} name
   * @param {import("./look.mjs").Options} [options]
   */
  async look(page, name, options) {
    if (!this.#scriptless.has(page.context())) return look(page, name, options);
    this.#twin ??= await this.visit();
    return look(page, name, { ...options, twin: this.#twin });
  }

  /** Only that nothing went wrong. @param {Page} page @param {string} name */
  calm(page, name) {
    calm(page, name);
  }

  /**
   * A word to type into a sealed field: made up, standing nowhere else, and searched for when the run is over.
   * @param {string} field its name in markers.json
   * @returns {string}
   */
  plant(field) {
    const kind = field in markers.sealed ? "sealed" : "address";
    const word = markers[kind][field];
    assert.ok(word, `markers.json has no word for ${JSON.stringify(field)}`);
    this.note(kind, word);
    return word;
  }

  /** Writes a word down for the sweep. @param {"sealed" | "address"} kind @param {string} word */
  note(kind, word) {
    appendFileSync(this.#planted, `${kind}\t${word}\n`);
  }

  /** Ends the journey, once: nothing may have gone wrong unseen, and the run is left as the sweep wants it. */
  async close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      for (const context of this.#contexts) {
        for (const page of context.pages()) calm(page, `${this.name}, at the end`);
        await context.close();
      }
      if (this.#isDemo) {
        await this.#keepMail();
        await this.#notePeople();
      }
      // The folder as it is under a running server, write-ahead log and all; then as it is at rest.
      cpSync(this.data, join(this.folder, "live"), { recursive: true });
    } finally {
      await this.browser.close();
      const code = await this.server.stop();
      this.postgres?.stop();
      assert.equal(code, 0, `the server ended with ${code}`);
    }
    assert.doesNotMatch(this.server.log(), /panicked at/, "the server's log tells of a panic");
  }

  /** The demo's clients are secrets too: their full names must be nowhere in the clear. */
  async #notePeople() {
    for (const person of await this.people()) {
      if (person.door === "my" && person.name.includes(" ")) this.note("sealed", person.name);
    }
  }

  /** What the demo sent, as its outbox shows it, one file a page. */
  async #keepMail() {
    const folder = join(this.folder, "mail");
    mkdirSync(folder, { recursive: true });
    const outbox = await fetch(`${this.address}/demo/outbox`);
    assert.equal(outbox.status, 200, "the outbox");
    const text = await outbox.text();
    writeFileSync(join(folder, "outbox.html"), text);
    const single = new Set([...text.matchAll(/href="(\/demo\/outbox\/[^"]+)"/g)].map((found) => found[1]));
    for (const [at, path] of [...single].entries()) {
      const page = await fetch(this.address + path);
      writeFileSync(join(folder, `${at}.html`), await page.text());
    }
  }
}
