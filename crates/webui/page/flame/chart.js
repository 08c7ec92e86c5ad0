// A flame graph that can be looked around in: zoom, scroll, hover, keyboard. It draws one call tree
// on a canvas; what the picture means is told by whoever owns it.

import { listenForGestures, windowByKey } from "./gestures.js";
import { layout, windowOf } from "./layout.js";
import { Painter, ROW, seen, yOf } from "./paint.js";
import { palette, theme } from "./colours.js";
import { element } from "../parts/dom.js";

/** @typedef {import("../model/tree.js").CallTree} CallTree */
/** @typedef {import("../model/tree.js").TreeNode} TreeNode */
/** @typedef {import("./layout.js").Box} Box */
/** @typedef {import("./layout.js").Window} Window */
/** @typedef {import("./paint.js").Look} Look */

/** How long a zoom takes, in milliseconds. */
const ZOOM_MS = 160;
/** How long the picture rests before it is told where it came to. */
const REST_MS = 150;

/**
 * What the owner of a chart is told.
 * @typedef {object} ChartEvents
 * @property {(node: TreeNode | null, at: { x: number, y: number } | null) => void} hover the box
 *   under the pointer, or under the keyboard's cursor (then without a position)
 * @property {(node: TreeNode) => void} zoom a box is to fill the width
 * @property {(node: TreeNode, at: { x: number, y: number }) => void} menu a box's menu is asked for
 * @property {(node: TreeNode) => void} select
 * @property {(window: Window) => void} [rest] the picture was moved freely, and rests; without it, it
 *   cannot be
 */

export class FlameChart {
  /**
   * @param {string} label for those who do not see the picture
   * @param {ChartEvents} events
   */
  constructor(label, events) {
    this.events = events;
    this.canvas = element("canvas", { className: "flame-boxes", ariaHidden: "true" });
    this.overlay = element("canvas", { className: "flame-marks", tabIndex: 0 });
    this.overlay.setAttribute("role", "application");
    this.overlay.setAttribute("aria-roledescription", "flame graph");
    this.overlay.setAttribute("aria-label", label);
    this.spacer = element("div", { className: "flame-spacer" });
    this.scroller = element("div", { className: "flame-scroller", tabIndex: -1 },
      this.spacer, this.canvas, this.overlay);
    this.root = element("div", { className: "flame" }, this.scroller);
    this.painter = new Painter(context(this.canvas));
    /** @type {CallTree | null} */
    this.tree = null;
    /** @type {Look | null} */
    this.look = null;
    /** @type {TreeNode | null} */
    this.zoomed = null;
    /** @type {TreeNode | null} the box that the keyboard is at */
    this.cursor = null;
    /** @type {TreeNode | null} */
    this.hovered = null;
    this.selectedFrame = -1;
    this.upward = false;
    /** Height of the picture, at least that of what is seen of it where it stands at the bottom. */
    this.full = 0;
    this.rootless = false;
    /** @type {Window} */
    this.window = { left: 0, right: 1 };
    /** @type {Box[]} */
    this.boxes = [];
    this.animation = 0;
    this.rest = 0;
    this.surface = this.overlay;
    this.listen();
    if (events.rest) listenForGestures(this);
  }

  /**
   * Shows a tree. A tree that was shown before is zoomed in motion.
   * @param {CallTree} tree
   * @param {TreeNode} zoomed the box that fills the width
   * @param {{ look: Look, selected: number, upward: boolean, rootless?: boolean, window?: Window | null }} options
   *   `rootless` where the root is drawn elsewhere, `window` where another part than a box is shown
   */
  show(tree, zoomed, { look, selected, upward, rootless = false, window = null }) {
    const isSame = tree === this.tree && upward === this.upward;
    this.tree = tree;
    this.zoomed = zoomed;
    this.look = look;
    this.selectedFrame = selected;
    this.upward = upward;
    this.rootless = rootless;
    if (!isSame) this.cursor = null;
    const target = window ?? windowOf(tree, zoomed);
    if (isSame) this.travel(target);
    else {
      this.window = target;
      this.draw();
      this.scroller.scrollTop = upward ? this.scroller.scrollHeight : 0;
      this.paint();
    }
  }

  /** Shows another part at the next frame, and tells about it at rest. @param {Window} target */
  glide(target) {
    this.window = target;
    cancelAnimationFrame(this.animation);
    this.animation = requestAnimationFrame(() => this.draw(this.lastRowSeen()));
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.events.rest?.(this.window), REST_MS);
  }

  /** Moves the window to `target`. @param {Window} target */
  travel(target) {
    cancelAnimationFrame(this.animation);
    const start = { ...this.window };
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const moves = start.left !== target.left || start.right !== target.right;
    if (still || !moves) {
      this.window = target;
      this.draw();
      return;
    }
    const begin = performance.now();
    const step = (/** @type {number} */ now) => {
      const part = Math.min(1, Math.max(0, (now - begin) / ZOOM_MS));
      const eased = 1 - (1 - part) ** 3;
      this.window = {
        left: start.left + (target.left - start.left) * eased,
        right: start.right + (target.right - start.right) * eased,
      };
      if (part === 1) this.window = target;
      // In motion only what is seen: a large tree has many more rows.
      this.draw(part < 1 ? this.lastRowSeen() : Infinity);
      if (part < 1) this.animation = requestAnimationFrame(step);
    };
    step(begin);
  }

  /** The row that is furthest from the root and seen. */
  lastRowSeen() {
    const { height, top, full } = this.sheet();
    return Math.ceil((this.upward ? full - top : top + height) / ROW);
  }

  /** Lays out and paints. @param {number} [lastRow] rows below it are left out for now */
  draw(lastRow = Infinity) {
    if (this.tree === null || this.look === null) return;
    const width = this.scroller.clientWidth;
    if (width === 0) return;
    this.boxes = layout(this.tree, this.window, width, lastRow);
    if (this.rootless) {
      this.boxes.shift();
      for (const box of this.boxes) box.row -= 1;
    }
    if (lastRow < Infinity) {
      this.paint();
      return;
    }
    this.full = Math.max(this.height(), this.upward ? this.scroller.clientHeight : 0);
    this.spacer.style.height = `${this.full}px`;
    this.paint();
  }

  /** Height of the whole picture in pixels. */
  height() {
    return this.boxes.reduce((most, box) => Math.max(most, box.row + 1), 0) * ROW;
  }

  sheet() {
    return {
      width: this.scroller.clientWidth,
      height: this.scroller.clientHeight,
      top: this.scroller.scrollTop,
      full: this.full,
      upward: this.upward,
    };
  }

  /** Paints what the scroll position shows. */
  paint() {
    if (this.look === null) return;
    const sheet = this.sheet();
    fitCanvas(this.canvas, sheet.width, sheet.height);
    this.painter.paint(this.boxes, sheet, this.look);
    this.mark();
  }

  /** Paints the outlines of the hovered, the selected and the keyboard's box. */
  mark() {
    const sheet = this.sheet();
    fitCanvas(this.overlay, sheet.width, sheet.height);
    const pen = context(this.overlay);
    pen.clearRect(0, 0, sheet.width, sheet.height);
    pen.strokeStyle = palette(theme()).outline;
    for (const box of seen(this.boxes, sheet)) {
      if (box.node === null) continue;
      const isMarked = box.node === this.hovered || box.node === this.cursor;
      const isSelected = box.node.frame >= 0 && box.node.frame === this.selectedFrame;
      if (!isMarked && !isSelected) continue;
      const x = Math.max(0, box.x);
      const width = Math.min(sheet.width, box.x + box.width) - x;
      pen.lineWidth = isMarked ? 2 : 1;
      pen.strokeRect(x + 0.5, yOf(box, sheet) + 0.5, Math.max(1, width - 2), ROW - 2);
    }
  }

  listen() {
    new ResizeObserver(() => this.draw()).observe(this.scroller);
    this.scroller.addEventListener("scroll", () => this.paint());
    this.overlay.addEventListener("pointermove", (event) => {
      const node = this.nodeAt(event);
      if (node !== this.hovered) {
        this.hovered = node;
        this.mark();
      }
      this.events.hover(node, node === null ? null : { x: event.clientX, y: event.clientY });
    });
    this.overlay.addEventListener("pointerleave", () => {
      this.hovered = null;
      this.mark();
      this.events.hover(null, null);
    });
    this.overlay.addEventListener("click", (event) => {
      const node = this.nodeAt(event);
      if (node === null) return;
      this.cursor = null;
      this.events.zoom(node);
    });
    this.overlay.addEventListener("contextmenu", (event) => {
      const node = this.nodeAt(event);
      if (node === null) return;
      event.preventDefault();
      this.events.menu(node, { x: event.clientX, y: event.clientY });
    });
    this.overlay.addEventListener("keydown", (event) => this.key(event));
    this.overlay.addEventListener("focus", () => {
      if (this.cursor === null && this.overlay.matches(":focus-visible")) this.moveTo(this.zoomed);
    });
    this.overlay.addEventListener("blur", () => {
      this.cursor = null;
      this.mark();
    });
  }

  /** @param {MouseEvent} event @returns {TreeNode | null} */
  nodeAt(event) {
    const bounds = this.overlay.getBoundingClientRect();
    const sheet = this.sheet();
    const [x, y] = [event.clientX - bounds.left, event.clientY - bounds.top];
    const hit = seen(this.boxes, sheet).find((box) => {
      const top = yOf(box, sheet);
      return y >= top && y < top + ROW && x >= box.x && x < box.x + box.width;
    });
    return hit?.node ?? null;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (this.tree === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const part = this.events.rest ? windowByKey(this.window, event) : null;
    const at = this.cursor ?? this.zoomed ?? this.tree.root;
    const towardsRoot = this.upward ? "ArrowDown" : "ArrowUp";
    const towardsLeaves = this.upward ? "ArrowUp" : "ArrowDown";
    if (part !== null) this.glide(part);
    else if (event.key === towardsRoot) this.moveTo(at.parent);
    else if (event.key === towardsLeaves) this.moveTo(this.tree.children(at)[0]);
    else if (event.key === "ArrowRight") this.moveTo(this.sibling(at, 1));
    else if (event.key === "ArrowLeft") this.moveTo(this.sibling(at, -1));
    else if (event.key === "Enter") this.events.zoom(at);
    else if (event.key === " ") this.events.select(at);
    else if (event.key === "n" || event.key === "N") this.moveTo(this.nextFound(at, event.key === "n" ? 1 : -1));
    else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) {
      this.events.menu(at, this.placeOf(at));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {TreeNode} node @param {number} step */
  sibling(node, step) {
    if (this.tree === null || node.parent === null) return null;
    const siblings = this.tree.children(node.parent);
    return siblings[siblings.indexOf(node) + step] ?? null;
  }

  /** The next box that the search finds, or the one before, by rows. @param {TreeNode} node @param {number} step */
  nextFound(node, step) {
    const found = this.look?.found ?? null;
    if (found === null) return null;
    const hits = this.boxes.filter((box) => box.node === node || (box.node !== null && box.node.frame >= 0 && found[box.node.frame] === 1));
    const at = hits.findIndex((box) => box.node === node);
    return hits.at(at < 0 ? 0 : (at + step) % hits.length)?.node ?? null;
  }

  /** Puts the keyboard's cursor on a box, and tells. @param {TreeNode | null | undefined} node */
  moveTo(node) {
    if (!node) return;
    this.cursor = node;
    const box = this.boxes.find((b) => b.node === node);
    if (box) {
      const sheet = this.sheet();
      const y = yOf(box, sheet);
      if (y < 0) this.scroller.scrollTop += y - ROW;
      if (y + ROW > sheet.height) this.scroller.scrollTop += y + 2 * ROW - sheet.height;
    }
    this.mark();
    this.events.hover(node, null);
  }

  /** Where a menu of a box opens. @param {TreeNode} node */
  placeOf(node) {
    const bounds = this.overlay.getBoundingClientRect();
    const box = this.boxes.find((b) => b.node === node);
    const y = box ? yOf(box, this.sheet()) + ROW : 0;
    return { x: bounds.left + Math.max(0, box?.x ?? 0) + 8, y: bounds.top + y };
  }
}

/** @param {HTMLCanvasElement} canvas @returns {CanvasRenderingContext2D} */
function context(canvas) {
  const found = canvas.getContext("2d");
  if (found === null) throw new Error("this browser draws no canvas");
  return found;
}

/** Gives a canvas as many pixels as the screen has for it. @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
function fitCanvas(canvas, width, height) {
  const ratio = devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  context(canvas).setTransform(ratio, 0, 0, ratio, 0, 0);
}
