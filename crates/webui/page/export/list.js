// What can be downloaded.

import { isStandalone } from "../data/load.js";
import { folded } from "./folded.js";
import { speedscope } from "./speedscope.js";
import { save, saveFrom } from "./save.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../parts/menu.js").Item} Item */

/** @param {App} app @returns {Item[]} */
export function downloads(app) {
  const model = app.model();
  const name = fileName(app.header.title());
  const text = (/** @type {string} */ content, type = "text/plain") => new Blob([content], { type });
  /** @type {Item[]} */
  const items = [
    { text: "Folded stacks (.folded)", act: () => save(`${name}.folded`, text(folded(model))) },
    {
      text: "speedscope (.json)",
      act: () => save(`${name}.speedscope.json`, text(speedscope(model, name), "application/json")),
    },
  ];
  if (!isStandalone()) {
    items.push({ text: "This page with its profiles (.html)", act: () => saveFrom(`${name}.html`, "page.html") });
  }
  return items;
}

/** A file name without what file systems object to. @param {string} title */
function fileName(title) {
  return title.replace(/\.(prof|pb\.gz|pprof)\b/g, "").replace(/[^\w.+-]+/g, "_") || "profile";
}
