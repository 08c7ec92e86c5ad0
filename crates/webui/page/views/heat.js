// The heat map: time from left to right, the heaviest functions from top to bottom, and how much
// each spent itself as the strength of a colour. A part of the time that is chosen here filters all
// views.

import { palette, theme } from "../flame/colours.js";
import { FONT, TextFitter } from "../flame/text.js";
import { lastPart, shorten } from "../model/names.js";
import { label, percentage } from "../model/units.js";
import { spanOf } from "../model/times.js";
import { ofFrame } from "../parts/describe.js";
import { element } from "../parts/dom.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").App} App */
/** @typedef {import("../model/model.js").Model} Model */
/** @typedef {import("../model/times.js").Heat} Heat */
/** @typedef {import("../state/state.js").State} State */

const SIZE = { rows: 40, columns: 120 };
/** Height of a row, most room for names, and room for the axis, in pixels. */
const ROW = 18;
const NAMES = 260;
const AXIS = 24;
/** Pixels between two times on the axis, at least. */
const APART = 90;

/** @implements {View} */
class HeatView {
  name = "heat";
  title = "Heat map";
  key = "8";
  hint = "Drag over a part of the time to see it alone, in every view";
  /** @type {App | null} */
  app = null;
  /** @type {Heat | null} */
  heat = null;
  /** The columns from the one where a choice began to the one where it is now. @type {[number, number] | null} */
  choice = null;
  canvas = element("canvas", { className: "heat-cells", tabIndex: 0 });
  scroller = element("div", { className: "heat-scroller" }, this.canvas);
  note = element("p", { className: "table-note" });

  /** @param {Model} model */
  applies(model) {
    return model.times() !== null;
  }

  /** @param {HTMLElement} root @param {App} app */
  mount(root, app) {
    this.app = app;
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-label",
      "Heat map over time: arrows walk, with Shift they choose a part, Enter shows it, T shows a table");
    root.append(this.scroller, this.note);
    new ResizeObserver(() => this.paint()).observe(this.scroller);
    this.canvas.addEventListener("pointerdown", (event) => this.press(event));
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerup", () => this.take());
    this.canvas.addEventListener("pointerleave", () => app.tell(null, null));
    this.canvas.addEventListener("keydown", (event) => this.key_(event));
  }

  /** @param {State} state @param {Model} model */
  draw(state, model) {
    this.heat = model.heat(SIZE);
    const span = spanOf(state.span);
    if (span === null) this.choice = null;
    else if (this.heat) this.choice = [this.columnAt(span.from), this.columnAt(span.to - this.heat.width / 2)];
    this.fillNote(model);
    this.paint();
  }

  /** What the colours stand for. @param {Model} model */
  fillNote(model) {
    if (this.heat === null) return;
    const scale = element("span", { className: "heat-scale" });
    scale.style.backgroundImage = `linear-gradient(to right, ${[0, 0.1, 0.3, 0.6, 1].map(shade).join(", ")})`;
    const { largest, width } = this.heat;
    const rest = `${model.format(largest)} flat in ${label(width, "nanoseconds")}`;
    this.note.replaceChildren("0 ", scale, ` ${rest}`);
  }

  /** The column of a time in nanoseconds. @param {number} time */
  columnAt(time) {
    return Math.max(0, Math.min(SIZE.columns - 1, Math.floor(time / (this.heat?.width ?? 1))));
  }

  paint() {
    const { heat, app } = this;
    if (heat === null || app === null || this.scroller.clientWidth === 0) return;
    const width = this.scroller.clientWidth;
    const height = heat.frames.length * ROW + AXIS;
    const pen = fitted(this.canvas, width, height);
    const colours = palette(theme());
    pen.clearRect(0, 0, width, height);
    pen.font = FONT;
    const fitter = new TextFitter(pen);
    pen.textBaseline = "middle";
    const cell = this.cellWidth();
    const left = this.namesWidth();
    const model = app.model();
    const names = model.frames().names;
    const found = model.found();
    heat.frames.forEach((frame, row) => {
      const isSet = found !== null && found.frames[frame] === 0;
      const isSelected = names[frame] === app.state().selected;
      pen.font = isSelected ? `bold ${FONT}` : FONT;
      pen.fillStyle = isSet ? colours.fadedText : colours.text;
      const texts = [names[frame], shorten(names[frame]), lastPart(names[frame])];
      pen.fillText(fitter.fit(texts, left - 10), 0, row * ROW + ROW / 2);
      pen.globalAlpha = isSet ? 0.3 : 1;
      for (let column = 0; column < heat.columns; column += 1) {
        const value = Math.abs(heat.cells[row * heat.columns + column]);
        pen.fillStyle = value === 0 ? colours.faded : shade(value / heat.largest);
        pen.fillRect(left + column * cell, row * ROW, cell > 3 ? cell - 1 : cell, ROW - 1);
      }
      pen.globalAlpha = 1;
    });
    pen.font = FONT;
    this.paintAxis(pen, height);
    this.paintChoice(pen, height);
  }

  /** @param {CanvasRenderingContext2D} pen @param {number} height */
  paintAxis(pen, height) {
    const { heat } = this;
    if (heat === null) return;
    pen.fillStyle = palette(theme()).fadedText;
    const whole = (heat.width * heat.columns) / 1e9;
    const wide = this.cellWidth() * heat.columns;
    const step = roundStep((whole * APART) / wide);
    for (let at = 0; at * step <= whole; at += 1) {
      const x = this.namesWidth() + (wide * at * step) / whole;
      pen.fillRect(x, height - AXIS, 1, 5);
      pen.fillText(`${Number((at * step).toPrecision(6))} s`, x + 4, height - AXIS / 2 + 2);
    }
  }

  /** @param {CanvasRenderingContext2D} pen @param {number} height */
  paintChoice(pen, height) {
    if (this.choice === null) return;
    const [first, last] = [Math.min(...this.choice), Math.max(...this.choice)];
    pen.strokeStyle = palette(theme()).outline;
    pen.lineWidth = 2;
    pen.strokeRect(this.namesWidth() + first * this.cellWidth(), 1, (last - first + 1) * this.cellWidth(), height - AXIS);
  }

  namesWidth() {
    return Math.min(NAMES, Math.round(this.scroller.clientWidth * 0.35));
  }

  cellWidth() {
    return Math.max(0.5, (this.scroller.clientWidth - this.namesWidth()) / SIZE.columns);
  }

  /** The cell below the pointer. @param {PointerEvent} event */
  cellAt(event) {
    const bounds = this.canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - bounds.left - this.namesWidth()) / this.cellWidth());
    const row = Math.floor((event.clientY - bounds.top) / ROW);
    return { row, column: Math.max(0, Math.min(SIZE.columns - 1, column)), isName: column < 0 };
  }

  /** @param {PointerEvent} event */
  press(event) {
    const { row, column, isName } = this.cellAt(event);
    const frame = this.heat?.frames[row];
    if (isName && frame !== undefined && this.app) this.app.set({ selected: this.app.model().frames().names[frame] });
    if (isName) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.choice = [column, column];
    this.paint();
  }

  /** @param {PointerEvent} event */
  point(event) {
    const { row, column } = this.cellAt(event);
    if (this.canvas.hasPointerCapture(event.pointerId) && this.choice) {
      this.choice = [this.choice[0], column];
      this.paint();
    }
    this.tell(row, column, { x: event.clientX, y: event.clientY });
  }

  /** @param {number} row @param {number} column @param {{ x: number, y: number } | null} at */
  tell(row, column, at) {
    const { heat, app } = this;
    const frame = heat?.frames[row];
    if (heat === null || app === null || frame === undefined) return;
    const model = app.model();
    const value = heat.cells[row * heat.columns + column];
    const from = (column * heat.width) / 1e9;
    const note = `${from.toFixed(3)} s: ${model.format(value)}, ${percentage(value, heat.totals[column])} of it`;
    app.tell({ ...ofFrame(model, frame), note }, at);
  }

  /** Filters by what was chosen. */
  take() {
    const { heat, choice } = this;
    if (heat === null || choice === null) return;
    const [first, last] = [Math.min(...choice), Math.max(...choice)];
    const seconds = (/** @type {number} */ column) => Number(((column * heat.width) / 1e9).toPrecision(12));
    this.app?.set({ span: `${seconds(first)}-${seconds(last + 1)}` });
  }

  /** @param {KeyboardEvent} event */
  key_(event) {
    const steps = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowRight: 1 });
    const step = steps[event.key];
    if (step !== undefined) {
      const [start, end] = this.choice ?? [0, 0];
      const next = Math.max(0, Math.min(SIZE.columns - 1, end + step));
      this.choice = event.shiftKey ? [start, next] : [next, next];
      this.paint();
      this.tell(0, next, null);
    } else if (event.key === "Enter") this.take();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  table() {
    const { heat, app } = this;
    const model = app?.model();
    if (heat === null || model === undefined) return { caption: "Nothing", columns: [], rows: [] };
    const rows = Array.from(heat.totals.keys()).map((column) => {
      const from = (column * heat.width) / 1e9;
      const cells = heat.frames.map((_, row) => heat.cells[row * heat.columns + column]);
      const heaviest = cells.indexOf(Math.max(...cells));
      const name = heat.totals[column] === 0 ? "" : model.frames().names[heat.frames[heaviest]];
      return [`${from.toFixed(3)} s`, model.format(heat.totals[column]), name];
    });
    return {
      caption: "Time, what was spent, and the function that spent the most",
      columns: [{ title: "From", numeric: true }, { title: "Value", numeric: true }, { title: "Function" }],
      rows,
    };
  }

  focus() {
    return this.canvas;
  }
}

/** The least of 1, 2, 5, 10, ... and their tenths that is not below a number. @param {number} least */
function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((digit) => digit * power >= least) ?? 10);
}

/** The colour of a part of the largest cell. @param {number} part */
function shade(part) {
  const strength = Math.sqrt(part);
  return theme() === "light"
    ? `oklch(${0.92 - 0.37 * strength} ${0.03 + 0.13 * strength} 55)`
    : `oklch(${0.32 + 0.4 * strength} ${0.03 + 0.11 * strength} 60)`;
}

/** A pen for a canvas of this size. @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
function fitted(canvas, width, height) {
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("this browser draws no canvas");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return pen;
}

export const heat = new HeatView();
