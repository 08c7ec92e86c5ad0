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
 * The query under which the server makes a report of these profiles, the second list taken off the
 * first; empty where it cannot, since it does not have them.
 * @param {State} state
 * @param {Model} model
 * @param {boolean[]} [shown] for each source, whether it counts
 * @param {boolean[]} [base]
 */
export function reportQuery(state, model, shown = state.shown, base = state.base) {
  const sources = model.dataset.sources;
  const numbers = (/** @type {boolean[]} */ flags) => sources.flatMap((_, i) => (flags[i] ? [i] : []));
  const asked = [...numbers(shown), ...numbers(base)];
  if (numbers(shown).length === 0 || !asked.every((index) => sources[index].served)) return "";
  const query = new URLSearchParams({
    shown: numbers(shown).join(","),
    base: numbers(base).join(","),
    sample_index: model.type.kind,
    noinlines: String(!state.inlines),
  });
  for (const [name, option] of OPTIONS) {
    if (state[name] !== "") query.set(option, String(state[name]));
  }
  return query.toString();
}

/**
 * Where the table of the text report for one side of a state is; empty where no server can make it.
 * @param {State} state
 * @param {Model} model
 * @param {"shown" | "base"} side
 */
export function topAddress(state, model, side) {
  const query = reportQuery(state, model, state[side], []);
  return query === "" ? "" : `top.json?${query}`;
}

/**
 * The rows at an address of `topAddress`.
 * @param {string} address
 * @returns {Promise<ReportRow[]>} rejects when the server makes no such report
 */
export async function topRows(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(await response.text());
  /** @type {{ rows: ReportRow[] }} */
  const report = await response.json();
  return report.rows;
}
