// Holds the program as it is built for a browser against the desktop's, byte for byte, in Node:
//   node web/same-bits.mjs SITE LOSSCAPE [NAME…]
// For every landscape (or those that are named): the picture as SVG, and the critical points as JSON.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [site, losscape, ...names] = process.argv.slice(2);
const program = await import(pathToFileURL(resolve(site, "losscape.js")));
await program.default({ module_or_path: readFileSync(join(site, "losscape_bg.wasm")) });

const folder = mkdtempSync(join(tmpdir(), "losscape-"));
const run = (...args) => execFileSync(losscape, args, { maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] });
const wrong = [];
let compared = 0;

function compare(what, ours, theirs) {
  compared += 1;
  if (Buffer.from(ours).equals(theirs)) return;
  const at = [...theirs].findIndex((byte, index) => Buffer.from(ours)[index] !== byte);
  wrong.push(`${what} differs from byte ${at} on`);
}

try {
  const all = names.length ? names : program.landscapes().trim().split("\n");
  const known = JSON.parse(run("landscapes", "--json")).map((entry) => entry.name);
  if (!names.length && String(all) !== String(known)) wrong.push("the catalogues differ");
  for (const name of all) {
    const file = join(folder, "a.svg");
    run("render", name, "-o", file, "--force");
    compare(`${name}: the picture`, program.svg(name), readFileSync(file));
    compare(`${name}: the critical points`, program.points(name), run("points", name, "--json"));
  }
  const link = run("link", "himmelblau").toString().trim();
  compare("himmelblau by its link", program.svg(link), Buffer.from(program.svg("himmelblau")));
} finally {
  rmSync(folder, { recursive: true });
}
for (const message of wrong) console.error(message);
console.log(`${compared} answers compared, ${wrong.length} differ`);
process.exit(wrong.length ? 1 : 0);
