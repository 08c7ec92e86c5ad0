// What can be downloaded.

import { isStandalone } from "../data/load.js";
import { reportQuery } from "../data/report.js";
import { folded } from "./folded.js";
import { png } from "./png.js";
import { speedscope } from "./speedscope.js";
import { save, saveFrom } from "./save.js";
import { LINE } from "../parts/menu.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("../parts/menu.js").Item} Item */

/** @param {App} app @returns {(Item | null)[]} */
export function downloads(app) {
  const name = fileName(app.header.title());
  return [...pictures(app, name), ...profiles(app), ...texts(app, name), ...page(name)];
}

/** @param {App} app @param {string} name @returns {(Item | null)[]} */
function pictures(app, name) {
  const view = app.view();
  const draw = view.svg?.bind(view);
  if (draw === undefined) return [];
  const title = `${name}_${view.name}`;
  return [
    { text: `${view.title} (.svg)`, act: () => save(`${title}.svg`, new Blob([draw()], { type: "image/svg+xml" })) },
    {
      text: `${view.title} (.png)`,
      act: () => void png(draw()).then((blob) => save(`${title}.png`, blob), (error) =>
        app.header.complain(String(error.message ?? error))),
    },
    LINE,
  ];
}

/** Profiles as they came, and what the filters leave of them. @param {App} app @returns {(Item | null)[]} */
function profiles(app) {
  const model = app.model();
  const { shown, base } = model.state;
  const used = model.dataset.sources.filter((_, index) => shown[index] || base[index]);
  const whole = used.map((source) => ({
    text: `${source.name} (.pb.gz)`,
    act: () => void source.file().then((blob) => save(`${fileName(source.name)}.pb.gz`, blob)),
  }));
  const query = reportQuery(model.state, model);
  const left = query === "" ? [] : [{
    text: "What the filters leave (.pb.gz)",
    act: () => saveFrom(`${fileName(app.header.title())}_filtered.pb.gz`, `filtered.pb.gz?${query}`),
  }];
  return [...whole, ...left, LINE];
}

/** @param {App} app @param {string} name @returns {Item[]} */
function texts(app, name) {
  const model = app.model();
  return [
    { text: "Folded stacks (.folded)", act: () => save(`${name}.folded`, new Blob([folded(model)])) },
    {
      text: "speedscope (.json)",
      act: () => save(`${name}.speedscope.json`, new Blob([speedscope(model, name)], { type: "application/json" })),
    },
  ];
}

/** @param {string} name @returns {Item[]} */
function page(name) {
  if (isStandalone()) return [];
  return [{ text: "This page with its profiles (.html)", act: () => saveFrom(`${name}.html`, "page.html") }];
}

/** A file name without what file systems object to. @param {string} title */
function fileName(title) {
  return title.replace(/\.(prof|pb\.gz|pprof)\b/g, "").replace(/[^\w.+-]+/g, "_") || "profile";
}
