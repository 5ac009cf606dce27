// Copies the browser's libraries out of npm's packages, or compares them (--check). Started by `cargo xtask vendor`.
// vendor.json lists {"package", "file", "as", "licence"}: which package, which of its files, under which name, and its
// licence file. A library is added there and in journeys/package.json. One that comes in many modules has "bundle" instead
// of "file": the entry in xtask/bundles whose imports are joined into one plain ES module, not shortened, so that a reader
// can hold it against the packages; "holds" names every package that may be in it, and nothing else may.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const packages = join(here, "../journeys/node_modules");
const served = join(here, "../crates/web/assets/vendor");

/** @typedef {{package: string, file?: string, bundle?: string, holds?: string[], as: string, licence: string}} Wanted */

/** @param {Buffer} bytes */
const sha384 = (bytes) => `sha384-${createHash("sha384").update(bytes).digest("base64")}`;

/**
 * The modules behind an entry as one, and the versions of the packages that they came from.
 * @param {Wanted} one
 */
function bundled({ bundle = "", holds = [] }) {
  const { buildSync } = createRequire(join(packages, "x.js"))("esbuild");
  const built = buildSync({
    entryPoints: [join(here, "bundles", bundle)],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "inline",
    banner: { js: "// @ts-nocheck" },
    absWorkingDir: join(here, ".."),
    nodePaths: [packages],
  });
  const inside = Object.keys(built.metafile.inputs).flatMap((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []);
  const strangers = [...new Set(inside)].filter((name) => !holds.includes(name));
  if (strangers.length > 0) throw new Error(`${bundle} would hold ${strangers.join(", ")}, which vendor.json does not name`);
  const versions = holds.map((name) => `${name} ${JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8")).version}`);
  return { bytes: Buffer.from(built.outputFiles[0].contents), versions };
}

/** Every file that should be served, by name, and the manifest that tells where each came from. */
function wanted() {
  /** @type {Wanted[]} */
  const list = JSON.parse(readFileSync(join(here, "vendor.json"), "utf8"));
  /** @type {Map<string, Buffer>} */
  const files = new Map();
  const manifest = [];
  for (const one of list) {
    const folder = join(packages, one.package);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const made = one.bundle ? bundled(one) : { bytes: readFileSync(join(folder, one.file ?? "")), versions: undefined };
    const { bytes, versions } = made;
    files.set(one.as, bytes);
    const licences = [one.package, ...(one.holds ?? []).filter((name) => name !== one.package)];
    const texts = licences.map((name) => `${name}\n\n${readFileSync(join(packages, name, one.licence), "utf8")}`);
    files.set(`${one.as}.licence.txt`, Buffer.from(texts.join("\n\n")));
    manifest.push({ file: one.as, package: one.package, version, licence: license, holds: versions, integrity: sha384(bytes) });
  }
  if (manifest.length > 0) {
    files.set("manifest.json", Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  }
  return files;
}

/** @param {Map<string, Buffer>} files */
function compare(files) {
  const there = existsSync(served) ? readdirSync(served) : [];
  const wrong = there.filter((name) => !files.has(name)).map((name) => `${name} is not listed`);
  for (const [name, bytes] of files) {
    if (!there.includes(name)) wrong.push(`${name} is missing`);
    else if (!readFileSync(join(served, name)).equals(bytes)) wrong.push(`${name} differs from its package`);
  }
  return wrong;
}

const files = wanted();
if (process.argv.includes("--check")) {
  const wrong = compare(files);
  for (const line of wrong) console.error(`vendor: ${line}`);
  console.log(`vendor: ${files.size} files compared`);
  process.exit(wrong.length === 0 ? 0 : 1);
}
rmSync(served, { recursive: true, force: true });
if (files.size > 0) mkdirSync(served, { recursive: true });
for (const [name, bytes] of files) writeFileSync(join(served, name), bytes);
console.log(`vendor: ${files.size} files written`);
