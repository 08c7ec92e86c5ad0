// The stacks as lines of text, for flame graph tools: frames from the root, semicolons between, then
// the value. The same lines that `pprof -folded` prints.

/** @typedef {import("../model/model.js").Model} Model */

/** @param {Model} model @returns {string} */
export function folded(model) {
  const { stacks, values } = difference(model);
  const names = model.frames().names.map((name) => name.replaceAll(";", ":").replace(/[\n\r]/g, " "));
  /** @type {Map<string, number>} */
  const sums = new Map();
  let start = 0;
  for (let stack = 0; stack < stacks.count; stack += 1) {
    const end = stacks.ends[stack];
    const line = Array.from(stacks.frames.subarray(start, end), (frame) => names[frame]).join(";");
    sums.set(line, (sums.get(line) ?? 0) + values[stack]);
    start = end;
  }
  const lines = [...sums].filter(([, value]) => value !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
  return lines.map(([line, value]) => `${line} ${value}\n`).join("");
}

/** The stacks, and what each weighs less what it weighed on the other side. @param {Model} model */
export function difference(model) {
  const stacks = model.stacks();
  const { value, base } = model.weights();
  return { stacks, values: value.map((v, stack) => v - base[stack]) };
}
