// Values as text, by the rules of the `report` crate, which are those of pprof.

/** @typedef {{ name: string, aliases: string[], factor: number }} Unit */

const KIB = 1024;

/** @type {{ units: Unit[], least: [string, number] }[]} */
const FAMILIES = [
  {
    units: [
      { name: "B", aliases: ["b", "byte"], factor: 1 },
      { name: "kB", aliases: ["kb", "kbyte", "kilobyte"], factor: KIB },
      { name: "MB", aliases: ["mb", "mbyte", "megabyte"], factor: KIB ** 2 },
      { name: "GB", aliases: ["gb", "gbyte", "gigabyte"], factor: KIB ** 3 },
      { name: "TB", aliases: ["tb", "tbyte", "terabyte"], factor: KIB ** 4 },
      { name: "PB", aliases: ["pb", "pbyte", "petabyte"], factor: KIB ** 5 },
    ],
    least: ["B", 1],
  },
  {
    units: [
      { name: "ns", aliases: ["ns", "nanosecond"], factor: 1 },
      { name: "us", aliases: ["μs", "us", "microsecond"], factor: 1e3 },
      { name: "ms", aliases: ["ms", "millisecond"], factor: 1e6 },
      { name: "s", aliases: ["s", "sec", "second"], factor: 1e9 },
      { name: "hrs", aliases: ["hour", "hr"], factor: 3600e9 },
    ],
    least: ["s", 1e9],
  },
  {
    units: ["n", "u", "m", "", "k", "M", "G", "T", "P"].map((prefix, index) => ({
      name: prefix === "" ? "GCU" : `${prefix}*GCU`,
      aliases: [`${["nano", "micro", "milli", "", "kilo", "mega", "giga", "tera", "peta"][index]}gcu`],
      factor: 1000 ** (index - 3),
    })),
    least: ["GCU", 1],
  },
];

/** Units that say no more than that something was counted. */
const COUNTS = ["", "count", "sample", "unit", "minimum", "auto"];

/** @param {Unit[]} units @param {string} word */
function find(units, word) {
  const lower = word.toLowerCase();
  const singular = lower.length > 2 && lower.endsWith("s") ? lower.slice(0, -1) : lower;
  return units.find((unit) => unit.aliases.includes(singular));
}

/**
 * `value` in the largest unit of which it holds at least one; 0 has no unit. A unit of no family stands
 * behind the number as it is.
 * @param {number} value
 * @param {string} unit
 */
export function label(value, unit) {
  for (const family of FAMILIES) {
    const from = find(family.units, unit);
    if (!from) continue;
    const base = Math.abs(value) * from.factor;
    const fitting = family.units.filter((u) => base / u.factor >= 1).pop();
    const [name, factor] = fitting ? [fitting.name, fitting.factor] : family.least;
    const text = decimals((Math.sign(value) * base) / factor);
    return text === "0" ? text : text + name;
  }
  return decimals(value) + (COUNTS.includes(unit) ? "" : unit);
}

/**
 * `value` of unit `from` in unit `to`. A target of another family becomes the family's own; a value of
 * no family keeps its number, and a target that counts things is no unit.
 * @param {number} value
 * @param {string} from
 * @param {string} to
 * @returns {{ value: number, unit: string }}
 */
export function scaled(value, from, to) {
  for (const family of FAMILIES) {
    const own = find(family.units, from);
    if (!own) continue;
    const target = find(family.units, to);
    const [unit, factor] = target ? [target.name, target.factor] : family.least;
    return { value: (value * own.factor) / factor, unit };
  }
  return { value, unit: COUNTS.includes(to) ? "" : to };
}

/** @param {number} value */
function decimals(value) {
  const text = value.toFixed(2).replace(/\.00$/, "");
  return text === "-0" ? "0" : text;
}

/** `label` with a sign in front of what is not negative. @param {number} value @param {string} unit */
export function signed(value, unit) {
  return value > 0 ? `+${label(value, unit)}` : label(value, unit).replace("-", "\u2212");
}

/**
 * The share of `value` in `total`, without its sign.
 * @param {number} value
 * @param {number} total
 */
export function percentage(value, total) {
  const ratio = total === 0 ? 0 : Math.abs(value / total) * 100;
  if (ratio >= 99.95 && ratio <= 100.05) return "100%";
  if (ratio >= 1) return `${ratio.toFixed(2)}%`;
  return `${significant(ratio)}%`;
}

/** Two significant digits, as C's `%.2g` has them. @param {number} value */
function significant(value) {
  if (value === 0) return "0";
  if (value >= 1e-4) return String(Number(value.toPrecision(2)));
  const [digits, exponent] = value.toExponential(1).split("e-");
  return `${digits.replace(".0", "")}e-${exponent.padStart(2, "0")}`;
}

/** Points of a share with their sign: `+3.1 pt`. @param {number} points */
export function pointsLabel(points) {
  const text = Math.abs(points) < 10 ? Math.abs(points).toFixed(2) : Math.abs(points).toFixed(1);
  if (Number(text) === 0) return "0 pt";
  return `${points < 0 ? "\u2212" : "+"}${text} pt`;
}
