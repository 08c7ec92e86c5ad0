// One function between its callers, drawn above it, and what it calls, below. The lists beside the
// pictures are those of `peek`.

import { FlameChart } from "../flame/chart.js";
import { lookOf } from "./flame.js";
import { changeOf } from "../model/change.js";
import { isRuntime } from "../model/names.js";
import { percentage } from "../model/units.js";
import { button, element, endOf } from "../parts/dom.js";
import { ofFrame, ofNode } from "../parts/describe.js";
import { functionPicker } from "../parts/picker.js";
import { listenForArrows, setStop } from "../parts/roving.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").App} App */
/** @typedef {import("../model/model.js").Model} Model */
/** @typedef {import("../state/state.js").State} State */
/** @typedef {import("../model/edges.js").Neighbour} Neighbour */

/** @implements {View} */
class SandwichView {
  name = "sandwich";
  title = "Sandwich";
  key = "4";
  isColoured = true;
  /** @type {App | null} */
  app = null;
  /** @type {{ above: FlameChart, below: FlameChart, list: HTMLElement, middle: HTMLElement, callers: HTMLElement, callees: HTMLElement } | null} */
  parts = null;
  pivot = -1;

  /** @param {HTMLElement} root @param {App} app */
  mount(root, app) {
    this.app = app;
    const list = element("div", { className: "pick" });
    const above = this.chart("Callers", true);
    const below = this.chart("Callees", false);
    const middle = element("h2", { className: "pivot" });
    const callers = element("div", { className: "neighbours" });
    const callees = element("div", { className: "neighbours" });
    for (const each of [list, callers, callees]) listenForArrows(each);
    this.parts = { above, below, list, middle, callers, callees };
    const pictures = element("div", { className: "sandwich-pictures" },
      above.root, middle, below.root);
    const lists = element("div", { className: "sandwich-lists" }, callers, callees);
    root.append(element("div", { className: "sandwich" }, list, pictures, lists));
  }

  /** @param {string} label @param {boolean} inverted */
  chart(label, inverted) {
    const app = this.needApp();
    const tree = () => app.model().tree({ inverted, pivot: this.pivot });
    return new FlameChart(`${label} of the selected function`, {
      hover: (node, at) => app.tell(node && ofNode(app.model(), tree(), node), at),
      zoom: (node) => this.choose(node.frame),
      select: (node) => this.choose(node.frame),
      menu: (node, at) => node.frame >= 0 && app.menu(node.frame, at),
    });
  }

  /** @param {State} state @param {Model} model */
  draw(state, model) {
    if (this.parts === null) return;
    const { above, below, list, middle, callers, callees } = this.parts;
    const chosen = functionPicker(list, model, "cum", state.selected,
      (name) => this.needApp().set({ selected: name }), (frame) => !isRuntime(model.frames().names[frame]));
    this.pivot = chosen === "" ? -1 : model.frameNamed(chosen);
    if (this.pivot < 0) {
      middle.textContent = "No samples are left";
      return;
    }
    const name = model.frames().names[this.pivot];
    middle.replaceChildren(element("span", {}, name), element("small", {}, totals(model, this.pivot)));
    for (const [chart, inverted] of /** @type {const} */ ([[above, true], [below, false]])) {
      const tree = model.tree({ inverted, pivot: this.pivot });
      const look = lookOf(model);
      chart.show(tree, tree.root, { look, selected: -1, upward: inverted, rootless: true });
      // Neither picture takes room that the other could use.
      chart.root.style.maxHeight = `${Math.max(chart.height(), 20)}px`;
    }
    const around = model.neighbours(this.pivot);
    this.fillNeighbours(callers, "Callers", around.callers, model);
    this.fillNeighbours(callees, "Callees", around.callees, model);
  }

  /** @param {HTMLElement} root @param {string} title @param {Neighbour[]} neighbours @param {Model} model */
  fillNeighbours(root, title, neighbours, model) {
    const names = model.frames().names;
    const cum = Math.abs(model.sums().cum[this.pivot]);
    const rows = neighbours.map(({ frame, value, base }) => {
      const row = button("", () => this.choose(frame), { className: "pick-row", title: names[frame] });
      const text = model.isDiff ? changeOf(model, value, base).delta : model.format(value);
      row.append(element("span", { className: "number" }, text),
        element("span", { className: "number share" }, percentage(value, cum)),
        endOf(names[frame]));
      return row;
    });
    const none = element("p", { className: "none" }, "none");
    root.replaceChildren(element("h3", {}, `${title} (${neighbours.length})`),
      ...(rows.length > 0 ? rows : [none]));
    setStop(root, rows[0]);
  }

  /** @param {number} frame */
  choose(frame) {
    if (frame < 0) return;
    const app = this.needApp();
    app.set({ selected: app.model().frames().names[frame] });
  }

  table() {
    const model = this.needApp().model();
    const names = model.frames().names;
    const { callers, callees } = model.neighbours(this.pivot);
    const row = (/** @type {string} */ role) => (/** @type {Neighbour} */ n) =>
      [role, names[n.frame], model.format(n.value), model.share(n.value)];
    const own = model.sums();
    return {
      caption: `Callers and callees of ${names[this.pivot] ?? "nothing"}`,
      columns: [{ title: "Role" }, { title: "Function" }, { title: "Value", numeric: true },
        { title: "Share", numeric: true }],
      rows: this.pivot < 0 ? [] : [
        ...callers.map(row("caller")),
        ["itself", names[this.pivot], model.format(own.cum[this.pivot]), model.share(own.cum[this.pivot])],
        ...callees.map(row("callee")),
      ],
    };
  }

  focus() {
    if (this.parts === null) throw new Error("a view is mounted before it gets the focus");
    return this.parts.below.overlay;
  }

  needApp() {
    if (this.app === null) throw new Error("a view is mounted before it is used");
    return this.app;
  }
}

/** @param {Model} model @param {number} frame */
function totals(model, frame) {
  const subject = ofFrame(model, frame);
  if (model.isDiff) {
    const change = changeOf(model, subject.cum, subject.baseCum);
    return `${change.from} \u2192 ${change.to}, ${change.pointsText}, ${change.ratio}`;
  }
  const { total } = model.weights();
  return `cum ${model.format(subject.cum)} (${percentage(subject.cum, total)}), ` +
    `flat ${model.format(subject.flat)} (${percentage(subject.flat, total)})`;
}

export const sandwich = new SandwichView();
