// Calls between frames: who calls one, what one calls. An edge counts a sample once, and a frame
// that calls itself is no edge, so the numbers are those of `peek`.

/** @typedef {import("./stacks.js").Stacks} Stacks */
/** @typedef {import("./weights.js").Weights} Weights */

/** @typedef {{ frame: number, value: number, base: number }} Neighbour */

/**
 * The callers and the callees of one frame, heaviest first.
 * @param {Stacks} stacks
 * @param {Weights} weights
 * @param {number} pivot
 * @param {string[]} names of frames, which settle ties
 * @returns {{ callers: Neighbour[], callees: Neighbour[] }}
 */
export function neighbours(stacks, weights, pivot, names) {
  const callers = new Sums();
  const callees = new Sums();
  const { frames, ends } = stacks;
  let start = 0;
  for (let stack = 0; stack < stacks.count; stack += 1) {
    const end = ends[stack];
    for (let i = start; i + 1 < end; i += 1) {
      if (frames[i] === frames[i + 1]) continue;
      if (frames[i] === pivot) callees.add(frames[i + 1], stack, weights);
      if (frames[i + 1] === pivot) callers.add(frames[i], stack, weights);
    }
    start = end;
  }
  return { callers: callers.sorted(names), callees: callees.sorted(names) };
}

/** Sums by frame, to which each stack adds once. */
class Sums {
  constructor() {
    /** @type {Map<number, Neighbour & { stack: number }>} */
    this.sums = new Map();
  }

  /** @param {number} frame @param {number} stack @param {Weights} weights */
  add(frame, stack, weights) {
    let sum = this.sums.get(frame);
    if (sum === undefined) {
      sum = { frame, value: 0, base: 0, stack: -1 };
      this.sums.set(frame, sum);
    }
    if (sum.stack === stack) return;
    sum.stack = stack;
    sum.value += weights.value[stack];
    sum.base += weights.base[stack];
  }

  /** @param {string[]} names @returns {Neighbour[]} */
  sorted(names) {
    const size = (/** @type {Neighbour} */ n) => Math.abs(n.value) + Math.abs(n.base);
    return [...this.sums.values()]
      .filter((sum) => size(sum) > 0)
      .sort((a, b) => size(b) - size(a) || (names[a.frame] < names[b.frame] ? -1 : 1));
  }
}
