// How a value changed from one side to the other: both values, points of the total, ratio.

import { pointsLabel, percentage, signed } from "./units.js";

/** @typedef {import("./model.js").Model} Model */

/**
 * @typedef {object} Change
 * @property {"new" | "gone" | "more" | "less" | "same"} kind
 * @property {string} from the old value with its share
 * @property {string} to the new value with its share
 * @property {string} delta with its sign
 * @property {number} points difference of the shares, in percent of the totals
 * @property {string} pointsText
 * @property {string} ratio `×1.50`, `new`, `gone`
 */

/**
 * @param {Model} model
 * @param {number} value
 * @param {number} base
 * @returns {Change}
 */
export function changeOf(model, value, base) {
  const { total, baseTotal } = model.weights();
  const share = (/** @type {number} */ part, /** @type {number} */ whole) =>
    whole === 0 ? 0 : (part / whole) * 100;
  const points = share(value, total) - share(base, baseTotal);
  const text = (/** @type {number} */ part, /** @type {number} */ whole) =>
    `${model.format(part)} (${percentage(part, whole)})`;
  return {
    kind: kindOf(value, base),
    from: text(base, baseTotal),
    to: text(value, total),
    delta: signed(value - base, model.type.unit),
    points,
    pointsText: pointsLabel(points),
    ratio: ratioOf(value, base),
  };
}

/** @param {number} value @param {number} base @returns {Change["kind"]} */
export function kindOf(value, base) {
  if (value === base) return "same";
  if (base === 0) return "new";
  if (value === 0) return "gone";
  return value > base ? "more" : "less";
}

/** @param {number} value @param {number} base */
function ratioOf(value, base) {
  if (base === 0) return value === 0 ? "" : "new";
  if (value === 0) return "gone";
  const ratio = value / base;
  return `\u00d7${ratio >= 100 ? ratio.toFixed(0) : ratio.toFixed(2)}`;
}

/**
 * How far a value moved, from -1 (gone) over 0 (same) to 1 (new): the difference in the larger.
 * @param {number} value
 * @param {number} base
 */
export function movement(value, base) {
  const larger = Math.max(Math.abs(value), Math.abs(base));
  return larger === 0 ? 0 : Math.max(-1, Math.min(1, (value - base) / larger));
}
