// A PostgreSQL server of one journey's own, in a temporary folder and on a socket there; its folder then joins the run's.

import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Starts a server; `stop` ends it and leaves its folder at `keep` for the sweep. @param {string} keep */
export function startPostgres(keep) {
  const bin = programs();
  const folder = mkdtempSync(join(tmpdir(), "alcove-pg-"));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) execFileSync("chown", ["postgres", folder]);
  chmodSync(folder, 0o700);
  const data = join(folder, "data");
  const port = 20000 + Math.floor(Math.random() * 20000);
  /** @param {string} name @param {string[]} words */
  const act = (name, words) => {
    const program = join(bin, name);
    const line = isRoot ? ["runuser", "-u", "postgres", "--", program, ...words] : [program, ...words];
    execFileSync(line[0], line.slice(1), { cwd: folder, stdio: "ignore" });
  };
  act("initdb", ["-D", data, "-A", "trust", "-U", "alcove", "-E", "UTF8", "--locale=C.UTF-8"]);
  const settings = `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories=${folder}`;
  act("pg_ctl", ["-D", data, "-w", "-o", settings, "-l", join(folder, "postgres.log"), "start"]);
  act("createdb", ["-h", "127.0.0.1", "-p", String(port), "-U", "alcove", "alcove"]);
  return {
    url: `postgres://alcove@127.0.0.1:${port}/alcove`,
    /** Does with the database what somebody who can write to it could. @param {string} statement */
    byHand(statement) {
      act("psql", ["-h", "127.0.0.1", "-p", String(port), "-U", "alcove", "-v", "ON_ERROR_STOP=1", "-c", statement, "alcove"]);
    },
    stop() {
      act("pg_ctl", ["-D", data, "-w", "-m", "fast", "stop"]);
      cpSync(folder, keep, { recursive: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function programs() {
  const home = "/usr/lib/postgresql";
  const versions = existsSync(home) ? readdirSync(home).sort((one, other) => Number(other) - Number(one)) : [];
  const found = versions.map((version) => join(home, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
  if (!found) throw new Error("no PostgreSQL server is installed");
  return found;
}
