// Boxes onto a canvas.

import { changeColour, frameColours, palette } from "./colours.js";
import { lastPart, shorten } from "../model/names.js";
import { FONT, TextFitter } from "./text.js";

/** @typedef {import("./layout.js").Box} Box */
/** @typedef {import("./colours.js").Theme} Theme */
/** @typedef {import("../model/frames.js").Frames} Frames */

export const ROW = 20;
const PADDING = 5;

/**
 * What boxes look like.
 * @typedef {object} Look
 * @property {Frames} frames
 * @property {Theme} theme
 * @property {boolean} isDiff
 * @property {Uint8Array | null} found 1 for frames that a search found
 * @property {string} rootName
 */

/**
 * Where boxes go.
 * @typedef {object} Sheet
 * @property {number} width in pixels
 * @property {number} height
 * @property {number} top the first pixel of the picture that is seen
 * @property {number} full height of the whole picture
 * @property {boolean} upward whether the root is at the bottom
 */

export class Painter {
  /** @param {CanvasRenderingContext2D} context */
  constructor(context) {
    this.context = context;
    context.font = FONT;
    this.fitter = new TextFitter(context);
    /** @type {{ frames: Frames | null, theme: Theme, colours: string[], short: Map<number, [string, string]> }} */
    this.cache = { frames: null, theme: "light", colours: [], short: new Map() };
  }

  /**
   * @param {Box[]} boxes
   * @param {Sheet} sheet
   * @param {Look} look
   */
  paint(boxes, sheet, look) {
    const { context } = this;
    const colours = this.coloursOf(look);
    const shades = palette(look.theme);
    context.clearRect(0, 0, sheet.width, sheet.height);
    context.font = FONT;
    context.textBaseline = "middle";
    for (const box of boxes) {
      const y = yOf(box, sheet);
      if (y + ROW < 0 || y > sheet.height) continue;
      const x = Math.max(0, box.x);
      const width = Math.min(sheet.width, box.x + box.width) - x;
      const gap = width > 3 ? 1 : 0;
      const { node } = box;
      if (node === null) {
        context.fillStyle = shades.rest;
        context.fillRect(x, y, width, ROW - 1);
        continue;
      }
      const isFound = look.found !== null && node.frame >= 0 && look.found[node.frame] === 1;
      const isFaded = look.found !== null && !isFound;
      context.fillStyle = isFaded ? shades.faded : fillOf(node, look, colours);
      context.fillRect(x, y, width - gap, ROW - 1);
      if (look.isDiff && width > 4 && !isFaded) this.hatch(node, x, y, width - gap, look);
      if (isFound) {
        context.fillStyle = shades.found;
        context.fillRect(x, y + ROW - 4, width - gap, 3);
      }
      this.write(box, x, y, width - gap, isFaded ? shades.fadedText : shades.text, look);
    }
  }

  /** @param {Look} look */
  coloursOf(look) {
    const { cache } = this;
    if (cache.frames !== look.frames || cache.theme !== look.theme) {
      cache.colours = frameColours(look.frames, look.theme);
      if (cache.frames !== look.frames) cache.short = new Map();
      cache.frames = look.frames;
      cache.theme = look.theme;
    }
    return cache.colours;
  }

  /** @param {Box} box @param {number} x @param {number} y @param {number} width @param {string} colour @param {Look} look */
  write(box, x, y, width, colour, look) {
    const room = width - 2 * PADDING;
    if (room < 14 || box.node === null) return;
    const { frame } = box.node;
    const texts = frame < 0
      ? [look.rootName]
      : [look.frames.names[frame], ...this.short(frame, look.frames)];
    const text = this.fitter.fit(texts, room);
    if (text === "") return;
    this.context.fillStyle = colour;
    this.context.fillText(text, x + PADDING, y + ROW / 2);
  }

  /** Two shorter names: without the path, and the last part alone. @param {number} frame @param {Frames} frames */
  short(frame, frames) {
    let texts = this.cache.short.get(frame);
    if (texts === undefined) {
      const name = frames.names[frame];
      texts = [shorten(name), lastPart(name)];
      this.cache.short.set(frame, texts);
    }
    return texts;
  }

  /**
   * Lines across what is new (rising) or gone (falling).
   * @param {import("../model/tree.js").TreeNode} node
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {Look} look
   */
  hatch(node, x, y, width, look) {
    const rises = node.base === 0 && node.value !== 0;
    const falls = node.value === 0 && node.base !== 0;
    if (!rises && !falls) return;
    const { context } = this;
    context.save();
    context.beginPath();
    context.rect(x, y, width, ROW - 1);
    context.clip();
    context.strokeStyle = look.theme === "light" ? "rgb(255 255 255 / 55%)" : "rgb(0 0 0 / 35%)";
    context.lineWidth = 1.5;
    context.beginPath();
    const slope = ROW;
    for (let at = x - slope; at < x + width + slope; at += 8) {
      context.moveTo(at, rises ? y + ROW : y);
      context.lineTo(at + slope, rises ? y : y + ROW);
    }
    context.stroke();
    context.restore();
  }
}

/**
 * The colour of a box that the search does not set back.
 * @param {import("../model/tree.js").TreeNode} node
 * @param {Look} look
 * @param {string[]} colours of frames
 */
export function fillOf(node, look, colours) {
  if (look.isDiff) return changeColour(node.value, node.base, look.theme);
  return node.frame < 0 ? palette(look.theme).root : colours[node.frame];
}

/** The upper edge of a box on the sheet. @param {Box} box @param {Sheet} sheet */
export function yOf(box, sheet) {
  const y = box.row * ROW;
  return (sheet.upward ? sheet.full - y - ROW : y) - sheet.top;
}
