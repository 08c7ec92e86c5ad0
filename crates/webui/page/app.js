// The page: header, tabs, the view on screen, and the keys. It connects the state to the model and
// both to the views; what is drawn is the business of the views.

import { combine } from "./data/dataset.js";
import { fromFile } from "./data/load.js";
import { GRANULARITIES } from "./model/frames.js";
import { Model } from "./model/model.js";
import { complaint } from "./model/pattern.js";
import { spanOf } from "./model/times.js";
import { initial } from "./state/state.js";
import { Store } from "./state/store.js";
import { VIEWS } from "./views/list.js";
import { byId, element } from "./parts/dom.js";
import { Header } from "./parts/header.js";
import { frameMenu } from "./parts/frame_menu.js";
import { listenForFiles } from "./parts/drop.js";
import { listenForKeys } from "./parts/keys.js";
import { atRest } from "./parts/rest.js";
import { Status } from "./parts/status.js";
import { Tabs } from "./parts/tabs.js";
import { showTable } from "./parts/as_table.js";

/** @typedef {import("./data/dataset.js").Source} Source */
/** @typedef {import("./state/state.js").State} State */
/** @typedef {import("./views/view.js").View} View */
/** @typedef {import("./views/view.js").App} AppOfViews */
/** @typedef {import("./parts/describe.js").Subject} Subject */

/** Filters that hold an expression. */
const PATTERNS = /** @type {const} */ (["focus", "ignore", "hide", "show", "showFrom", "search"]);

/** @implements {AppOfViews} */
export class App {
  /** @param {Source[]} sources */
  constructor(sources) {
    this.data = new Model(combine(sources));
    this.store = new Store(initial(sources), () => this.draw());
    this.status = new Status();
    this.stage = byId("stage");
    /** The elements of the views that were shown so far. @type {Map<View, HTMLElement>} */
    this.mounted = new Map();
    this.tabs = new Tabs(this);
    this.header = new Header(this);
    listenForKeys(this);
    listenForFiles((files) => void this.addFiles(files));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    this.draw();
  }

  state() {
    return this.store.state;
  }

  model() {
    return this.data;
  }

  /** @param {Partial<State>} patch @param {{ passing?: boolean }} [how] */
  set(patch, how) {
    this.store.set(patch, how);
  }

  /** @param {Subject | null} subject @param {{ x: number, y: number } | null} at */
  tell(subject, at) {
    this.status.tell(this.data, subject, at);
  }

  /** @param {number} frame @param {{ x: number, y: number }} at */
  menu(frame, at) {
    frameMenu(this, frame, at);
  }

  /** The views that have something to show. */
  views() {
    return VIEWS.filter((view) => view.applies?.(this.data) ?? true);
  }

  /** The view that the state names. @returns {View} */
  view() {
    const views = this.views();
    return views.find((view) => view.name === this.state().view) ?? views[0];
  }

  /** Shows the state. */
  draw() {
    this.data.update(usable(this.state(), this.data));
    const view = this.view();
    this.tabs.draw(view);
    const hadFocus = this.stage.contains(document.activeElement);
    const root = this.mount(view);
    const isOther = root.hidden || root.dataset.drawn === undefined;
    for (const [other, element] of this.mounted) element.hidden = other !== view;
    root.hidden = false;
    view.draw(this.data.state, this.data);
    this.status.rest(atRest(this.data, view));
    root.dataset.drawn = "";
    // The keyboard goes on where it was looking, not at the page's beginning.
    if (hadFocus && isOther) this.focusView();
    this.header.draw();
    document.title = `${this.header.title()} \u2013 ${view.title}`;
    document.documentElement.dataset.ready = view.name;
  }

  /** @param {View} view @returns {HTMLElement} */
  mount(view) {
    let root = this.mounted.get(view);
    if (root === undefined) {
      root = element("section", { className: `view view-${view.name}`, id: `view-${view.name}` });
      root.setAttribute("role", "tabpanel");
      root.setAttribute("aria-labelledby", `tab-${view.name}`);
      this.stage.append(root);
      view.mount(root, this);
      this.mounted.set(view, root);
    }
    return root;
  }

  /** Gives the keyboard to the view on screen. */
  focusView() {
    const target = this.view().focus?.() ?? this.stage;
    target.focus({ preventScroll: true });
  }

  /** Shows the view on screen as a table, or the picture again. */
  showTable() {
    showTable(this.view().table());
  }

  /** Adds profiles from the reader's disk; they are shown, and what was shown is the base.
   * @param {File[]} files */
  async addFiles(files) {
    const results = await Promise.allSettled(files.map((file) => fromFile(file)));
    const added = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const failed = results.flatMap((result) =>
      (result.status === "rejected" ? [String(result.reason.message ?? result.reason)] : []));
    if (added.length > 0) {
      const sources = [...this.data.dataset.sources, ...added];
      const state = this.state();
      this.data = new Model(combine(sources));
      const usual = initial(sources);
      const flags = (/** @type {boolean[]} */ old, /** @type {boolean} */ rest) =>
        sources.map((_, index) => old[index] ?? rest);
      this.store.rebase(usual, {
        ...state,
        zoom: "",
        shown: sources.map((_, index) => index >= state.shown.length),
        base: flags(state.base, false).map(() => false),
      });
      this.draw();
    }
    if (failed.length > 0) this.header.complain(failed.join("; "));
  }
}

/**
 * The state without what cannot be used: expressions that cannot be read, names of nothing, sides
 * without any profile.
 * @param {State} state
 * @param {Model} model
 * @returns {State}
 */
function usable(state, model) {
  const { sources } = model.dataset;
  const used = { ...state };
  if (!model.labelKeys().includes(used.groupBy)) used.groupBy = "";
  if (spanOf(used.span) === null || model.times() === null) used.span = "";
  for (const name of PATTERNS) if (complaint(used[name]) !== "") used[name] = "";
  for (const name of /** @type {const} */ (["tagFocus", "tagIgnore"])) {
    const parts = used[name].slice(used[name].indexOf("=") + 1).split(",");
    if (parts.some((part) => complaint(part) !== "")) used[name] = "";
  }
  if (!GRANULARITIES.some((g) => g.name === used.granularity)) used.granularity = "functions";
  if (!["", "direct", "all"].includes(used.collapsed)) used.collapsed = "";
  if (!["both", "value", "base"].includes(used.widths)) used.widths = "both";
  const fits = (/** @type {boolean[]} */ flags) => flags.length === sources.length;
  if (!fits(used.shown) || !used.shown.includes(true)) used.shown = sources.map((_, i) => i === 0);
  if (!fits(used.base)) used.base = sources.map(() => false);
  return used;
}
