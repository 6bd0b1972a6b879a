// The page around the window: loads the program and does for it what only a page can do.
// Everything comes from the folder of this page; no other server is asked.

import init, * as program from "./losscape.js";
import { can_pause } from "./pause.js";

const notice = document.getElementById("notice");
const words = document.getElementById("words");
const progress = document.getElementById("progress");

function say(text) {
  words.textContent = text;
  progress.hidden = true;
  notice.hidden = false;
}

// What the program calls: see src/app/platform/web.rs.
globalThis.losscape_page = {
  download(name, bytes) {
    const url = URL.createObjectURL(new Blob([bytes.slice()], { type: "application/octet-stream" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  },
  choose(endings, number) {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = endings;
    input.addEventListener("cancel", () => program.file_chosen(number, undefined, undefined));
    input.addEventListener("change", async () => {
      const file = input.files[0];
      program.file_chosen(number, file?.name, file && new Uint8Array(await file.arrayBuffer()));
    });
    input.click();
  },
  // A browser may keep nothing, or forbid to look: then there is nothing.
  stored(key) {
    try { return localStorage.getItem(key) ?? undefined; } catch { return undefined; }
  },
  store(key, text) {
    try { localStorage.setItem(key, text); return true; } catch { return false; }
  },
  address() {
    return location.href.split("#")[0];
  },
  hash() {
    return location.hash;
  },
  // The size of text that this browser is set to, where the usual one is 1.
  text_size: () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16,
  can_pause: () => can_pause,
  milliseconds: () => performance.now(),
  call_for_work() {
    called = true;
    come?.();
  },
  show(title, hash) {
    document.title = title || "Losscape";
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  },
};

// Between the frames the program works on what is queued. It is suspended when it pauses, and called when there is something to do.
let called = false;
let come;

async function workBetweenFrames(work) {
  for (;;) {
    called = false;
    const milliseconds = await work();
    if (called) continue;
    await new Promise((resolve) => {
      come = resolve;
      if (milliseconds < Infinity) setTimeout(resolve, milliseconds);
    });
    come = undefined;
  }
}

// A frame waits until the graphics card has drawn the one before: a slow card would keep the program waiting in the middle of a frame.
function showFramesAtTheirPace(canvas) {
  // The program smooths edges itself: it needs one sample a pixel, and no depth. The first call decides.
  const gl = canvas.getContext("webgl2", { antialias: false, depth: false });
  if (!gl) return;
  const nextFrame = requestAnimationFrame.bind(window);
  let drawn, shown;
  window.requestAnimationFrame = (show) => nextFrame(function frame(time) {
    // Whoever else waits for this frame shows it together with the first.
    if (time !== shown && drawn && gl.getSyncParameter(drawn, gl.SYNC_STATUS) === gl.UNSIGNALED) {
      nextFrame(frame);
      return;
    }
    if (drawn) gl.deleteSync(drawn);
    shown = time;
    show(time);
    drawn = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
  });
}

// The program's bytes, with how many have come: the length is known only where the server tells it.
async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  const whole = Number(response.headers.get("Content-Length")) || 0;
  const encoded = response.headers.has("Content-Encoding");
  const reader = response.body.getReader();
  const parts = [];
  let have = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    have += value.length;
    if (whole && !encoded) progress.value = have / whole; else progress.removeAttribute("value");
  }
  return new Blob(parts).arrayBuffer();
}

function hasWebGl() {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
}

async function main() {
  const canvas = document.getElementById("losscape");
  if (!hasWebGl()) {
    say("Losscape draws with WebGL, which this browser does not have or has switched off. Another browser may have it; the desktop program needs none.");
    return;
  }
  const bytes = await fetched("losscape_bg.wasm");
  performance.mark("losscape-loaded");
  words.textContent = "Starting…";
  const { work_between_frames } = await init({ module_or_path: bytes });
  // For scripts that drive the page: docs/web-edition.md says what it has.
  globalThis.losscape_program = program;
  canvas.addEventListener("webglcontextlost", (event) => {
    event.preventDefault();
    say("The browser has taken the graphics away from this page, as it does after a long sleep or when memory is short. Reload the page: your study is kept.");
  });
  addEventListener("hashchange", () => program.hash_changed(location.hash));
  // Files that are dropped are read here; what the canvas would do with them is not needed.
  addEventListener("dragover", (event) => event.preventDefault(), true);
  addEventListener("drop", async (event) => {
    event.preventDefault();
    for (const file of event.dataTransfer.files) {
      program.file_dropped(file.name, new Uint8Array(await file.arrayBuffer()));
    }
  }, true);
  showFramesAtTheirPace(canvas);
  await program.start(canvas);
  if (can_pause) workBetweenFrames(WebAssembly.promising(work_between_frames));
  requestAnimationFrame(() => requestAnimationFrame(() => {
    performance.mark("losscape-shown");
    notice.hidden = true;
    canvas.focus();
  }));
}

addEventListener("unhandledrejection", (event) => say(`Losscape has stopped: ${event.reason?.message ?? event.reason}. Reload the page; your study is kept.`));
main().catch((error) => say(`Losscape cannot be started: ${error.message ?? error}`));
