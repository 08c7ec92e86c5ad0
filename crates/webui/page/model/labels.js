// Labels of samples: the keys there are, what each value of a key sums up to, and the values as
// frames at the root of stacks.

import { exactly } from "./pattern.js";
import { labelUnits, rangeOf } from "./ranges.js";
import { label as amount } from "./units.js";

/** @typedef {import("../data/dataset.js").Dataset} Dataset */
/** @typedef {import("./frames.js").Frames} Frames */
/** @typedef {import("./stacks.js").Stacks} Stacks */
/** @typedef {import("./weights.js").Weights} Weights */

/** Stands for samples without the label. */
export const NONE = "none";

/**
 * What samples with one value of a label sum up to.
 * @typedef {object} LabelSum
 * @property {string} text the value; `NONE` where the label is missing
 * @property {string} filter what stands for it behind `key=` in a filter; empty where nothing does
 * @property {number} value
 * @property {number} base
 */

/** The keys of all labels, in order. @param {Dataset} dataset @returns {string[]} */
export function labelKeys(dataset) {
  const { labelKeys: keys, labelTexts, labelNumbers } = dataset.samples;
  /** @type {Set<number>} */
  const used = new Set();
  for (let i = 0; i < keys.length; i += 1) if (labelTexts[i] !== 0 || labelNumbers[i] !== 0) used.add(keys[i]);
  return [...used].map((key) => dataset.strings[key]).sort();
}

/** The values of one key. @param {Dataset} dataset @param {string} key */
function reader(dataset, key) {
  const { labelEnds, labelKeys: keys, labelTexts, labelNumbers, labelUnits: given } = dataset.samples;
  const id = dataset.strings.indexOf(key);
  const unit = labelUnits(dataset).get(id) ?? "";
  /** The values of a sample, joined by commas; null for none. @param {number} sample */
  return (sample) => {
    let [text, filter, count] = ["", "", 0];
    for (let i = sample === 0 ? 0 : labelEnds[sample - 1]; i < labelEnds[sample]; i += 1) {
      if (keys[i] !== id) continue;
      const isText = labelTexts[i] !== 0;
      const one = isText ? dataset.strings[labelTexts[i]] : amount(labelNumbers[i], dataset.strings[given[i]]);
      filter = count > 0 ? "" : isText ? exactText(one) : exactNumber(labelNumbers[i], unit);
      text = count === 0 ? one : `${text},${one}`;
      count += 1;
    }
    return count === 0 ? null : { text, filter };
  };
}

/** A comma would end the expression and begin another. @param {string} text */
function exactText(text) {
  return exactly(text).replaceAll(",", "\\x2c");
}

/** @param {number} number @param {string} unit */
function exactNumber(number, unit) {
  const text = `${number}${unit}`;
  return rangeOf(text) === null ? "" : text;
}

/**
 * The sums by value of a key, largest first.
 * @param {Dataset} dataset
 * @param {Stacks} stacks
 * @param {Weights} weights
 * @param {string} key
 * @returns {LabelSum[]}
 */
export function labelSums(dataset, stacks, weights, key) {
  const read = reader(dataset, key);
  /** @type {Map<string, LabelSum>} */
  const sums = new Map();
  for (let stack = 0; stack < stacks.count; stack += 1) {
    const found = read(stacks.samples[stack]);
    const { text, filter } = found ?? { text: NONE, filter: "" };
    const id = found === null ? "" : `=${text}`;
    let sum = sums.get(id);
    if (sum === undefined) {
      sum = { text, filter, value: 0, base: 0 };
      sums.set(id, sum);
    }
    // Numbers that read alike once they are rounded have no filter in common.
    if (sum.filter !== filter) sum.filter = "";
    sum.value += weights.value[stack];
    sum.base += weights.base[stack];
  }
  const size = (/** @type {LabelSum} */ sum) => Math.abs(sum.value) + Math.abs(sum.base);
  return [...sums.values()].filter((sum) => size(sum) > 0)
    .sort((a, b) => size(b) - size(a) || (a.text < b.text ? -1 : 1));
}

/**
 * `frames` with one more for each value of `key`, and the one of each sample.
 * @param {Dataset} dataset
 * @param {Frames} frames
 * @param {string} key
 * @returns {{ frames: Frames, ofSample: Uint32Array }}
 */
export function withLabelFrames(dataset, frames, key) {
  const read = reader(dataset, key);
  const grown = {
    ...frames, names: [...frames.names], files: [...frames.files], functions: [...frames.functions],
  };
  /** @type {Map<string, number>} */
  const ids = new Map();
  const ofSample = new Uint32Array(dataset.samples.count);
  for (let sample = 0; sample < ofSample.length; sample += 1) {
    const name = `${key}: ${read(sample)?.text ?? NONE}`;
    let id = ids.get(name);
    if (id === undefined) {
      id = grown.count;
      ids.set(name, id);
      grown.names.push(name);
      grown.files.push("");
      grown.functions.push("");
      grown.count += 1;
    }
    ofSample[sample] = id;
  }
  return { frames: grown, ofSample };
}

/**
 * Stacks that begin with the frame of their label.
 * @param {Stacks} stacks
 * @param {Uint32Array} ofSample
 * @returns {Stacks}
 */
export function rootedIn(stacks, ofSample) {
  const { count, samples } = stacks;
  const frames = new Uint32Array(stacks.frames.length + count);
  const inlined = new Uint8Array(frames.length);
  const ends = new Uint32Array(count);
  let [from, to] = [0, 0];
  for (let stack = 0; stack < count; stack += 1) {
    const end = stacks.ends[stack];
    frames[to] = ofSample[samples[stack]];
    frames.set(stacks.frames.subarray(from, end), to + 1);
    inlined.set(stacks.inlined.subarray(from, end), to + 1);
    to += end - from + 1;
    ends[stack] = to;
    from = end;
  }
  return { count, ends, frames, inlined, samples };
}
