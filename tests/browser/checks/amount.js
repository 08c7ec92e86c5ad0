// Amounts as reports and the page write them. A report chooses one unit for all of its rows, the page
// one for each number.

const FACTORS = {
  B: 1, kB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, ns: 1, us: 1e3, ms: 1e6, s: 1e9, hrs: 3600e9, "": 1,
};

/** The number that a text such as `5.57MB` stands for; NaN for what is none. @param {string} text */
export function amount(text) {
  const found = /^(-?\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(text);
  const factor = found === null ? undefined : FACTORS[/** @type {keyof typeof FACTORS} */ (found[2])];
  return found === null || factor === undefined ? NaN : Number(found[1]) * factor;
}

/** Whether two texts stand for the same amount, as far as their digits go. @param {string} a @param {string} b */
export function isSame(a, b) {
  const [left, right] = [amount(a), amount(b)];
  return Math.abs(left - right) <= 0.006 * Math.max(Math.abs(left), Math.abs(right));
}
