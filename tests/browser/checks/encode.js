// Profiles in pprof's format, for checks that need one of a certain kind: plain protobuf.

/**
 * A call of a stack, as text: `main` is a function, `0x40a0` an address without a function, and
 * `outer>inner` a call with another inlined into it.
 * @typedef {string} Call
 */

/**
 * @typedef {object} MadeSample
 * @property {Call[]} stack root first
 * @property {number[]} values
 * @property {Record<string, string | [number | bigint, string]>} [labels] texts, or numbers with a unit
 */

/**
 * @typedef {object} Made
 * @property {[string, string][]} types kinds and units
 * @property {MadeSample[]} samples
 * @property {string} [defaultType]
 */

/** The program that addresses are of. */
const PROGRAM = "/opt/made/program";

/** @param {number | bigint} value @returns {number[]} */
function varint(value) {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return bytes;
}

/** @param {number} field @param {number | bigint} value */
const number = (field, value) => [...varint(field * 8), ...varint(value)];

/** @param {number} field @param {ArrayLike<number>} bytes */
const message = (field, bytes) => [...varint(field * 8 + 2), ...varint(bytes.length), ...Array.from(bytes)];

/** Numbers from 1 in the order in which keys are first asked for. */
class Ids {
  constructor() {
    /** @type {Map<string, number>} */
    this.ids = new Map();
  }

  /** @param {string} key */
  of(key) {
    const id = this.ids.get(key) ?? this.ids.size + 1;
    this.ids.set(key, id);
    return id;
  }

  keys() {
    return [...this.ids.keys()];
  }
}

/** @param {Made} made @returns {Buffer} */
export function encode({ types, samples, defaultType = "" }) {
  const [strings, functions, locations] = [new Ids(), new Ids(), new Ids()];
  const text = (/** @type {string} */ of) => (of === "" ? 0 : strings.of(of));
  const parts = types.map(([kind, unit]) => message(1, [...number(1, text(kind)), ...number(2, text(unit))]));
  for (const { stack, values, labels = {} } of samples) {
    const ids = stack.map((call) => locations.of(call)).reverse();
    const made = Object.entries(labels).map(([key, value]) => message(3, typeof value === "string"
      ? [...number(1, text(key)), ...number(2, text(value))]
      : [...number(1, text(key)), ...number(3, value[0]), ...number(4, text(value[1]))]));
    parts.push(message(2, [...message(1, ids.flatMap(varint)), ...message(2, values.flatMap(varint)), ...made.flat()]));
  }
  parts.push(message(3, [...number(1, 1), ...number(2, 0x1000), ...number(3, 0x100000), ...number(5, text(PROGRAM))]));
  locations.keys().forEach((call, index) => {
    const address = call.startsWith("0x") ? Number(call) : 0x2000 + index * 16;
    const lines = call.startsWith("0x") ? [] : call.split(">").reverse();
    parts.push(message(4, [...number(1, index + 1), ...number(2, 1), ...number(3, address),
      ...lines.flatMap((name) => message(4, [...number(1, functions.of(name)), ...number(2, 7)]))]));
  });
  functions.keys().forEach((name, index) => {
    parts.push(message(5, [...number(1, index + 1), ...number(2, text(name)), ...number(3, text(name)),
      ...number(4, text(`src/${index % 7}.rs`))]));
  });
  parts.push(number(14, text(defaultType)));
  const table = ["", ...strings.keys()].map((key) => message(6, Buffer.from(key)));
  return Buffer.concat([...parts, ...table].map((part) => Buffer.from(part)));
}
