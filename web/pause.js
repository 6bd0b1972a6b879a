// How the program waits until the page has had a turn: only where the browser can suspend a program (JavaScript Promise Integration).

// The page is to show a frame about so often, in milliseconds; it is waited for no longer.
const FRAME = 16;
let shown = 0;

// A message that the page sends itself comes after what has come meanwhile, a key or a pointer, has been answered.
const { port1, port2 } = typeof document === "undefined" ? {} : new MessageChannel();
const nextFrame = globalThis.requestAnimationFrame;

// Waits for such a message, and before that for the next frame where one is due. A page that nobody sees shows none.
function turn() {
  return new Promise((resolve) => {
    port1.onmessage = resolve;
    const send = () => port2.postMessage(null);
    if (document.hidden || performance.now() - shown < FRAME) {
      send();
      return;
    }
    const late = setTimeout(() => {
      shown = performance.now();
      send();
    }, FRAME);
    nextFrame(() => {
      shown = performance.now();
      clearTimeout(late);
      send();
    });
  });
}

export const can_pause = Boolean(WebAssembly.Suspending && WebAssembly.promising);
export const wait_for_a_turn = can_pause ? new WebAssembly.Suspending(turn) : () => {};
