// What is said about one frame or box: its name and its numbers, in one profile or in two.

import { changeOf } from "../model/change.js";
import { percentage } from "../model/units.js";

/** @typedef {import("../model/model.js").Model} Model */

/**
 * @typedef {object} Subject
 * @property {string} name
 * @property {string} file
 * @property {number} cum
 * @property {number} flat
 * @property {number} baseCum
 * @property {number} baseFlat
 * @property {string} [note] such as `inlined`
 */

/**
 * The numbers of a subject, one line each: what it is, then the number.
 * @param {Model} model
 * @param {Subject} subject
 * @returns {[string, string][]}
 */
export function lines(model, subject) {
  const { total } = model.weights();
  if (!model.isDiff) {
    return [
      ["cum", `${model.format(subject.cum)} (${percentage(subject.cum, total)})`],
      ["flat", `${model.format(subject.flat)} (${percentage(subject.flat, total)})`],
    ];
  }
  return [
    ["cum", changeLine(model, subject.cum, subject.baseCum)],
    ["flat", changeLine(model, subject.flat, subject.baseFlat)],
  ];
}

/** @param {Model} model @param {number} value @param {number} base */
function changeLine(model, value, base) {
  const change = changeOf(model, value, base);
  const parts = [change.delta, change.pointsText, change.ratio].filter((part) => part !== "");
  return `${change.from} \u2192 ${change.to}: ${parts.join(", ")}`;
}

/** A box of a call tree as a subject. @param {Model} model @param {import("../model/tree.js").CallTree} tree @param {import("../model/tree.js").TreeNode} node @returns {Subject} */
export function ofNode(model, tree, node) {
  tree.children(node);
  const frames = model.frames();
  return {
    name: node.frame < 0 ? "all" : frames.names[node.frame],
    file: node.frame < 0 ? "" : frames.files[node.frame],
    cum: node.value,
    flat: node.flat,
    baseCum: node.base,
    baseFlat: node.baseFlat,
    note: node.inlined ? "inlined" : "",
  };
}

/** A frame, wherever it was called, as a subject. @param {Model} model @param {number} frame @returns {Subject} */
export function ofFrame(model, frame) {
  const frames = model.frames();
  const sums = model.sums();
  return {
    name: frames.names[frame],
    file: frames.files[frame],
    cum: sums.cum[frame],
    flat: sums.flat[frame],
    baseCum: sums.baseCum[frame],
    baseFlat: sums.baseFlat[frame],
  };
}
