// What a search finds: frames whose name or file matches, and how much goes through any of them.

import { compile } from "./pattern.js";

/** @typedef {import("./frames.js").Frames} Frames */
/** @typedef {import("./stacks.js").Stacks} Stacks */
/** @typedef {import("./weights.js").Weights} Weights */

/**
 * @typedef {object} Found
 * @property {Uint8Array} frames 1 for each frame that matches
 * @property {number} count how many frames match and occur in some stack
 * @property {number} value of the stacks through any of them, each counted once
 * @property {number} base
 */

/**
 * @param {Frames} frames
 * @param {Stacks} stacks
 * @param {Weights} weights
 * @param {string} source an expression that can be compiled
 * @returns {Found}
 */
export function search(frames, stacks, weights, source) {
  const pattern = compile(source);
  const matches = new Uint8Array(frames.count);
  for (let i = 0; i < frames.count; i += 1) if (pattern.test(frames.names[i])) matches[i] = 1;
  const occurs = new Uint8Array(frames.count);
  const found = { frames: matches, count: 0, value: 0, base: 0 };
  let at = 0;
  for (let stack = 0; stack < stacks.count; stack += 1) {
    let hit = false;
    const weighs = weights.value[stack] !== 0 || weights.base[stack] !== 0;
    for (; at < stacks.ends[stack]; at += 1) {
      const frame = stacks.frames[at];
      if (matches[frame] === 0 || !weighs) continue;
      hit = true;
      occurs[frame] = 1;
    }
    if (!hit) continue;
    found.value += weights.value[stack];
    found.base += weights.base[stack];
  }
  for (const flag of occurs) found.count += flag;
  return found;
}
