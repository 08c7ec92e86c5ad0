// Amounts as reports and the page write them. A report chooses one unit for all of its rows, the page
// one for each number.

const FACTORS = {
  B: 1, kB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, ns: 1, us: 1e3, ms: 1e6, s: 1e9, hrs: 3600e9,
};

/** Reports and the page write two digits behind the point, or as many noughts as they leave out. */
const HALF_A_DIGIT = 0.005;

/**
 * The number that a text such as `5.57MB` stands for, and how far off it may be; null for what is none.
 * A unit of no family counts for itself.
 * @param {string} text
 */
export function amount(text) {
  const found = /^(-?\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(text);
  if (found === null) return null;
  const factor = FACTORS[/** @type {keyof typeof FACTORS} */ (found[2])] ?? 1;
  return { value: Number(found[1]) * factor, off: HALF_A_DIGIT * factor };
}

/** Whether two texts stand for the same amount, as far as their digits go. @param {string} a @param {string} b */
export function isSame(a, b) {
  const [left, right] = [amount(a), amount(b)];
  return left !== null && right !== null && Math.abs(left.value - right.value) <= (left.off + right.off) * 1.001;
}
