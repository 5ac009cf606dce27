// Lets the program make one demo folder, which every journey then copies: making it once is enough.

import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { seed, serve } from "./ground.mjs";

const folder = dirname(seed);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const begun = performance.now();
const words = ["demo", "--data", seed, "--listen", "127.0.0.1:0"];
const server = await serve(words, { log: join(folder, "seed.log"), patience: 600_000 });
const code = await server.stop();
console.log(`a demo folder made in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
process.exit(code === 0 ? 0 : 1);
