// Tables that say in words and numbers what a picture shows.

import { element } from "./dom.js";

/**
 * @typedef {object} DataTable
 * @property {string} caption
 * @property {{ title: string, numeric?: boolean }[]} columns
 * @property {string[][]} rows
 */

/** @param {DataTable} table */
export function tableElement(table) {
  const head = element("tr", {}, ...table.columns.map((column) => {
    const cell = element("th", { scope: "col" }, column.title);
    if (column.numeric) cell.className = "number";
    return cell;
  }));
  const rows = table.rows.map((cells) => element("tr", {}, ...cells.map((text, index) => {
    const cell = element("td", {}, text);
    if (table.columns[index].numeric) cell.className = "number";
    return cell;
  })));
  return element("table", { className: "data" },
    element("caption", {}, table.caption),
    element("thead", {}, head),
    element("tbody", {}, ...rows));
}
