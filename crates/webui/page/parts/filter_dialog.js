// The dialog of all filters.

import { button, element } from "./dom.js";
import { openDialog } from "./as_table.js";
import { FILTERS } from "./chips.js";
import { complaint } from "../model/pattern.js";

/** @typedef {import("../app.js").App} App */

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
  form.append(element("div", { className: "actions" }, clear,
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
