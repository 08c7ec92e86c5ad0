// What the colours of a comparison mean.

import { button, element } from "./dom.js";
import { changeColour, theme } from "../flame/colours.js";

/** @typedef {import("../app.js").App} App */

/** Examples along the scale: value, base. @type {[string, number, number][]} */
const EXAMPLES = [
  ["gone", 0, 1], ["", 1, 4], ["half", 1, 2], ["", 3, 4], ["same", 1, 1], ["", 4, 3], ["double", 2, 1],
  ["", 4, 1], ["new", 1, 0],
];

/** @param {HTMLElement} root @param {App} app */
export function fillLegend(root, app) {
  const model = app.model();
  root.hidden = !model.isDiff;
  if (!model.isDiff) {
    root.replaceChildren();
    return;
  }
  const name = theme();
  const swatches = EXAMPLES.map(([text, value, base]) => {
    const swatch = element("span", { className: `swatch ${text}` }, element("span", {}, text));
    swatch.style.backgroundColor = changeColour(value, base, name);
    return swatch;
  });
  const swap = button("Swap sides", () => app.header.swap(), { className: "plain" });
  swap.append(element("kbd", { ariaHidden: "true" }, "x"));
  const words = { both: "width: before and after together", value: "width: after", base: "width: before" };
  const width = app.view().isColoured ? [element("span", { className: "hint" }, words[model.state.widths])] : [];
  root.replaceChildren(element("span", { className: "scale" }, ...swatches), ...width, swap);
}
