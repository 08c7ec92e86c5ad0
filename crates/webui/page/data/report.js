// The numbers of the text reports, asked from the server that made the page.

/** @typedef {import("../state/state.js").State} State */
/** @typedef {import("../model/model.js").Model} Model */

/** @typedef {{ name: string, flat: number, cum: number }} ReportRow */

/** Options by the names of the command line. @type {[keyof State, string][]} */
const OPTIONS = [
  ["focus", "focus"], ["ignore", "ignore"], ["hide", "hide"], ["show", "show"],
  ["showFrom", "show_from"], ["tagFocus", "tagfocus"], ["tagIgnore", "tagignore"],
  ["granularity", "granularity"],
];

/**
 * Where the table of the text report for a state is; null where no server can make it.
 * @param {State} state
 * @param {Model} model
 * @returns {string | null}
 */
export function topAddress(state, model) {
  const sources = model.dataset.sources;
  const numbers = (/** @type {boolean[]} */ flags) => sources.flatMap((_, i) => (flags[i] ? [i] : []));
  const asked = [...numbers(state.shown), ...numbers(state.base)];
  const isServed = asked.length > 0 && asked.every((index) => sources[index].served);
  if (!isServed || state.normalized || numbers(state.shown).length === 0) return null;
  const query = new URLSearchParams({
    shown: numbers(state.shown).join(","),
    base: numbers(state.base).join(","),
    sample_index: model.type.kind,
    noinlines: String(!state.inlines),
  });
  for (const [name, option] of OPTIONS) {
    if (state[name] !== "") query.set(option, String(state[name]));
  }
  return `top.json?${query}`;
}

/**
 * The rows at an address of `topAddress`; null when there is no such report.
 * @param {string} address
 * @returns {Promise<ReportRow[] | null>}
 */
export async function topRows(address) {
  const response = await fetch(address);
  if (!response.ok) return null;
  /** @type {{ rows: ReportRow[] }} */
  const report = await response.json();
  return report.rows;
}
