// The stacks in the format of speedscope, inlined calls included, for the sample type that is shown.

import { difference } from "./folded.js";

/** @typedef {import("../model/model.js").Model} Model */

const UNITS = ["nanoseconds", "microseconds", "milliseconds", "seconds", "bytes"];

/** @param {Model} model @param {string} name @returns {string} */
export function speedscope(model, name) {
  const { names, files } = model.frames();
  const { stacks, values } = difference(model);
  /** Frames by the order in which they occur. @type {Map<number, number>} */
  const used = new Map();
  const number = (/** @type {number} */ frame) => {
    if (!used.has(frame)) used.set(frame, used.size);
    return used.get(frame);
  };
  const samples = [];
  const weights = [];
  let start = 0;
  for (let stack = 0; stack < stacks.count; stack += 1) {
    const end = stacks.ends[stack];
    // A picture of widths shows no negative values.
    if (values[stack] > 0) {
      samples.push(Array.from(stacks.frames.subarray(start, end), number));
      weights.push(values[stack]);
    }
    start = end;
  }
  const frame = (/** @type {number} */ index) =>
    (files[index] ? { name: names[index], file: files[index] } : { name: names[index] });
  return JSON.stringify({
    $schema: "https://www.speedscope.app/file-format-schema.json",
    exporter: "dtail-tools",
    name,
    shared: { frames: [...used.keys()].map(frame) },
    profiles: [{
      type: "sampled",
      name: model.type.kind,
      unit: UNITS.includes(model.type.unit) ? model.type.unit : "none",
      startValue: 0,
      endValue: weights.reduce((sum, weight) => sum + weight, 0),
      weights,
      samples,
    }],
  });
}
