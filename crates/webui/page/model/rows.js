// Rows of the table of functions, and their order.

import { changeOf } from "./change.js";

/** @typedef {import("./model.js").Model} Model */

/**
 * @typedef {object} Row
 * @property {number} frame
 * @property {string} name
 * @property {number} flat
 * @property {number} cum
 * @property {number} baseFlat
 * @property {number} baseCum
 */

/**
 * The frames that have a value and that the search finds, if there is one, in order.
 * @param {Model} model
 * @param {string} sort a column's key, with `-` in front for the other direction
 * @returns {Row[]}
 */
export function rowsOf(model, sort) {
  const { flat, cum, baseFlat, baseCum } = model.sums();
  const names = model.frames().names;
  const found = model.found();
  /** @type {Row[]} */
  const rows = [];
  for (let frame = 0; frame < names.length; frame += 1) {
    const isEmpty = cum[frame] === 0 && baseCum[frame] === 0 && flat[frame] === 0 && baseFlat[frame] === 0;
    if (isEmpty || (found !== null && found.frames[frame] === 0)) continue;
    rows.push({
      frame, name: names[frame], flat: flat[frame], cum: cum[frame],
      baseFlat: baseFlat[frame], baseCum: baseCum[frame],
    });
  }
  return ordered(rows, sort);
}

/**
 * `rows` in order: numbers largest first, whatever their sign, names from the first letter on.
 * @param {Row[]} rows
 * @param {string} sort
 */
export function ordered(rows, sort) {
  const backwards = sort.startsWith("-");
  const key = backwards ? sort.slice(1) : sort;
  const size = SIZES[key] ?? SIZES.flat;
  const byName = (/** @type {Row} */ a, /** @type {Row} */ b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  const compare = key === "name"
    ? byName
    : (/** @type {Row} */ a, /** @type {Row} */ b) => size(b) - size(a) || byName(a, b);
  rows.sort(backwards ? (a, b) => compare(b, a) : compare);
  return rows;
}

/** @type {Record<string, (row: Row) => number>} */
const SIZES = {
  flat: (row) => Math.abs(row.flat - row.baseFlat),
  cum: (row) => Math.abs(row.cum - row.baseCum),
  before: (row) => Math.abs(row.baseCum),
  after: (row) => Math.abs(row.cum),
  ratio: (row) => (row.baseCum === 0 ? Infinity : Math.abs(Math.log(Math.max(row.cum, 0) / row.baseCum))),
};

/**
 * A column: its text in a row, and the length of its bar, from -1 to 1.
 * @typedef {object} RowColumn
 * @property {string} key by which rows are sorted; empty for a column that goes with the one before
 * @property {string} title
 * @property {(row: Row) => string} text
 * @property {(row: Row) => number} [bar]
 */

/** The columns of numbers. @param {Model} model @returns {RowColumn[]} */
export function columnsOf(model) {
  return model.isDiff ? diffColumns(model) : plainColumns(model);
}

/** @param {Model} model @returns {RowColumn[]} */
function plainColumns(model) {
  const { total } = model.weights();
  const part = (/** @type {number} */ value) => (total === 0 ? 0 : value / total);
  return [
    { key: "flat", title: "Flat", text: (row) => model.format(row.flat) },
    { key: "", title: "Flat %", text: (row) => model.share(row.flat), bar: (row) => part(row.flat) },
    { key: "cum", title: "Cum", text: (row) => model.format(row.cum) },
    { key: "", title: "Cum %", text: (row) => model.share(row.cum), bar: (row) => part(row.cum) },
  ];
}

/** @param {Model} model @returns {RowColumn[]} */
function diffColumns(model) {
  const flat = (/** @type {Row} */ row) => changeOf(model, row.flat, row.baseFlat);
  const cum = (/** @type {Row} */ row) => changeOf(model, row.cum, row.baseCum);
  return [
    { key: "flat", title: "Flat \u0394", text: (row) => flat(row).delta },
    { key: "", title: "Flat points", text: (row) => flat(row).pointsText, bar: (row) => flat(row).points / 100 },
    { key: "before", title: "Cum before", text: (row) => model.format(row.baseCum) },
    { key: "after", title: "Cum after", text: (row) => model.format(row.cum) },
    { key: "cum", title: "Cum \u0394", text: (row) => cum(row).delta },
    { key: "", title: "Cum points", text: (row) => cum(row).pointsText, bar: (row) => cum(row).points / 100 },
    { key: "ratio", title: "Ratio", text: (row) => cum(row).ratio },
  ];
}
