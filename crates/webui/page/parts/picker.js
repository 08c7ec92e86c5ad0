// A list of functions to choose from, the heaviest first.

import { changeOf } from "../model/change.js";
import { button, element, endOf } from "./dom.js";

/** @typedef {import("../model/model.js").Model} Model */

/** Functions offered. */
const OFFERED = 300;
const BASES = /** @type {const} */ ({ flat: "baseFlat", cum: "baseCum" });

/**
 * Fills `list`; the selected function is marked, or the first that suits where none is.
 * @param {HTMLElement} list
 * @param {Model} model
 * @param {"flat" | "cum"} order what the heaviest have most of
 * @param {string} selected name of a frame; may be none of these
 * @param {(name: string) => void} choose
 * @param {(frame: number) => boolean} [suits] whether a function may be marked although none is selected
 * @returns {string} the name of the function that is marked; empty when there is none
 */
export function functionPicker(list, model, order, selected, choose, suits = () => true) {
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", `Functions by ${order}`);
  const { [order]: values, [BASES[order]]: bases } = model.sums();
  const offered = heaviest(values, bases);
  const named = model.frameNamed(selected);
  const marked = named >= 0 ? named : offered.find(suits) ?? offered[0] ?? -1;
  const names = model.frames().names;
  list.replaceChildren(...offered.map((frame) => {
    const row = button("", () => choose(names[frame]), { className: "pick-row", title: names[frame] });
    row.setAttribute("aria-pressed", String(frame === marked));
    const number = model.isDiff ? changeOf(model, values[frame], bases[frame]).pointsText : model.share(values[frame]);
    row.append(element("span", { className: "number" }, number), endOf(names[frame]));
    return row;
  }));
  return names[marked] ?? "";
}

/** The frames with the largest values on either side. @param {Float64Array} values @param {Float64Array} bases */
function heaviest(values, bases) {
  const size = (/** @type {number} */ frame) => Math.abs(values[frame]) + Math.abs(bases[frame]);
  return Array.from(values.keys()).filter((frame) => size(frame) > 0)
    .sort((a, b) => size(b) - size(a)).slice(0, OFFERED);
}
