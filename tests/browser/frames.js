// How long frames of a large flame graph take: 100,000 boxes, moved and zoomed for some seconds. Prints
// figures and checks nothing: `npm run frames`, on a machine that does little else.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "./checks/encode.js";
import { browse, open, serve } from "./site.js";

/** Stacks that share nothing but the root, and calls in each. */
const STACKS = 1000;
const DEPTH = 100;
const MOVING_MS = 3000;

/** A profile whose flame graph has a box for each call of each stack. */
function profile() {
  const call = (/** @type {number} */ stack, /** @type {number} */ depth) =>
    `crate_${(stack + depth) % 40}::module_${depth}::function_${stack}`;
  return encode({
    types: [["cpu", "nanoseconds"]],
    samples: Array.from({ length: STACKS }, (_, stack) => ({
      stack: Array.from({ length: DEPTH }, (_, depth) => call(stack, depth)), values: [1_000_000 + stack],
    })),
  });
}

/** @param {number[]} values @param {number} part */
function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN).toFixed(1);
}

/** @param {string} what @param {number[]} values */
function print(what, values) {
  console.log(`${what}: median ${quantile(values, 0.5)} ms, p95 ${quantile(values, 0.95)} ms, ${values.length} frames`);
}

const directory = mkdtempSync(join(tmpdir(), "frames-"));
const file = join(directory, "boxes.prof");
writeFileSync(file, profile());
const [site, browser] = [await serve([file]), await browse()];
try {
  const { page } = await open(browser, site.url);
  const measured = await page.evaluate(async (length) => {
    const canvas = /** @type {HTMLElement} */ (document.querySelector(".flame-marks"));
    const scroller = /** @type {HTMLElement} */ (document.querySelector(".flame-scroller"));
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const middle = canvas.getBoundingClientRect();
    /** Moves something a little at each frame; how far frames lie apart, and how long the page worked. */
    const during = async (/** @type {(turn: number) => void} */ move) => {
      const apart = /** @type {number[]} */ ([]);
      const worked = /** @type {number[]} */ ([]);
      let before = await frame();
      const end = before + length;
      for (let turn = 0; before < end; turn += 1) {
        move(turn);
        // The chart draws in the frame's own callback, asked for before this one.
        const now = await frame();
        worked.push(performance.now() - now);
        apart.push(now - before);
        before = now;
      }
      return { apart, worked };
    };
    const wheel = (/** @type {object} */ how) => canvas.dispatchEvent(new WheelEvent("wheel", {
      bubbles: true, cancelable: true, clientX: middle.left + middle.width / 3, clientY: middle.top + 100, ...how,
    }));
    const zooming = await during((turn) => wheel({ ctrlKey: true, deltaY: turn % 60 < 30 ? -40 : 40 }));
    wheel({ ctrlKey: true, deltaY: -300 });
    const moving = await during((turn) => wheel({ deltaX: turn % 80 < 40 ? 20 : -20 }));
    const scrolling = await during((turn) => { scroller.scrollTop = (turn % 100) * 12; });
    return { zooming, moving, scrolling };
  }, MOVING_MS);
  console.log(`${STACKS * DEPTH} boxes, ${page.viewportSize()?.width} by ${page.viewportSize()?.height} pixels`);
  for (const [what, { apart, worked }] of Object.entries(measured)) {
    print(`${what}, from frame to frame`, apart);
    print(`${what}, drawing`, worked);
  }
} finally {
  await browser.close();
  site.stop();
  rmSync(directory, { recursive: true });
}
