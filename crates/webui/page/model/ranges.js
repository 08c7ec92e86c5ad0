// Ranges of numeric labels: `32kb`, `:64kb`, `4mb:`, `12kb:64mb`, with the rules of the text reports.

import { scaled } from "./units.js";

/** @typedef {import("../data/dataset.js").Dataset} Dataset */

/**
 * Numbers between two bounds, both included, in a unit.
 * @typedef {object} Range
 * @property {number} low
 * @property {number} high
 * @property {string} unit
 */

/**
 * @param {string} text
 * @returns {Range | null} null where it is none, and so may be an expression
 */
export function rangeOf(text) {
  const parts = text.split(":");
  if (parts.length > 2) return null;
  const [from, to] = parts;
  const low = bound(from, null);
  if (to === undefined) return low && { low: low.value, high: low.value, unit: low.unit };
  if (from !== "" && low === null) return null;
  const high = bound(to, low === null ? null : low.unit);
  if (to === "") return low && { low: low.value, high: Infinity, unit: low.unit };
  if (high === null) return null;
  if (low === null) return { low: -Infinity, high: high.value, unit: high.unit };
  return low.unit === high.unit ? { low: low.value, high: high.value, unit: low.unit } : null;
}

/** A number with or without a unit, in unit `to` or else in its own. @param {string} text @param {string | null} to */
function bound(text, to) {
  const found = /^([+-]?\d+)([a-zA-Z]*)$/.exec(text);
  if (found === null || !Number.isSafeInteger(Number(found[1]))) return null;
  return scaled(Number(found[1]), found[2], to ?? found[2]);
}

/** Whether a number lies within. @param {Range} range @param {number} value @param {string} unit */
export function contains(range, value, unit) {
  const own = scaled(value, unit, range.unit);
  return own.unit === range.unit && own.value >= range.low && own.value <= range.high;
}

/** Whether a label is a number; one without text, number and unit is nothing at all. @param {Dataset} dataset @param {number} label */
export function isNumber({ samples, strings }, label) {
  return strings[samples.labelTexts[label]] === ""
    && (samples.labelNumbers[label] !== 0 || strings[samples.labelUnits[label]] !== "");
}

/**
 * The unit in which each numeric label counts, by the string of its key: the first that a sample
 * gives it, or one guessed from the key.
 * @param {Dataset} dataset
 * @returns {Map<number, string>}
 */
export function labelUnits(dataset) {
  const { samples: { labelKeys, labelUnits: given }, strings } = dataset;
  /** @type {Map<number, string>} */
  const units = new Map();
  for (let i = 0; i < labelKeys.length; i += 1) {
    if (isNumber(dataset, i) && !units.get(labelKeys[i])) units.set(labelKeys[i], strings[given[i]]);
  }
  for (const [key, unit] of units) if (unit === "") units.set(key, guess(strings[key]));
  return units;
}

/** The unit of a label that never says it. @param {string} key */
function guess(key) {
  return key === "alignment" || key === "request" ? "bytes" : key;
}
