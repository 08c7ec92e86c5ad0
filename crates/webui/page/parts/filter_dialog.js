// The dialog of all filters.

import { button, element } from "./dom.js";
import { openDialog } from "./as_table.js";
import { FILTERS } from "./chips.js";
import { complaint } from "../model/pattern.js";

/** @typedef {import("../app.js").App} App */

/** Frames of Rust's and Go's libraries, and of what starts programs and threads. */
const RUNTIME = "^[<&]*(dyn )?(std|core|alloc)::|^runtime\\.|^(_start|__libc_start.*|clone3?|start_thread|main)$";

/** Adds an expression to others, once. @param {string} old @param {string} pattern */
function joined(old, pattern) {
  return old === "" || old.includes(pattern) ? old || pattern : `${old}|${pattern}`;
}

/** @param {App} app */
export function openFilters(app) {
  const state = app.state();
  const fields = FILTERS.map(([key, word, text]) => {
    const input = element("input", { type: "text", value: state[key], spellcheck: false, name: key });
    input.addEventListener("input", () => {
      const parts = key.startsWith("tag") ? input.value.slice(input.value.indexOf("=") + 1).split(",") : [input.value];
      input.setCustomValidity(parts.map(complaint).find((wrong) => wrong !== "") ?? "");
    });
    const label = element("label", {}, element("span", { className: "word" }, word), input,
      element("small", {}, text));
    return { key, input, label };
  });
  const form = element("form", { className: "filter-form" }, ...fields.map((field) => field.label));
  const clear = button("Clear all", () => {
    for (const { input } of fields) input.value = "";
  }, { className: "plain" });
  const own = button("Hide the runtime", () => {
    const hide = fields.find(({ key }) => key === "hide");
    if (hide) hide.input.value = joined(hide.input.value, RUNTIME);
  }, { className: "plain", title: "Leave out frames of the standard library and of what starts programs and threads" });
  form.append(element("div", { className: "actions" }, own, clear,
    element("button", { type: "submit", className: "primary" }, "Apply")));
  const dialog = openDialog("Filters", form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const patch = Object.fromEntries(fields.map(({ key, input }) => [key, input.value.trim()]));
    const changed = Object.entries(patch).filter(([key, value]) => state[/** @type {"focus"} */ (key)] !== value);
    dialog.close();
    if (changed.length > 0) app.set(Object.fromEntries(changed));
  });
  fields[0].input.focus();
}
