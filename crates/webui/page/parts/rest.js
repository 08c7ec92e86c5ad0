// What the line at the bottom says while nothing is pointed at: the numbers of the selected function, or
// what the colours mean, or what can be done here.

import { FrameColours, theme } from "../flame/colours.js";
import { heaviestFamilies } from "../model/families.js";
import { ofFrame } from "./describe.js";
import { element } from "./dom.js";
import { sentence } from "./status.js";

/** @typedef {import("../model/model.js").Model} Model */
/** @typedef {import("../views/view.js").View} View */

/** Families that are named. */
const NAMED = 9;

/** @type {FrameColours | null} */
let colours = null;

/** @param {Model} model @param {View} view @returns {Node[]} */
export function atRest(model, view) {
  const selected = model.frameNamed(model.state.selected);
  if (selected >= 0) return sentence(model, ofFrame(model, selected));
  if (view.isColoured && !model.isDiff) return families(model);
  return view.hint === undefined ? [] : [element("span", {}, view.hint)];
}

/** The colours of the heaviest families, and their flat values. @param {Model} model */
function families(model) {
  const frames = model.frames();
  if (colours?.frames !== frames || colours.theme !== theme()) colours = new FrameColours(frames, theme());
  const known = colours;
  return heaviestFamilies(known.families, model.sums().flat, NAMED).map(({ family, flat }) => {
    const key = element("i", { className: "key" });
    key.style.backgroundColor = known.familyColour(family);
    return element("span", { title: `flat ${model.format(flat)}` }, key, `${family} ${model.share(flat)}`);
  });
}
