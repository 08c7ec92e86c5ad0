// The menu of a frame: what can be done with the function it stands for.

import { familyOf } from "../model/names.js";
import { exactly, ofFamily } from "../model/pattern.js";
import { LINE, openMenu } from "./menu.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../state/state.js").State} State */

/**
 * @param {App} app
 * @param {number} frame
 * @param {{ x: number, y: number }} at
 */
export function frameMenu(app, frame, at) {
  const model = app.model();
  const name = model.frames().names[frame];
  const pattern = exactly(model.frames().functions[frame] || model.frames().files[frame] || name);
  const family = /::|\./.test(name) ? familyOf(name) : "";
  const filter = (/** @type {"focus" | "ignore" | "hide" | "showFrom"} */ key) => () =>
    app.set({ [key]: joined(app.state()[key], pattern, key) });
  openMenu(name, [
    { text: "Callers and callees", key: "4", act: () => app.set({ view: "sandwich", selected: name }) },
    { text: "Source", key: "6", act: () => app.set({ view: "source", selected: name }) },
    { text: "Find in the table", key: "2", act: () => app.set({ view: "table", selected: name, search: exactly(name) }) },
    LINE,
    { text: "Focus: only samples through it", act: filter("focus") },
    { text: "Ignore: no samples through it", act: filter("ignore") },
    { text: "Hide: leave the frame out", act: filter("hide") },
    ...(family === "" ? [] : [{ text: `Hide: all of ${family}`, act: () => app.set({ hide: joined(app.state().hide, ofFamily(family), "hide") }) }]),
    { text: "Show from: nothing above it", act: filter("showFrom") },
    LINE,
    { text: "Copy the name", act: () => void navigator.clipboard.writeText(name) },
  ], at);
}

/** Adds an expression to those of a filter; a focus is replaced. @param {string} old @param {string} pattern @param {string} key */
function joined(old, pattern, key) {
  return old === "" || key === "focus" || key === "showFrom" ? pattern : `${old}|${pattern}`;
}
