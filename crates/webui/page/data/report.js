// What only the reports of the server say, and what they leave in a page without a server: the
// numbers of the text reports, and the call graph with its places.

import { isStandalone } from "./load.js";

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
 * first; empty where it cannot: it does not have them, and knows no times.
 * @param {State} state
 * @param {Model} model
 * @param {boolean[]} [shown] for each source, whether it counts
 * @param {boolean[]} [base]
 */
export function reportQuery(state, model, shown = state.shown, base = state.base) {
  const sources = model.dataset.sources;
  const numbers = (/** @type {boolean[]} */ flags) => sources.flatMap(({ number }, i) => (flags[i] ? [number] : []));
  const asked = [...numbers(shown), ...numbers(base)];
  if (numbers(shown).length === 0 || asked.some((number) => number < 0)) return "";
  if (state.span !== "") return "";
  const query = new URLSearchParams({
    shown: numbers(shown).join(","),
    base: numbers(base).join(","),
    sample_index: model.type.kind,
    noinlines: String(!state.inlines),
    relative_percentages: String(state.relative),
  });
  for (const [name, option] of OPTIONS) {
    if (state[name] !== "") query.set(option, String(state[name]));
  }
  return query.toString();
}

/** Why there is no report under a state. @param {State} state */
export function reasonForNone(state) {
  if (isStandalone()) {
    return "this page is a file, and it takes the server to read others: dtail-tools pprof -http=: FILE";
  }
  if (state.span !== "") return "the server knows no parts of the time";
  if (state.normalized) return "the server scales nothing";
  return "the server did not take the file that was dropped";
}

/**
 * Where the table of the text report for one side of a state is; empty where no server can make it:
 * reports know nothing of functions left out because they call their caller.
 * @param {State} state
 * @param {Model} model
 * @param {"shown" | "base"} side
 */
export function topAddress(state, model, side) {
  const query = state.collapsed === "all" ? "" : reportQuery(state, model, state[side], []);
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

/** Where the picture of the call graph is; empty where no server can make it. @param {State} state @param {Model} model */
export function graphAddress(state, model) {
  const query = state.normalized ? "" : reportQuery(state, model);
  return query === "" ? "" : `graph.svg?${query}`;
}

/** Where a page without a server has its graph of a sample type, by its position; empty for nowhere. @param {number} type */
export function embeddedAddress(type) {
  const id = `graph-${type}`;
  return document.getElementById(id) === null ? "" : `#${id}`;
}

/**
 * The picture at an address of `graphAddress` or `embeddedAddress`.
 * @param {string} address
 * @returns {Promise<Document>} rejects with why there is none
 */
export async function picture(address) {
  const text = address.startsWith("#")
    ? document.getElementById(address.slice(1))?.textContent ?? ""
    : await fetched(address);
  return new DOMParser().parseFromString(text, "image/svg+xml");
}

/** @param {string} address */
async function fetched(address) {
  const response = await fetch(address);
  const text = await response.text();
  if (!response.ok) throw new Error(text.trim());
  return text;
}

/**
 * A line of source code or an instruction, and what was spent in it.
 * @typedef {object} CodeLine
 * @property {string} place number of the line, or address
 * @property {number} flat
 * @property {number} cum
 * @property {string} text
 * @property {string} [from] where an instruction comes from
 */

/**
 * The code of a function in one file.
 * @typedef {object} Listing
 * @property {string} title
 * @property {string} problem why there is no code; empty where there is
 * @property {CodeLine[]} lines
 */

/**
 * The code of a function.
 * @param {State} state
 * @param {Model} model
 * @param {string} name of the function
 * @param {boolean} isMachine whether machine code is wanted
 * @returns {Promise<Listing[]>} rejects with why there is none
 */
export async function listings(state, model, name, isMachine) {
  const query = reportQuery({ ...state, granularity: isMachine ? "functions" : "lines" }, model);
  if (query === "") throw new Error(`There is no source code: ${reasonForNone(state)}`);
  const route = isMachine ? "code.json" : "source.json";
  const text = await fetched(`${route}?${query}&${new URLSearchParams({ function: name })}`);
  /** @type {{ rows: any[] }} */
  const { rows } = JSON.parse(text);
  return rows.map(isMachine ? codeListing : sourceListing);
}

/** @param {any} row @returns {Listing} */
function sourceListing(row) {
  return {
    title: row.file ?? row.function,
    problem: row.problem ?? (row.lines.length === 0 ? "the profile knows no line of it" : ""),
    lines: row.lines.map((/** @type {any} */ line) => ({ ...line, place: String(line.line), text: line.source })),
  };
}

/** @param {any} row @returns {Listing} */
function codeListing(row) {
  return {
    title: row.functions[0] ?? "",
    problem: "",
    lines: row.instructions.map((/** @type {any} */ line) =>
      ({ ...line, place: line.address, text: line.instruction, from: line.place ?? "" })),
  };
}
