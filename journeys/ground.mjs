// Where journeys stand: folders, the built program, and one running server. Nothing of the browser is here.

import { execFileSync, spawn } from "node:child_process";
import { cpSync, createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const target = resolve(root, process.env.CARGO_TARGET_DIR ?? "target");
export const seed = join(target, "tmp/seed/data");
export const screenshots = join(target, "screenshots");

const binary = process.env.ALCOVE_BIN ?? join(target, "debug/alcove");

/** The folder of one run: its data, log and mail stay there for the sweep. @param {string} name */
export function runFolder(name) {
  const folder = join(target, "tmp/runs", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Puts a copy of the prepared demo folder, with its key file, where a run wants it. @param {string} data */
export function copySeed(data) {
  if (!existsSync(seed)) return;
  cpSync(seed, data, { recursive: true });
  if (existsSync(`${seed}.key`)) cpSync(`${seed}.key`, `${data}.key`);
}

/**
 * Runs the program to its end.
 * @param {string[]} words
 * @param {{env?: Record<string, string>, input?: string}} [options]
 * @returns {Promise<{code: number | null, out: string, err: string}>}
 */
export function alcove(words, { env = {}, input } = {}) {
  const child = spawn(binary, words, { env: surroundings(env), stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"] });
  const said = { out: "", err: "" };
  child.stdout?.on("data", (piece) => (said.out += piece));
  child.stderr?.on("data", (piece) => (said.err += piece));
  // The program may end without having read it.
  child.stdin?.on("error", () => {});
  child.stdin?.end(input);
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (code) => done({ code, ...said }));
  });
}

/**
 * Starts a server and waits until it says its address.
 * @param {string[]} words the command line, for example ["demo", "--data", folder, "--listen", "127.0.0.1:0"]
 * @param {{log: string, env?: Record<string, string>, patience?: number}} options
 */
export async function serve(words, { log, env = {}, patience = 180_000 }) {
  const child = spawn(binary, words, { env: surroundings(env), stdio: ["ignore", "pipe", "pipe"] });
  process.once("exit", () => child.kill("SIGKILL"));
  const kept = createWriteStream(log, { flags: "a" });
  child.stdout.pipe(kept, { end: false });
  child.stderr.pipe(kept, { end: false });
  const ended = new Promise((done) => child.on("close", done));
  const address = await new Promise((done, failed) => {
    let said = "";
    const late = setTimeout(() => failed(new Error(`no address after ${patience} ms:\n${said}`)), patience);
    const hear = (/** @type {Buffer} */ piece) => {
      said += piece;
      const found = said.match(/https?:\/\/[^\s/"]+/);
      if (!found) return;
      clearTimeout(late);
      done(found[0]);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("error", failed);
    child.on("close", (code) => failed(new Error(`${binary} ${words.join(" ")} ended with ${code}:\n${said}`)));
  });
  /** Asks the server to stop as a service manager would, and returns its exit code. */
  async function stop() {
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 20_000);
    const code = await ended;
    clearTimeout(late);
    await new Promise((done) => kept.end(done));
    return code;
  }
  return { address: /** @type {string} */ (address), stop, id: child.pid, log: () => readFileSync(log, "utf8") };
}

/** The environment of the program: what it needs of ours, none of our own settings. @param {Record<string, string>} extra */
function surroundings(extra) {
  const { PATH = "", HOME = "", TMPDIR = "/tmp" } = process.env;
  return { PATH, HOME, TMPDIR, RUST_BACKTRACE: "1", ...extra };
}

const query = `
import json, sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=30)
statements = json.load(sys.stdin)
answers = []
for statement in statements:
    done = database.execute(statement)
    rows = [[one.hex() if isinstance(one, bytes) else one for one in row] for row in done.fetchall()]
    answers.append({"rows": rows, "changed": done.rowcount})
database.commit()
print(json.dumps(answers))
`;

/**
 * Does with an embedded database what somebody with the file could: statements one after the other, bytes as hexadecimal.
 * Python is on every machine that runs the tests (it plays the mail server), and brings SQLite.
 * @param {string} file
 * @param {string[]} statements
 * @returns {{rows: any[][], changed: number}[]}
 */
export function byHand(file, ...statements) {
  const said = execFileSync("/usr/bin/python3", ["-c", query, file], { input: JSON.stringify(statements), maxBuffer: 64 << 20 });
  return JSON.parse(said.toString());
}
