// The crates and packages that a profile is made of, as colours tell them apart.

import { familyOf, isRuntime } from "./names.js";

/** @typedef {import("./frames.js").Frames} Frames */

/** The family of all that comes with the language or the system; its names have no colour of their own. */
export const RUNTIME = "runtime, std, libc";

/**
 * The family of each frame. Where nothing but names of the runtime is left, each has its own.
 * @param {Frames} frames
 * @returns {string[]}
 */
export function familiesOf({ names }) {
  const isPlain = names.map(isRuntime);
  const isMixed = isPlain.includes(false);
  return names.map((name, frame) => (isMixed && isPlain[frame] ? RUNTIME : familyOf(name)));
}

/**
 * The families with the largest flat values, heaviest first.
 * @param {string[]} families of frames
 * @param {Float64Array} flat of frames
 * @param {number} count how many at most
 * @returns {{ family: string, flat: number }[]}
 */
export function heaviestFamilies(families, flat, count) {
  /** @type {Map<string, number>} */
  const sums = new Map();
  flat.forEach((value, frame) => {
    if (value !== 0) sums.set(families[frame], (sums.get(families[frame]) ?? 0) + value);
  });
  return Array.from(sums, ([family, sum]) => ({ family, flat: sum }))
    .sort((a, b) => Math.abs(b.flat) - Math.abs(a.flat)).slice(0, count);
}
