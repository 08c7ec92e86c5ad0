// The flame graph and its inversion: stacks from the root, or from the leaf, heaviest to the left.

import { FlameChart } from "../flame/chart.js";
import { theme } from "../flame/colours.js";
import { windowIn, windowOf, windowText } from "../flame/layout.js";
import { ofNode } from "../parts/describe.js";
import { flameSvg } from "../export/svg.js";
import { changeOf } from "../model/change.js";
import { treeTable } from "../flame/table.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").App} App */
/** @typedef {import("../model/model.js").Model} Model */
/** @typedef {import("../state/state.js").State} State */

/** @implements {View} */
class FlameView {
  /**
   * @param {{ name: string, title: string, key: string }} label
   * @param {boolean} inverted
   */
  constructor({ name, title, key }, inverted) {
    this.name = name;
    this.title = title;
    this.key = key;
    this.reading = { inverted, pivot: -1 };
    this.isColoured = true;
    this.hint = "Click to zoom, right click for more; orange is more, blue is less";
    /** @type {FlameChart | null} */
    this.chart = null;
    /** @type {App | null} */
    this.app = null;
  }

  /** @param {HTMLElement} root @param {App} app */
  mount(root, app) {
    this.app = app;
    const tree = () => app.model().tree(this.reading);
    this.chart = new FlameChart(`${this.title}: arrows walk, Enter zooms, T shows a table`, {
      hover: (node, at) => app.tell(node && ofNode(app.model(), tree(), node), at),
      zoom: (node) => {
        const selected = node.frame < 0 ? "" : app.model().frames().names[node.frame];
        app.set({ zoom: tree().ranks(node).join("."), selected });
      },
      select: (node) => app.set({ selected: node.frame < 0 ? "" : app.model().frames().names[node.frame] }),
      menu: (node, at) => node.frame >= 0 && app.menu(node.frame, at),
      rest: (window) => app.set({ zoom: isWhole(window) ? "" : windowText(window) }, { passing: true }),
    });
    root.append(this.chart.root);
  }

  /** @param {State} state @param {Model} model */
  draw(state, model) {
    const tree = model.tree(this.reading);
    this.chart?.show(tree, tree.descend(ranksOf(state)), {
      look: lookOf(model),
      selected: model.frameNamed(state.selected),
      upward: state.upward,
      window: windowIn(state.zoom),
    });
  }

  table() {
    if (this.app === null) throw new Error("a view is mounted before it is asked for its table");
    const model = this.app.model();
    const tree = model.tree(this.reading);
    return treeTable(model, tree, tree.descend(ranksOf(this.app.state())), this.title);
  }

  svg() {
    if (this.app === null) throw new Error("a view is mounted before it is asked for its picture");
    const model = this.app.model();
    const tree = model.tree(this.reading);
    const { upward } = this.app.state();
    const title = document.title;
    const { zoom } = this.app.state();
    const window = windowIn(zoom) ?? windowOf(tree, tree.descend(ranksOf(this.app.state())));
    return flameSvg(model, tree, window, { look: lookOf(model), upward, title });
  }

  focus() {
    if (this.chart === null) throw new Error("a view is mounted before it gets the focus");
    return this.chart.overlay;
  }
}

/** The ranks of the box that is zoomed into; none where all or another part is shown. @param {State} state */
function ranksOf({ zoom }) {
  return zoom === "" || zoom.startsWith("@") ? [] : zoom.split(".").map(Number);
}

/** @param {import("../flame/layout.js").Window} window */
function isWhole({ left, right }) {
  return left === 0 && right === 1;
}

/** What boxes look like under the model's state. @param {Model} model */
export function lookOf(model) {
  const found = model.found();
  return {
    frames: model.frames(),
    theme: theme(),
    isDiff: model.isDiff,
    found: found === null ? null : found.frames,
    rootName: "all",
    note: (/** @type {import("../model/tree.js").TreeNode} */ node) =>
      (model.isDiff ? changeOf(model, node.value, node.base).pointsText : model.share(node.value)),
  };
}

export const flame = new FlameView({ name: "flame", title: "Flame graph", key: "1" }, false);
export const inverted = new FlameView({ name: "inverted", title: "Inverted", key: "3" }, true);
