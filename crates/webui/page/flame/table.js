// A call tree as a table: the boxes that matter, depth first.

import { changeOf } from "../model/change.js";
import { percentage } from "../model/units.js";

/** @typedef {import("../model/model.js").Model} Model */
/** @typedef {import("../model/tree.js").CallTree} CallTree */
/** @typedef {import("../model/tree.js").TreeNode} TreeNode */
/** @typedef {import("../parts/datatable.js").DataTable} DataTable */

/** Boxes with less than this share of the zoomed one are left out. */
const LEAST = 0.005;
/** Rows at most. */
const ROWS = 400;

/**
 * @param {Model} model
 * @param {CallTree} tree
 * @param {TreeNode} from
 * @param {string} title
 * @returns {DataTable}
 */
export function treeTable(model, tree, from, title) {
  /** @type {TreeNode[]} */
  const nodes = [];
  const open = [from];
  while (open.length > 0 && nodes.length < ROWS) {
    const node = /** @type {TreeNode} */ (open.pop());
    nodes.push(node);
    const children = tree.children(node).filter((child) => child.width >= from.width * LEAST);
    open.push(...children.reverse());
  }
  const names = model.frames().names;
  const rows = nodes.map((node) => [
    String(node.depth),
    node.frame < 0 ? "all" : names[node.frame],
    ...numbers(model, node),
  ]);
  return {
    caption: `${title}: frames with at least ${LEAST * 100} % of ${rows[0][1]}`,
    columns: [{ title: "Depth", numeric: true }, { title: "Function" }, ...numberColumns(model)],
    rows,
  };
}

/** @param {Model} model */
function numberColumns(model) {
  const titles = model.isDiff
    ? ["Before", "After", "Change", "Points", "Ratio"]
    : ["Cum", "Cum %", "Flat", "Flat %"];
  return titles.map((title) => ({ title, numeric: true }));
}

/** @param {Model} model @param {TreeNode} node */
function numbers(model, node) {
  if (model.isDiff) {
    const change = changeOf(model, node.value, node.base);
    return [change.from, change.to, change.delta, change.pointsText, change.ratio];
  }
  const { total } = model.weights();
  return [
    model.format(node.value), percentage(node.value, total),
    model.format(node.flat), percentage(node.flat, total),
  ];
}
