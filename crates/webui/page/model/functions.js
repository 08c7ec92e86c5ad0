// Flat and cumulative values of every frame, counted as the text reports do: once a sample, however
// often its stack passes through the frame.

/** @typedef {import("./stacks.js").Stacks} Stacks */
/** @typedef {import("./weights.js").Weights} Weights */

/**
 * One entry a frame.
 * @typedef {object} FrameSums
 * @property {Float64Array} flat
 * @property {Float64Array} cum
 * @property {Float64Array} baseFlat
 * @property {Float64Array} baseCum
 */

/**
 * @param {Stacks} stacks
 * @param {Weights} weights
 * @param {number} count of frames
 * @returns {FrameSums}
 */
export function sumsOf(stacks, weights, count) {
  const flat = new Float64Array(count);
  const cum = new Float64Array(count);
  const baseFlat = new Float64Array(count);
  const baseCum = new Float64Array(count);
  const seen = new Int32Array(count).fill(-1);
  const { frames, ends } = stacks;
  let at = 0;
  for (let stack = 0; stack < stacks.count; stack += 1) {
    const end = ends[stack];
    const value = weights.value[stack];
    const base = weights.base[stack];
    if (value === 0 && base === 0) {
      at = end;
      continue;
    }
    if (at < end) {
      flat[frames[end - 1]] += value;
      baseFlat[frames[end - 1]] += base;
    }
    for (; at < end; at += 1) {
      const frame = frames[at];
      if (seen[frame] === stack) continue;
      seen[frame] = stack;
      cum[frame] += value;
      baseCum[frame] += base;
    }
  }
  return { flat, cum, baseFlat, baseCum };
}
