// The keys of the page. Those of a picture or a table are theirs, and come first.

import { closeMenu } from "./menu.js";
import { showHelp } from "./help.js";

/** @typedef {import("../app.js").App} App */

/**
 * @typedef {object} Binding
 * @property {string} keys as the help shows them
 * @property {string} text
 */

/** What the help says beside the keys of the views. @type {Binding[]} */
export const BINDINGS = [
  { keys: "/", text: "search, by regular expression" },
  { keys: "Esc", text: "close, or zoom out, or clear the search" },
  { keys: "u, Ctrl+Z", text: "undo" },
  { keys: "U, Ctrl+Y", text: "do again" },
  { keys: "f", text: "filters" },
  { keys: "s", text: "next sample type" },
  { keys: "r", text: "collapse recursion: direct, indirect, none" },
  { keys: "o", text: "flames up or down" },
  { keys: "x", text: "swap the sides of a comparison" },
  { keys: "t", text: "what is shown, as a table" },
  { keys: "d", text: "download" },
  { keys: "?", text: "this help" },
  { keys: "Arrows", text: "walk from box to box, from row to row" },
  { keys: "Enter", text: "zoom into the box" },
  { keys: "+, -, 0", text: "zoom in and out, show all; also the wheel with Ctrl" },
  { keys: "Shift+Arrows", text: "move the picture; also by dragging" },
  { keys: "n, N", text: "next box that the search finds, and the one before" },
  { keys: "Space", text: "select the box" },
  { keys: "Shift+F10", text: "menu of the box" },
];

/** @param {App} app */
export function listenForKeys(app) {
  addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement
      || event.target instanceof HTMLTextAreaElement;
    if (event.key === "Escape") {
      escape(app);
      return;
    }
    if (typing || document.querySelector("dialog[open]") !== null) return;
    const act = event.ctrlKey || event.metaKey ? withControl(app, event) : plain(app, event);
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
}

/** @param {App} app @param {KeyboardEvent} event @returns {(() => void) | undefined} */
function withControl(app, event) {
  const key = event.key.toLowerCase();
  if (key === "z" && !event.shiftKey) return () => app.store.undo();
  if (key === "y" || (key === "z" && event.shiftKey)) return () => app.store.redo();
  if (key === "f") return () => app.header.focusSearch();
  return undefined;
}

/** @param {App} app @param {KeyboardEvent} event @returns {(() => void) | undefined} */
function plain(app, event) {
  const state = app.state();
  const view = app.views().find((v) => v.key === event.key);
  if (view) {
    return () => {
      app.set({ view: view.name });
      app.focusView();
    };
  }
  /** @type {Record<string, () => void>} */
  const acts = {
    "/": () => app.header.focusSearch(),
    u: () => app.store.undo(),
    U: () => app.store.redo(),
    f: () => app.header.openFilters(),
    s: () => app.header.nextType(),
    r: () => app.header.nextCollapse(),
    o: () => app.set({ upward: !state.upward }),
    x: () => app.header.swap(),
    t: () => app.showTable(),
    d: () => app.header.openDownloads(),
    "?": () => showHelp(app),
  };
  return acts[event.key];
}

/** Leaves what is in the way, one thing at a time. @param {App} app */
function escape(app) {
  const state = app.state();
  if (closeMenu()) return;
  if (state.zoom !== "") app.set({ zoom: "" });
  else if (state.search !== "") app.set({ search: "" });
  else if (state.selected !== "") app.set({ selected: "" });
}
