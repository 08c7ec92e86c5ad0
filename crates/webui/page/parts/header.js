// The header: which profiles and values are shown, the search, the filters in force, the menus.

import { byId, element } from "./dom.js";
import { LINE, openBelow } from "./menu.js";
import { GRANULARITIES } from "../model/frames.js";
import { complaint } from "../model/pattern.js";
import { label, percentage } from "../model/units.js";
import { downloads } from "../export/list.js";
import { openFilters } from "./filter_dialog.js";
import { openSides, swapped } from "./sides.js";
import { chips } from "./chips.js";
import { chooseTheme, chosenTheme } from "./theme.js";
import { showHelp } from "./help.js";
import { fillLegend } from "./legend.js";

/** @typedef {import("../app.js").App} App */

/** What can become of recursion. */
const RECURSION = /** @type {const} */ ([
  { collapsed: "", text: "Recursion as it is" },
  { collapsed: "direct", text: "Calls of itself as one frame" },
  { collapsed: "all", text: "Calls of itself through others, too" },
]);

/** How long typing pauses before the search is made, in milliseconds. */
const PAUSE_MS = 120;

export class Header {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.name = byId("name");
    this.facts = byId("facts");
    this.type = /** @type {HTMLSelectElement} */ (byId("type"));
    this.search = /** @type {HTMLInputElement} */ (byId("search"));
    this.count = byId("count");
    this.chips = byId("chips");
    this.legend = byId("legend");
    this.notice = byId("notice");
    this.timer = 0;
    this.listen();
  }

  listen() {
    const { app } = this;
    const on = (/** @type {string} */ id, /** @type {() => void} */ act) =>
      byId(id).addEventListener("click", act);
    this.type.addEventListener("change", () => app.set({ type: this.type.value }));
    this.search.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.find(true), PAUSE_MS);
    });
    this.search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        this.find(false);
        if (this.search.getAttribute("aria-invalid") !== "true") app.focusView();
      }
      if (event.key === "Escape") {
        this.search.value = "";
        this.find(false);
        this.search.blur();
        event.stopPropagation();
      }
    });
    on("undo", () => app.store.undo());
    on("redo", () => app.store.redo());
    on("sides", () => openSides(app));
    on("filters", () => this.openFilters());
    on("options", () => this.openOptions());
    on("downloads", () => this.openDownloads());
    on("help", () => showHelp(app));
  }

  /** Takes the search that was typed. @param {boolean} passing */
  find(passing) {
    clearTimeout(this.timer);
    const text = this.search.value;
    const wrong = complaint(text);
    this.search.setAttribute("aria-invalid", String(wrong !== ""));
    if (wrong === "") this.app.set({ search: text }, { passing });
    else this.count.textContent = wrong;
  }

  focusSearch() {
    this.search.focus();
    this.search.select();
  }

  openFilters() {
    openFilters(this.app);
  }

  /** What is shown and compared, in a few words. */
  title() {
    const { sources } = this.app.model().dataset;
    const { shown, base } = this.app.model().state;
    const names = (/** @type {boolean[]} */ flags) =>
      sources.filter((_, index) => flags[index]).map((source) => source.name);
    const few = (/** @type {string[]} */ list) =>
      (list.length > 2 ? `${list[0]} and ${list.length - 1} more` : list.join(" + "));
    const after = few(names(shown));
    return this.app.model().isDiff ? `${few(names(base))} \u2192 ${after}` : after;
  }

  draw() {
    const model = this.app.model();
    this.name.textContent = this.title();
    this.name.title = this.title();
    this.facts.textContent = this.factsOf();
    this.drawTypes();
    if (document.activeElement !== this.search) this.search.value = this.app.state().search;
    const found = model.found();
    const share = found === null ? "" : percentage(found.value, model.weights().total);
    this.count.textContent = found === null ? "" : `${found.count} function${found.count === 1 ? "" : "s"}, ${share}`;
    this.chips.replaceChildren(...chips(this.app));
    fillLegend(this.legend, this.app);
    /** @type {HTMLButtonElement} */ (byId("undo")).disabled = this.app.store.depth === 0;
    /** @type {HTMLButtonElement} */ (byId("redo")).disabled = this.app.store.ahead === 0;
    const { unmatched } = model.filtered();
    this.complain(unmatched.length > 0 ? `matches nothing: ${unmatched.join(", ")}` : this.emptiness());
  }

  /** Why there is nothing to see; empty where there is something. */
  emptiness() {
    const model = this.app.model();
    const { value, base } = model.weights();
    if (value.some((v) => v !== 0) || base.some((v) => v !== 0)) return "";
    const others = model.dataset.types.length > 1 ? "; other sample types may have some" : "";
    return this.chips.childElementCount > 0 ? "the filters leave no samples" : `no samples of ${model.type.kind}${others}`;
  }

  factsOf() {
    const model = this.app.model();
    const { total, baseTotal } = model.weights();
    const totals = model.isDiff
      ? `${model.format(baseTotal)} \u2192 ${model.format(total)}`
      : `${model.format(total)} of ${model.type.kind}`;
    const { sources } = model.dataset;
    const first = sources.find((_, index) => model.state.shown[index]);
    const { timeNanos = 0, durationNanos = 0 } = first?.profile ?? {};
    const lasted = durationNanos === 0 ? "" : `in ${label(durationNanos, "nanoseconds")}`;
    const when = timeNanos === 0 ? "" : new Date(timeNanos / 1e6).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
    return [`${totals} ${model.isDiff ? "" : lasted}`.trim(), when].filter((part) => part !== "").join(" \u00b7 ");
  }

  drawTypes() {
    const model = this.app.model();
    const options = model.dataset.types.map((type) =>
      element("option", { value: type.kind, selected: type === model.type }, `${type.kind} (${type.unit})`));
    this.type.replaceChildren(...options);
    this.type.disabled = options.length < 2;
  }

  nextCollapse() {
    const at = RECURSION.findIndex(({ collapsed }) => collapsed === this.app.model().state.collapsed);
    this.app.set({ collapsed: RECURSION[(at + 1) % RECURSION.length].collapsed });
  }

  nextType() {
    const model = this.app.model();
    const { types } = model.dataset;
    this.app.set({ type: types[(model.typeIndex + 1) % types.length].kind });
  }

  swap() {
    this.app.set(swapped(this.app.model().state));
  }

  /** Says what went wrong; empty for nothing. @param {string} text */
  complain(text) {
    this.notice.textContent = text;
    this.notice.hidden = text === "";
  }

  openOptions() {
    const { app } = this;
    const state = app.state();
    const rows = GRANULARITIES.map(({ name, title }) => ({
      text: title, checked: app.model().state.granularity === name, act: () => app.set({ granularity: name }),
    }));
    const toggle = (/** @type {"inlines" | "relative" | "upward" | "normalized"} */ key,
      /** @type {string} */ text, shortcut = "") => ({
      text, key: shortcut, checked: state[key], act: () => app.set({ [key]: !state[key] }),
    });
    const widths = /** @type {const} */ ([["both", "Width: both sides"], ["value", "Width: after"],
      ["base", "Width: before"]]);
    const compared = app.model().isDiff ? [
      LINE, toggle("normalized", "Scale before to the same total"),
      ...widths.map(([name, text]) => ({
        text, checked: app.model().state.widths === name, act: () => app.set({ widths: name }),
      })),
    ] : [];
    const themes = /** @type {const} */ ([["", "Theme of the system"], ["light", "Light"], ["dark", "Dark"]]);
    openBelow(byId("options"), "Options", [
      ...rows, LINE,
      toggle("inlines", "Inlined calls as frames"),
      ...RECURSION.map(({ collapsed, text }) => ({
        text, key: "r", checked: app.model().state.collapsed === collapsed, act: () => app.set({ collapsed }),
      })),
      LINE,
      toggle("relative", "Percent of what is left"),
      toggle("upward", "Flames upward", "o"),
      ...compared, LINE,
      ...themes.map(([name, text]) => ({
        text, checked: chosenTheme() === name, act: () => {
          chooseTheme(name);
          app.draw();
        },
      })),
    ]);
  }

  openDownloads() {
    openBelow(byId("downloads"), "Download", downloads(this.app));
  }
}
