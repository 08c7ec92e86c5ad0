// The call graph: functions as boxes, calls as arrows, placed and drawn by the report of the server
// with the rules of pprof about what is left out. Moving, zooming and marking happen here.

import { embeddedAddress, graphAddress, picture, reasonForNone } from "../data/report.js";
import { theme } from "../flame/colours.js";
import { paint } from "../graph/colours.js";
import { nearest, partsOf } from "../graph/picture.js";
import { Viewport } from "../graph/viewport.js";
import { filtersOf } from "../model/model.js";
import { ofFrame } from "../parts/describe.js";
import { button, element } from "../parts/dom.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").App} App */
/** @typedef {import("../graph/picture.js").GraphNode} GraphNode */
/** @typedef {import("../graph/picture.js").GraphCall} GraphCall */
/** @typedef {import("../model/model.js").Model} Model */
/** @typedef {import("../state/state.js").State} State */

/** Pixels that a key moves the picture by. */
const STRIDE = 80;

/** @implements {View} */
class GraphView {
  name = "graph";
  title = "Call graph";
  key = "5";
  hint = "Drag and turn the wheel to look around; click selects, double click shows callers and callees";
  /** @type {App | null} */
  app = null;
  /** The address of what is shown or on its way; null before the first. @type {string | null} */
  address = null;
  /** @type {Viewport | null} */
  viewport = null;
  /** @type {GraphNode[]} */
  nodes = [];
  /** @type {GraphCall[]} */
  calls = [];
  /** The box that the keyboard is at. @type {GraphNode | null} */
  cursor = null;
  /** The theme that the picture has the colours of. */
  painted = "";
  sheet = element("div", { className: "graph-sheet", tabIndex: 0 });
  note = element("p", { className: "graph-note" });

  /** @param {HTMLElement} root @param {App} app */
  mount(root, app) {
    this.app = app;
    this.sheet.setAttribute("role", "application");
    this.sheet.setAttribute("aria-roledescription", "call graph");
    this.sheet.setAttribute("aria-label",
      "Call graph: arrows walk, Enter selects, plus and minus zoom, 0 shows all, T shows a table");
    const tools = element("div", { className: "graph-tools" },
      button("+", () => this.viewport?.zoom(2), { ariaLabel: "Zoom in", title: "Zoom in (+)" }),
      button("\u2212", () => this.viewport?.zoom(-2), { ariaLabel: "Zoom out", title: "Zoom out (-)" }),
      button("Fit", () => this.viewport?.fit(), { title: "Show all (0)" }));
    root.append(this.sheet, tools, this.note);
    this.sheet.addEventListener("keydown", (event) => this.key_(event));
    this.sheet.addEventListener("blur", () => this.moveTo(null));
    new ResizeObserver(() => this.open()).observe(this.sheet);
  }

  /** @param {State} state @param {Model} model */
  draw(state, model) {
    const address = addressOf(state, model);
    if (address === this.address) {
      this.mark();
      return;
    }
    this.address = address;
    if (address === "") {
      this.clear(`There is no call graph of this: ${reasonForNone(state)}`);
      return;
    }
    picture(address).then(
      (document) => this.address === address && this.show(document),
      (error) => this.address === address && this.clear(String(error.message ?? error)),
    );
  }

  /** Shows nothing, and says why. @param {string} reason */
  clear(reason) {
    this.sheet.replaceChildren();
    this.viewport = null;
    this.nodes = [];
    this.calls = [];
    this.note.textContent = reason;
  }

  /** @param {Document} document */
  show(document) {
    const svg = this.sheet.ownerDocument.importNode(document.documentElement, true);
    if (!(svg instanceof SVGSVGElement)) {
      this.clear("The answer of the server is no picture");
      return;
    }
    svg.querySelector(":scope > title")?.remove();
    svg.setAttribute("aria-hidden", "true");
    this.sheet.replaceChildren(svg);
    Object.assign(this, partsOf(svg));
    this.cursor = null;
    for (const { element } of [...this.nodes, ...this.calls]) element.querySelector("title")?.remove();
    for (const node of this.nodes) this.listen(node);
    this.viewport = new Viewport(svg);
    this.open();
    this.note.textContent = this.nodes.length === 0 ? "" : `${this.nodes.length} functions and ${this.calls.length} calls; ` +
      "what pprof leaves out is left out. Larger: more flat. Stronger colour: more cum. Dotted: calls left out between";
    this.painted = "";
    this.mark();
  }

  /** Shows the picture from its uppermost box on. */
  open() {
    const top = this.nodes.reduce((best, node) => (node.y < best.y ? node : best), this.nodes[0]);
    if (top) this.viewport?.open(top.x, top.y);
  }

  /** @param {GraphNode} node */
  listen(node) {
    const { app } = this;
    if (app === null) return;
    const at = (/** @type {MouseEvent} */ event) => ({ x: event.clientX, y: event.clientY });
    node.element.classList.add("graph-node");
    node.element.addEventListener("pointermove", (event) => this.tell(node, at(event)));
    node.element.addEventListener("pointerleave", () => app.tell(null, null));
    node.element.addEventListener("click", () => app.set({ selected: node.name }));
    node.element.addEventListener("dblclick", () => app.set({ view: "sandwich", selected: node.name }));
    node.element.addEventListener("contextmenu", (event) => {
      event.preventDefault();
      this.menu(node, at(event));
    });
  }

  /** @param {GraphNode} node @param {{ x: number, y: number } | null} at */
  tell(node, at) {
    const model = this.needApp().model();
    const frame = model.frameNamed(node.name);
    if (frame >= 0) this.needApp().tell(ofFrame(model, frame), at);
  }

  /** @param {GraphNode} node @param {{ x: number, y: number }} at */
  menu(node, at) {
    const frame = this.needApp().model().frameNamed(node.name);
    if (frame >= 0) this.needApp().menu(frame, at);
  }

  /** Marks what is selected, found, and where the keyboard is. */
  mark() {
    const app = this.needApp();
    const model = app.model();
    const found = model.found();
    const { selected } = app.state();
    this.paint(model);
    for (const node of this.nodes) {
      const frame = model.frameNamed(node.name);
      const classes = node.element.classList;
      classes.toggle("selected", node.name === selected);
      classes.toggle("cursor", node === this.cursor);
      classes.toggle("faded", found !== null && (frame < 0 || found.frames[frame] === 0));
      classes.toggle("found", found !== null && frame >= 0 && found.frames[frame] === 1);
    }
    for (const call of this.calls) {
      const touches = call.caller === selected || call.callee === selected;
      call.element.classList.toggle("faded", selected !== "" && !touches);
    }
  }

  /** Gives the picture the colours of the theme. @param {Model} model */
  paint(model) {
    const svg = this.sheet.querySelector("svg");
    if (svg === null || this.painted === theme()) return;
    this.painted = theme();
    const { cum, baseCum } = model.sums();
    const change = (/** @type {GraphNode} */ { name }) => {
      const frame = model.frameNamed(name);
      return /** @type {[number, number]} */ (frame < 0 ? [0, 0] : [cum[frame], baseCum[frame]]);
    };
    paint(svg, this.nodes, this.calls, theme(), model.isDiff ? change : null);
  }

  /** Puts the keyboard on a box. @param {GraphNode | null} node */
  moveTo(node) {
    this.cursor = node;
    this.mark();
    if (node === null) return;
    this.viewport?.reveal(node.x, node.y);
    this.tell(node, null);
  }

  /** @param {KeyboardEvent} event */
  key_(event) {
    if (this.viewport === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = /** @type {Record<string, [number, number]>} */ ({
      ArrowUp: [0, STRIDE], ArrowDown: [0, -STRIDE], ArrowLeft: [STRIDE, 0], ArrowRight: [-STRIDE, 0],
    });
    const { key } = event;
    if (key in moves && event.shiftKey) this.viewport.move(...moves[key]);
    else if (key in moves) this.walk(/** @type {"ArrowUp"} */ (key));
    else if (key === "+" || key === "=") this.viewport.zoom(1);
    else if (key === "-") this.viewport.zoom(-1);
    else if (key === "0") this.viewport.fit();
    else if ((key === "Enter" || key === " ") && this.cursor) this.needApp().set({ selected: this.cursor.name });
    else if ((key === "ContextMenu" || (key === "F10" && event.shiftKey)) && this.cursor) {
      const bounds = this.cursor.element.getBoundingClientRect();
      this.menu(this.cursor, { x: bounds.left, y: bounds.bottom });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {"ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight"} direction */
  walk(direction) {
    const { selected } = this.needApp().state();
    const start = this.nodes.find((node) => node.name === selected) ?? this.nodes[0];
    const next = this.cursor === null ? start : nearest(this.nodes, this.cursor, direction);
    if (next) this.moveTo(next);
  }

  table() {
    return {
      caption: "Functions and calls of the graph",
      columns: [{ title: "Function or caller" }, { title: "Callee" }, { title: "Value", numeric: true }],
      rows: [
        ...this.nodes.map((node) => [node.name, "", node.value]),
        ...this.calls.map((call) => [call.caller, call.callee, call.value]),
      ],
    };
  }

  svg() {
    const svg = this.sheet.querySelector("svg");
    if (svg === null) return "";
    const copy = /** @type {SVGSVGElement} */ (svg.cloneNode(true));
    const { width, height } = this.viewport?.whole ?? svg.viewBox.baseVal;
    Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` }).forEach(([name, value]) => copy.setAttribute(name, String(value)));
    return new XMLSerializer().serializeToString(copy);
  }

  focus() {
    return this.sheet;
  }

  needApp() {
    if (this.app === null) throw new Error("a view is mounted before it is used");
    return this.app;
  }
}

/** Where the picture of a state is. @param {State} state @param {Model} model */
function addressOf(state, model) {
  const served = graphAddress(state, model);
  if (served !== "") return served;
  const isWhole = Object.values(filtersOf(state)).every((filter) => filter === "")
    && state.granularity === "functions" && state.inlines && !state.normalized;
  const asListed = model.dataset.sources.every((source, index) =>
    source.shown === state.shown[index] && source.base === state.base[index]);
  return isWhole && asListed ? embeddedAddress(model.typeIndex) : "";
}

export const graph = new GraphView();
