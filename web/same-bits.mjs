// Holds the program as it is built for a browser against the desktop's, byte for byte, in Node:
//   node web/same-bits.mjs SITE LOSSCAPE [NAME…]
// For every landscape (or those that are named): the picture as SVG, and the critical points as JSON.

import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const [site, losscape, ...names] = process.argv.slice(2);
const missing = [losscape, ...["losscape.js", "pause.js", "losscape_bg.wasm"].map((file) => join(site ?? "", file))].filter((file) => !file || !existsSync(file));
if (missing.length) {
  console.error(losscape ? `web/same-bits.mjs: ${missing.join(", ")} is missing` : "usage: node web/same-bits.mjs SITE LOSSCAPE [NAME…]");
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "losscape-"));
// Node takes a file for a module where a package says so.
for (const file of ["losscape.js", "pause.js"]) cpSync(join(site, file), join(folder, file));
writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
const program = await import(pathToFileURL(join(folder, "losscape.js")));
await program.default({ module_or_path: readFileSync(join(site, "losscape_bg.wasm")) });

const run = async (...args) => (await promisify(execFile)(losscape, args, { maxBuffer: 1 << 28, encoding: "buffer" })).stdout;
const wrong = [];
let compared = 0;

function attempt(answer) {
  try {
    return Buffer.from(answer());
  } catch (error) {
    return new Error(error.message ?? error);
  }
}

function compare(what, ours, theirs) {
  compared += 1;
  if (ours instanceof Error) {
    wrong.push(`${what} is refused: ${ours.message}`);
  } else if (!ours.equals(theirs)) {
    const at = theirs.findIndex((byte, index) => ours[index] !== byte);
    wrong.push(`${what} differs from byte ${at < 0 ? theirs.length : at} on`);
  }
}

try {
  const all = names.length ? names : program.landscapes().trim().split("\n");
  const known = JSON.parse(await run("landscapes", "--json")).map((entry) => entry.name);
  if (!names.length && String(all) !== String(known)) wrong.push("the catalogues differ");
  for (const name of all) {
    // The desktop's program works meanwhile.
    const file = join(folder, `${name}.svg`);
    const theirs = [run("render", name, "-o", file), run("points", name, "--json")];
    const ours = [attempt(() => program.svg(name)), attempt(() => program.points(name))];
    await theirs[0];
    compare(`${name}: the picture`, ours[0], readFileSync(file));
    compare(`${name}: the critical points`, ours[1], await theirs[1]);
  }
  const link = (await run("link", "himmelblau")).toString().trim();
  compare("himmelblau by its link", attempt(() => program.svg(link)), Buffer.from(program.svg("himmelblau")));
} finally {
  rmSync(folder, { recursive: true });
}
for (const message of wrong) console.error(message);
console.log(`${compared} answers compared, ${wrong.length} differ`);
process.exit(wrong.length ? 1 : 0);
