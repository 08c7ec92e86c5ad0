// The stacks in the format of speedscope, inlined calls included, for the sample type that is shown.

import { difference } from "./folded.js";

/** @typedef {import("../model/model.js").Model} Model */

const UNITS = ["nanoseconds", "microseconds", "milliseconds", "seconds", "bytes"];

/** @param {Model} model @param {string} name @returns {string} */
export function speedscope(model, name) {
  const frames = model.frames();
  const { stacks, values } = difference(model);
  /** @type {number[][]} */
  const samples = [];
  /** @type {number[]} */
  const weights = [];
  let start = 0;
  for (let stack = 0; stack < stacks.count; stack += 1) {
    const end = stacks.ends[stack];
    // A picture of widths shows no negative values.
    if (values[stack] > 0) {
      samples.push(Array.from(stacks.frames.subarray(start, end)));
      weights.push(values[stack]);
    }
    start = end;
  }
  return JSON.stringify({
    $schema: "https://www.speedscope.app/file-format-schema.json",
    exporter: "dtail-tools",
    name,
    shared: {
      frames: frames.names.map((frame, index) =>
        (frames.files[index] ? { name: frame, file: frames.files[index] } : { name: frame })),
    },
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
