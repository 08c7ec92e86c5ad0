// Labels: what each value of a label sums up to, and ways to look at one of them or to group
// everything by them.

import { NONE } from "../model/labels.js";
import { changeOf } from "../model/change.js";
import { button, element } from "../parts/dom.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").App} App */
/** @typedef {import("../model/model.js").Model} Model */
/** @typedef {import("../model/labels.js").LabelSum} LabelSum */
/** @typedef {import("../state/state.js").State} State */

/** Values shown of one key, at most. */
const SHOWN = 1000;

/** @implements {View} */
class LabelsView {
  name = "labels";
  title = "Labels";
  key = "7";
  hint = "Focus and Ignore filter every view; grouping puts the values at the root of all stacks";
  /** @type {App | null} */
  app = null;
  /** The key that is looked at. */
  label = "";
  keys = element("div", { className: "label-keys" });
  head = element("div", { className: "label-head" });
  list = element("div", { className: "label-values", tabIndex: 0 });

  /** @param {Model} model */
  applies(model) {
    return model.labelKeys().length > 0;
  }

  /** @param {HTMLElement} root @param {App} app */
  mount(root, app) {
    this.app = app;
    this.keys.setAttribute("role", "group");
    this.keys.setAttribute("aria-label", "Labels");
    this.list.setAttribute("role", "region");
    this.list.setAttribute("aria-label", "Values of the label");
    root.append(element("div", { className: "labels" }, this.keys,
      element("div", { className: "label-main" }, this.head, this.list)));
  }

  /** @param {State} state @param {Model} model */
  draw(state, model) {
    const keys = model.labelKeys();
    this.label = keys.includes(state.label) ? state.label : keys[0] ?? "";
    this.keys.replaceChildren(...keys.map((key) => this.keyButton(key)));
    this.fillHead(state);
    const sums = model.labelSums(this.label).slice(0, SHOWN);
    const largest = Math.max(...sums.map(sizeOf), 0);
    this.list.replaceChildren(element("table", { className: "functions" },
      element("thead", {}, this.headRow(model)),
      element("tbody", {}, ...sums.map((sum) => this.row(sum, largest, model)))));
  }

  /** @param {string} key */
  keyButton(key) {
    const made = button(key, () => this.app?.set({ label: key }), { className: "pick-row" });
    made.setAttribute("aria-pressed", String(key === this.label));
    return made;
  }

  /** @param {State} state */
  fillHead(state) {
    const isGrouped = state.groupBy === this.label;
    const group = button(isGrouped ? "Ungroup the stacks" : `Group all stacks by ${this.label}`,
      () => this.app?.set(isGrouped ? { groupBy: "" } : { groupBy: this.label, view: "flame" }),
      { className: "plain" });
    group.setAttribute("aria-pressed", String(isGrouped));
    this.head.replaceChildren(element("h2", {}, this.label), group);
  }

  /** @param {Model} model */
  headRow(model) {
    const titles = model.isDiff ? ["\u0394", "Points", this.label, ""] : ["Value", "Share", this.label, ""];
    return element("tr", {}, ...titles.map((title, index) =>
      element("th", { scope: "col", className: index < 2 ? "number" : "" }, title)));
  }

  /** @param {LabelSum} sum @param {number} largest @param {Model} model */
  row(sum, largest, model) {
    const [value, share] = numbersOf(sum, model);
    const bar = element("td", { className: "number bar" }, share);
    const moved = model.isDiff ? sum.value - sum.base : sum.value;
    bar.style.setProperty("--bar", String(largest === 0 ? 0 : Math.abs(moved) / largest));
    bar.classList.add(moved < 0 ? "less" : "more");
    return element("tr", {}, element("td", { className: "number" }, value), bar,
      element("td", { className: "name", title: sum.text }, sum.text),
      element("td", { className: "acts" }, ...this.acts(sum)));
  }

  /** @param {LabelSum} sum */
  acts(sum) {
    if (sum.filter === "") return [];
    const pattern = `${this.label}=${sum.filter}`;
    return [
      button("Focus", () => this.app?.set({ tagFocus: pattern }),
        { className: "plain", ariaLabel: `Focus: only samples with ${this.label} ${sum.text}` }),
      button("Ignore", () => this.app?.set({ tagIgnore: pattern }),
        { className: "plain", ariaLabel: `Ignore: no samples with ${this.label} ${sum.text}` }),
    ];
  }

  table() {
    const model = this.app?.model();
    const sums = model?.labelSums(this.label) ?? [];
    return {
      caption: `Values of the label ${this.label}; ${NONE} stands for samples without it`,
      columns: [{ title: this.label }, { title: "Value", numeric: true }, { title: "Share", numeric: true }],
      rows: model ? sums.map((sum) => [sum.text, ...numbersOf(sum, model)]) : [],
    };
  }

  focus() {
    return this.list;
  }
}

/** @param {LabelSum} sum */
function sizeOf(sum) {
  return Math.max(Math.abs(sum.value), Math.abs(sum.base));
}

/** @param {LabelSum} sum @param {Model} model @returns {[string, string]} */
function numbersOf(sum, model) {
  if (!model.isDiff) return [model.format(sum.value), model.share(sum.value)];
  const change = changeOf(model, sum.value, sum.base);
  return [change.delta, change.pointsText];
}

export const labels = new LabelsView();
