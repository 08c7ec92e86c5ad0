// Which profiles are shown, and which they are compared with.

import { button, element } from "./dom.js";
import { openDialog } from "./as_table.js";
import { isStandalone } from "../data/load.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state/state.js").State} State */

/** Where dropped files go. */
const PLACE = isStandalone() ? "They stay in the page." : "They go to the server of this page, and nowhere else.";

/** The sides the other way round; nothing without a comparison. @param {State} state @returns {Partial<State>} */
export function swapped(state) {
  return state.base.includes(true) ? { shown: state.base, base: state.shown } : {};
}

/** @param {App} app */
export function openSides(app) {
  const { sources } = app.model().dataset;
  const state = app.model().state;
  const box = (/** @type {string} */ label, /** @type {boolean} */ checked) =>
    element("input", { type: "checkbox", checked, ariaLabel: label });
  const rows = sources.map((source, index) => ({
    name: source.name,
    base: box(`compare with ${source.name}`, state.base[index]),
    shown: box(`show ${source.name}`, state.shown[index]),
  }));
  const body = rows.map((row) => element("tr", {}, element("td", { className: "check" }, row.base),
    element("td", { className: "check" }, row.shown), element("td", {}, row.name)));
  const table = element("table", { className: "sides" },
    element("thead", {}, element("tr", {}, ...["Before", "Shown", "Profile"].map((t) =>
      element("th", { scope: "col" }, t)))),
    element("tbody", {}, ...body));
  const choose = element("input", { type: "file", multiple: true, id: "choose-files" });
  const file = element("label", { className: "file-choice" }, "Add files ", choose);
  const apply = button("Apply", () => {
    const shown = rows.map((row) => row.shown.checked);
    if (!shown.includes(true)) return;
    dialog.close();
    app.set({ shown, base: rows.map((row) => row.base.checked) });
  }, { className: "primary" });
  const swap = button("Swap sides", () => {
    for (const row of rows) [row.base.checked, row.shown.checked] = [row.shown.checked, row.base.checked];
  }, { className: "plain" });
  const hint = element("p", { className: "hint" },
    "Profiles of one side are added up. With a tick under Before the two sides are compared. " +
    `Files can also be dropped onto the page. ${PLACE}`);
  const dialog = openDialog("Profiles", element("div", { className: "sides-form" }, hint,
    element("div", { className: "dialog-scroll" }, table), file,
    element("div", { className: "actions" }, swap, apply)));
  choose.addEventListener("change", () => {
    dialog.close();
    void app.addFiles([...(choose.files ?? [])]);
  });
}
