// The filters in force, each with a way out.

import { button, element } from "./dom.js";

/** @typedef {import("../app.js").App} App */

/** Filters by the words of the page. */
export const FILTERS = /** @type {const} */ ([
  ["focus", "focus", "only samples through a matching function"],
  ["ignore", "ignore", "no samples through a matching function"],
  ["hide", "hide", "matching frames left out"],
  ["show", "show", "only matching frames"],
  ["showFrom", "show from", "nothing above the outermost match"],
  ["tagFocus", "label", "only samples with a matching label: key=regex, or key=1kb:64kb for numbers"],
  ["tagIgnore", "not label", "no samples with a matching label"],
]);

/** @param {App} app @returns {HTMLElement[]} */
export function chips(app) {
  const state = app.state();
  const used = app.model().state;
  const filters = FILTERS.filter(([key]) => state[key] !== "").map(([key, word]) => {
    const isUsed = used[key] !== "";
    const text = isUsed ? state[key] : `${state[key]} cannot be read`;
    return chip(word, text, isUsed, () => app.set({ [key]: "" }));
  });
  const { collapsed } = app.model().state;
  const switches = collapsed === "" ? [] : [chip("recursion", collapsed === "all" ? "collapsed, through others too" : "collapsed",
    true, () => app.set({ collapsed: "" }))];
  const { groupBy, span } = app.model().state;
  const times = span === "" ? [] : [chip("time", `${span} s`, true, () => app.set({ span: "" }))];
  const groups = groupBy === "" ? [] : [chip("grouped by", groupBy, true, () => app.set({ groupBy: "" }))];
  return [...filters, ...times, ...groups, ...switches];
}

/** @param {string} word @param {string} text @param {boolean} isUsed @param {() => void} remove */
function chip(word, text, isUsed, remove) {
  const made = element("span", { className: isUsed ? "chip" : "chip broken", title: text },
    element("span", { className: "word" }, word), element("code", {}, text));
  made.append(button("\u00d7", remove, { ariaLabel: `remove ${word}` }));
  return made;
}
