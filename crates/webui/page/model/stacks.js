// The stacks that are left after filtering, as frames from root to leaf.

import { linesOf } from "./filters.js";

/** @typedef {import("../data/dataset.js").Dataset} Dataset */
/** @typedef {import("./filters.js").Filtered} Filtered */
/** @typedef {import("./frames.js").Frames} Frames */

/**
 * Stack i is `frames` from `ends[i - 1]` to `ends[i]`, root first.
 * @typedef {object} Stacks
 * @property {number} count
 * @property {Uint32Array} ends
 * @property {Uint32Array} frames
 * @property {Uint8Array} inlined 1 for each frame that was inlined into the one before it
 * @property {Uint32Array} samples the sample of each stack
 */

/**
 * How frames become stacks.
 * @typedef {object} Shape
 * @property {boolean} inlines whether inlined calls are frames of their own
 * @property {Collapse} collapsed
 */

/**
 * What becomes of recursion: every call stays; a function that calls itself is one frame; or also one
 * that calls itself through others, which are then left out: a-b-a-c becomes a-c.
 * @typedef {"" | "direct" | "all"} Collapse
 */

/**
 * @param {Dataset} dataset
 * @param {Filtered} filtered
 * @param {Frames} frames
 * @param {Shape} shape
 * @returns {Stacks}
 */
export function stacksOf(dataset, filtered, frames, shape) {
  const table = framesByLocation(dataset, filtered, frames, shape);
  const { stackEnds, stacks, count } = dataset.samples;
  const room = roomFor(dataset, table.ends);
  const out = new Uint32Array(room);
  const inlined = new Uint8Array(room);
  const ends = new Uint32Array(count);
  const samples = new Uint32Array(count);
  /** Where each frame was put last. */
  const places = shape.collapsed === "all" ? new Int32Array(frames.count).fill(-1) : null;
  const isDirect = shape.collapsed === "direct";
  let [length, kept] = [0, 0];
  for (let sample = 0; sample < count; sample += 1) {
    if (!filtered.keeps(sample)) continue;
    const first = sample === 0 ? 0 : stackEnds[sample - 1];
    const root = rootOf(stacks, first, stackEnds[sample], filtered.starts);
    if (root < first && filtered.starts !== null) continue;
    const start = length;
    let locations = 0;
    for (let i = root; i >= first; i -= 1) {
      const location = stacks[i];
      if (filtered.hidden !== null && filtered.hidden[location]) continue;
      locations += 1;
      const end = table.ends[location];
      for (let k = location === 0 ? 0 : table.ends[location - 1]; k < end; k += 1) {
        const frame = table.frames[k];
        if (isDirect && length > start && out[length - 1] === frame) continue;
        if (places !== null) {
          const before = places[frame];
          if (before >= start && before < length && out[before] === frame) length = before;
          places[frame] = length;
        }
        out[length] = frame;
        inlined[length] = table.inlined[k];
        length += 1;
      }
    }
    if (locations === 0 && filtered.hidden !== null) continue;
    ends[kept] = length;
    samples[kept] = sample;
    kept += 1;
  }
  return {
    count: kept,
    ends: ends.subarray(0, kept),
    frames: out.subarray(0, length),
    inlined: inlined.subarray(0, length),
    samples: samples.subarray(0, kept),
  };
}

/**
 * The outermost location of a stack: its last, or the highest at which stacks may begin.
 * @param {Uint32Array} stacks
 * @param {number} first
 * @param {number} end
 * @param {Uint8Array | null} starts
 */
function rootOf(stacks, first, end, starts) {
  let root = end - 1;
  while (starts !== null && root >= first && !starts[stacks[root]]) root -= 1;
  return root;
}

/**
 * The frames of each location, outermost first.
 * @param {Dataset} dataset
 * @param {Filtered} filtered
 * @param {Frames} frames
 * @param {Shape} shape
 */
function framesByLocation(dataset, filtered, frames, shape) {
  const count = dataset.locations.count;
  const ends = new Uint32Array(count);
  const list = new Uint32Array(dataset.locations.lineFunction.length + count);
  const inlined = new Uint8Array(list.length);
  let length = 0;
  for (let location = 0; location < count; location += 1) {
    const [start, end] = linesOf(dataset, location);
    const before = length;
    // Without inlined calls the outermost line stands for all.
    const lowest = shape.inlines ? start : Math.max(start, end - 1);
    for (let line = end - 1; line >= lowest; line -= 1) {
      if (filtered.lines !== null && !filtered.lines[line]) continue;
      list[length] = frames.ofLine[line];
      inlined[length] = length > before ? 1 : 0;
      length += 1;
    }
    if (start === end) {
      list[length] = frames.ofBare[location];
      length += 1;
    }
    ends[location] = length;
  }
  return { ends, frames: list, inlined };
}

/** How many frames all stacks can have at most. @param {Dataset} dataset @param {Uint32Array} ends */
function roomFor(dataset, ends) {
  const stacks = dataset.samples.stacks;
  let room = 0;
  for (let i = 0; i < stacks.length; i += 1) {
    const location = stacks[i];
    room += ends[location] - (location === 0 ? 0 : ends[location - 1]);
  }
  return room;
}
