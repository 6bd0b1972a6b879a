// Holds the program as it is built for a browser against the desktop's, byte for byte, in Node:
//   node web/same-bits.mjs SITE LOSSCAPE [NAME…]
// For every landscape (or those that are named): the picture as SVG, and the critical points as JSON.

import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";

// A thread with a program of its own: answers each question, a function's name and its argument, with bytes or a refusal.
async function answer({ folder, wasm }) {
  const program = await import(pathToFileURL(join(folder, "losscape.js")));
  await program.default({ module_or_path: wasm });
  parentPort.on("message", ([call, ...args]) => {
    const begun = performance.now();
    let text, refusal;
    try {
      text = program[call](...args);
    } catch (error) {
      refusal = String(error.message ?? error);
    }
    parentPort.postMessage({ text, refusal, seconds: (performance.now() - begun) / 1e3 });
  });
}

class Program {
  constructor(data) {
    this.thread = new Worker(fileURLToPath(import.meta.url), { workerData: data });
  }

  ask(...question) {
    return new Promise((resolve, reject) => {
      const end = (act) => (value) => {
        this.thread.removeAllListeners("message").removeAllListeners("error");
        act(value);
      };
      this.thread.once("message", end(resolve)).once("error", end(reject));
      this.thread.postMessage(question);
    });
  }
}

async function main() {
  const [site, losscape, ...names] = process.argv.slice(2);
  const missing = [losscape, ...["losscape.js", "pause.js", "losscape_bg.wasm"].map((file) => join(site ?? "", file))].filter((file) => !file || !existsSync(file));
  if (missing.length) {
    console.error(losscape ? `web/same-bits.mjs: ${missing.join(", ")} is missing` : "usage: node web/same-bits.mjs SITE LOSSCAPE [NAME…]");
    process.exit(2);
  }
  const folder = mkdtempSync(join(tmpdir(), "losscape-"));
  let wrong = 0;
  const complain = (message) => {
    wrong += 1;
    console.error(message);
  };
  try {
    // Node takes a file for a module where a package says so.
    for (const file of ["losscape.js", "pause.js"]) cpSync(join(site, file), join(folder, file));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const wasm = await WebAssembly.compile(readFileSync(join(site, "losscape_bg.wasm")));
    const programs = Array.from({ length: availableParallelism() }, () => new Program({ folder, wasm }));
    const compared = await compareAll(programs, losscape, folder, names, complain);
    console.log(`${compared} answers compared, ${wrong} wrong`);
  } finally {
    rmSync(folder, { recursive: true });
  }
  process.exit(wrong ? 1 : 0);
}

async function compareAll(programs, losscape, folder, names, complain) {
  const run = async (...args) => (await promisify(execFile)(losscape, args, { maxBuffer: 1 << 28, encoding: "buffer" })).stdout;
  let compared = 0;
  function compare(what, ours, theirs) {
    compared += 1;
    if (ours.refusal !== undefined) {
      complain(`${what} is refused: ${ours.refusal}`);
      return;
    }
    const bytes = Buffer.from(ours.text);
    if (!bytes.equals(theirs)) {
      const at = theirs.findIndex((byte, index) => bytes[index] !== byte);
      complain(`${what} differs from byte ${at < 0 ? theirs.length : at} on`);
    }
  }
  const known = JSON.parse(await run("landscapes", "--json")).map((entry) => entry.name);
  const ours = (await programs[0].ask("landscapes")).text.trim().split("\n");
  if (String(ours) !== String(known)) complain("the catalogues differ");
  const rest = names.length ? names : known;
  async function work(program) {
    for (let name; (name = rest.shift()) !== undefined;) {
      const picture = await program.ask("svg", name);
      const points = await program.ask("points", name);
      const begun = performance.now();
      const file = join(folder, `${name}.svg`);
      await run("render", name, "-o", file);
      compare(`${name}: the picture`, picture, readFileSync(file));
      compare(`${name}: the critical points`, points, await run("points", name, "--json"));
      const theirs = (performance.now() - begun) / 1e3;
      console.log(`${name}: ${picture.seconds.toFixed(1)} s and ${points.seconds.toFixed(1)} s, the desktop's program ${theirs.toFixed(1)} s`);
    }
  }
  await Promise.all(programs.map(work));
  const link = (await run("link", "himmelblau")).toString().trim();
  const named = await programs[0].ask("svg", "himmelblau");
  compare("himmelblau by its link", await programs[0].ask("svg", link), Buffer.from(named.text ?? ""));
  return compared;
}

if (isMainThread) await main(); else await answer(workerData);
