// When samples were taken, where the profile says it: a numeric label such as `timestamp` or
// `end_timestamp_ns`, in the unit that it has, or in nanoseconds.

import { isNumber } from "./ranges.js";
import { scaled } from "./units.js";

/** @typedef {import("../data/dataset.js").Dataset} Dataset */
/** @typedef {import("./stacks.js").Stacks} Stacks */
/** @typedef {import("./weights.js").Weights} Weights */
/** @typedef {import("./functions.js").FrameSums} FrameSums */

const KEY = /^(end_)?(timestamp|time)(_ns|_nanos)?$/i;

/**
 * @typedef {object} Times
 * @property {Float64Array} at of each sample, in nanoseconds since the first; NaN where unknown
 * @property {number} length of all, in nanoseconds
 */

/**
 * @param {Dataset} dataset
 * @returns {Times | null} null when no two samples were taken at different times
 */
export function timesOf(dataset) {
  const { count, labelEnds, labelKeys, labelNumbers, labelUnits } = dataset.samples;
  const keys = new Set(dataset.strings.flatMap((text, id) => (KEY.test(text) ? [id] : [])));
  const at = new Float64Array(count).fill(NaN);
  let [first, last] = [Infinity, -Infinity];
  for (let sample = 0; sample < count; sample += 1) {
    for (let i = sample === 0 ? 0 : labelEnds[sample - 1]; i < labelEnds[sample]; i += 1) {
      if (!keys.has(labelKeys[i]) || !isNumber(dataset, i)) continue;
      const { value } = scaled(labelNumbers[i], dataset.strings[labelUnits[i]], "ns");
      at[sample] = value;
      first = Math.min(first, value);
      last = Math.max(last, value);
    }
  }
  if (!(last > first)) return null;
  for (let sample = 0; sample < count; sample += 1) at[sample] -= first;
  return { at, length: last - first };
}

/**
 * The part of the time that a state names: `0.5-2`, in seconds since the first sample.
 * @param {string} span empty for all
 * @returns {{ from: number, to: number } | null} in nanoseconds; null for all, and for what cannot be read
 */
export function spanOf(span) {
  const found = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(span);
  if (found === null) return null;
  const [from, to] = [Number(found[1]) * 1e9, Number(found[2]) * 1e9];
  return from < to ? { from, to } : null;
}

/**
 * Sums by frame and column of time.
 * @typedef {object} Heat
 * @property {number[]} frames one a row, heaviest first
 * @property {number} columns
 * @property {number} width of a column in nanoseconds
 * @property {Float64Array} cells row after row
 * @property {Float64Array} totals of all frames, by column
 * @property {number} largest cell
 */

/**
 * How much the heaviest frames spent themselves in each of `columns` parts of the time.
 * @param {Times} times
 * @param {Stacks} stacks
 * @param {Weights} weights
 * @param {FrameSums} sums
 * @param {{ rows: number, columns: number }} size
 * @returns {Heat}
 */
export function heatOf(times, stacks, weights, sums, { rows, columns }) {
  const frames = Array.from(sums.flat.keys()).filter((frame) => sums.flat[frame] !== 0)
    .sort((a, b) => Math.abs(sums.flat[b]) - Math.abs(sums.flat[a])).slice(0, rows);
  const rowOf = new Map(frames.map((frame, row) => [frame, row]));
  const width = times.length / columns;
  const cells = new Float64Array(frames.length * columns);
  const totals = new Float64Array(columns);
  for (let stack = 0; stack < stacks.count; stack += 1) {
    const at = times.at[stacks.samples[stack]];
    const end = stacks.ends[stack];
    if (Number.isNaN(at) || end === (stack === 0 ? 0 : stacks.ends[stack - 1])) continue;
    const column = Math.min(columns - 1, Math.floor(at / width));
    totals[column] += weights.value[stack];
    const row = rowOf.get(stacks.frames[end - 1]);
    if (row !== undefined) cells[row * columns + column] += weights.value[stack];
  }
  const largest = cells.reduce((most, cell) => Math.max(most, Math.abs(cell)), 0);
  return { frames, columns, width, cells, totals, largest };
}
