// What each stack weighs: its value on the side that is looked at, and on the side it is compared
// with. Totals are those that percentages refer to.

/** @typedef {import("../data/dataset.js").Dataset} Dataset */
/** @typedef {import("./stacks.js").Stacks} Stacks */

/**
 * @typedef {object} Weights
 * @property {Float64Array} value of each stack
 * @property {Float64Array} base of each stack on the other side; zeros without one
 * @property {number} total of the values, without signs
 * @property {number} baseTotal
 */

/**
 * Who counts, and how.
 * @typedef {object} Sides
 * @property {boolean[]} shown for each source, whether it counts
 * @property {boolean[]} base for each source, whether it counts on the other side
 * @property {boolean} relative whether totals are of what the filters leave, rather than of everything
 * @property {boolean} normalized whether the other side is scaled to the same total
 */

/**
 * @param {Dataset} dataset
 * @param {Stacks} stacks
 * @param {number} type the sample type
 * @param {Sides} sides
 * @returns {Weights}
 */
export function weightsOf(dataset, stacks, type, { shown, base, relative, normalized }) {
  const column = dataset.samples.values[type];
  const weights = {
    value: new Float64Array(stacks.count),
    base: new Float64Array(stacks.count),
    total: 0,
    baseTotal: 0,
  };
  const count = (/** @type {number} */ sample) => {
    const origin = dataset.origin[sample];
    const value = Math.abs(column[sample]);
    if (shown[origin]) weights.total += value;
    if (base[origin]) weights.baseTotal += value;
  };
  for (let stack = 0; stack < stacks.count; stack += 1) {
    const sample = stacks.samples[stack];
    const origin = dataset.origin[sample];
    if (shown[origin]) weights.value[stack] = column[sample];
    if (base[origin]) weights.base[stack] = column[sample];
    if (relative) count(sample);
  }
  if (!relative) for (let sample = 0; sample < column.length; sample += 1) count(sample);
  if (normalized && weights.baseTotal > 0) scaleBase(weights);
  return weights;
}

/** Scales the other side to the total of this one. @param {Weights} weights */
function scaleBase(weights) {
  const ratio = weights.total / weights.baseTotal;
  for (let i = 0; i < weights.base.length; i += 1) weights.base[i] *= ratio;
  weights.baseTotal = weights.total;
}
