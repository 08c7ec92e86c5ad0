// The profile's own wish: frames that match its `drop_frames`, and not its `keep_frames`, are left
// out together with all they call, as every reader of the format does on load. Never before the
// first frame, seen from the root, that does not match.

import { compile } from "../model/pattern.js";

/** @typedef {import("./profile.js").Profile} Profile */

/** Parentheses that belong to a name rather than to its arguments. */
const NAME_PARENTHESES = ["(anonymous namespace)", "operator()"];

/** What dropping does to a location. */
const WHOLE = 1;
const BENEATH = 2;

/**
 * @param {Profile} profile
 * @returns {Profile} the same, where nothing is dropped
 */
export function withoutDropped(profile) {
  const dropped = droppedFunctions(profile);
  if (!dropped.includes(true)) return profile;
  const { locations, cuts } = cutLocations(profile, dropped);
  const { stackEnds, stacks } = profile.samples;
  const kept = new Uint32Array(stacks.length);
  const ends = new Uint32Array(stackEnds.length);
  let [length, first] = [0, 0];
  for (let sample = 0; sample < ends.length; sample += 1) {
    const end = stackEnds[sample];
    for (let i = startOf(stacks, first, end, cuts); i < end; i += 1) {
      kept[length] = stacks[i];
      length += 1;
    }
    ends[sample] = length;
    first = end;
  }
  const samples = { ...profile.samples, stacks: kept.subarray(0, length), stackEnds: ends };
  return { ...profile, locations, samples };
}

/** @param {Profile} profile @returns {boolean[]} */
function droppedFunctions({ dropFrames, keepFrames, functions }) {
  if (dropFrames === "") return [];
  const whole = (/** @type {string} */ source) => compile(`^(${source})$`);
  try {
    const drop = whole(dropFrames);
    const keep = keepFrames === "" ? null : whole(keepFrames);
    return functions.map(({ name }) => {
      const bare = withoutArguments(name);
      return name !== "" && drop.test(bare) && !(keep !== null && keep.test(bare));
    });
  } catch {
    // An expression that cannot be read drops nothing, as in the text reports.
    return [];
  }
}

/** @param {string} name */
function withoutArguments(name) {
  const text = name.startsWith(".") ? name.slice(1) : name;
  for (let from = 0; ; ) {
    const at = text.indexOf("(", from);
    if (at < 0) return text;
    const reserved = NAME_PARENTHESES.find((word) => {
      const start = at - word.indexOf("(");
      return start >= from && text.startsWith(word, start);
    });
    if (reserved === undefined) return text.slice(0, at);
    from = at - reserved.indexOf("(") + reserved.length;
  }
}

/** Cuts each location below its outermost dropped line. @param {Profile} profile @param {boolean[]} dropped */
function cutLocations({ locations }, dropped) {
  const cuts = new Uint8Array(locations.count);
  /** @type {number[]} */
  const lines = [];
  const lineEnds = new Uint32Array(locations.count);
  let first = 0;
  for (let location = 0; location < locations.count; location += 1) {
    const end = locations.lineEnds[location];
    let outermost = end - 1;
    while (outermost >= first && !dropped[locations.lineFunction[outermost]]) outermost -= 1;
    let from = first;
    if (outermost >= first) {
      cuts[location] = outermost + 1 === end ? WHOLE : BENEATH;
      if (outermost + 1 < end) from = outermost + 1;
    }
    for (let line = from; line < end; line += 1) lines.push(line);
    lineEnds[location] = lines.length;
    first = end;
  }
  return {
    cuts,
    locations: {
      ...locations,
      lineEnds,
      lineFunction: Uint32Array.from(lines, (line) => locations.lineFunction[line]),
      lineNumber: Uint32Array.from(lines, (line) => locations.lineNumber[line]),
    },
  };
}

/** Where what is left of a stack begins. @param {Uint32Array} stacks @param {number} first @param {number} end @param {Uint8Array} cuts */
function startOf(stacks, first, end, cuts) {
  let user = end;
  while (user > first && cuts[stacks[user - 1]] !== 0) user -= 1;
  for (let i = user - 1; i >= first; i -= 1) {
    if (cuts[stacks[i]] === WHOLE) return i + 1;
    if (cuts[stacks[i]] === BENEATH) return i;
  }
  return first;
}
