// Boxes onto a canvas.

import { changeColour, FrameColours, palette } from "./colours.js";
import { rowsBetween } from "./layout.js";
import { pixelOf, Pixels } from "./pixels.js";
import { lastPart, shorten } from "../model/names.js";
import { FONT, TextFitter } from "./text.js";

/** @typedef {import("./layout.js").Box} Box */
/** @typedef {import("./colours.js").Theme} Theme */
/** @typedef {import("../model/frames.js").Frames} Frames */

export const ROW = 20;
const PADDING = 5;
/** Pixels from which on a box has more than a colour. */
const WIDE = 4;
/** Pixels from which on a box says how much it has, and those between its name and that. */
const NOTED = 100;
const NOTE_GAP = 16;

/**
 * What boxes look like.
 * @typedef {object} Look
 * @property {Frames} frames
 * @property {Theme} theme
 * @property {boolean} isDiff
 * @property {Uint8Array | null} found 1 for frames that a search found
 * @property {string} rootName
 * @property {(node: import("../model/tree.js").TreeNode) => string} note what stands at the right of a box
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
    this.pixels = new Pixels();
    /** @type {FrameColours | null} */
    this.colours = null;
    /** Shorter names of frames. @type {Map<number, [string, string]>} */
    this.shorter = new Map();
  }

  /**
   * @param {Box[]} boxes by rows
   * @param {Sheet} sheet
   * @param {Look} look
   */
  paint(boxes, sheet, look) {
    const { context, pixels } = this;
    const { canvas } = context;
    pixels.begin(canvas.width, canvas.height, canvas.width / Math.max(1, sheet.width));
    const wide = this.fill(seen(boxes, sheet), sheet, look);
    context.putImageData(pixels.image, 0, 0);
    context.font = FONT;
    context.textBaseline = "middle";
    const shades = palette(look.theme);
    for (const box of wide) {
      const { x, width } = clipped(box, sheet);
      const y = yOf(box, sheet);
      const isFaded = isFadedIn(look, box);
      if (look.isDiff && !isFaded) this.hatch(box, x, y, width, look);
      this.write(box, x, y, width, isFaded ? shades.fadedText : shades.text, look);
    }
  }

  /**
   * Fills the boxes, row by row. Those that are wide enough for more than a colour.
   * @param {Box[]} boxes
   * @param {Sheet} sheet
   * @param {Look} look
   */
  fill(boxes, sheet, look) {
    const { pixels } = this;
    const colours = this.coloursOf(look);
    const shades = palette(look.theme);
    const [rest, faded, ring] = [shades.rest, shades.faded, shades.found].map(pixelOf);
    /** @type {Box[]} */
    const wide = [];
    /** @type {Box[]} */
    const found = [];
    for (let index = 0; index < boxes.length; ) {
      const { row } = boxes[index];
      const y = yOf(boxes[index], sheet);
      const [line, end] = pixels.lines(y, ROW - 1);
      for (; index < boxes.length && boxes[index].row === row; index += 1) {
        const box = boxes[index];
        const { x, width } = clipped(box, sheet);
        const { node } = box;
        if (line < end) {
          const colour = node === null ? rest : isFadedIn(look, box) ? faded : pixelOf(fillOf(node, look, colours));
          pixels.span(line, x, width, colour);
        }
        if (node === null) continue;
        if (width > WIDE) wide.push(box);
        if (look.found !== null && node.frame >= 0 && look.found[node.frame] === 1) found.push(box);
      }
      pixels.repeat(line, end);
    }
    for (const box of found) {
      const { x, width } = clipped(box, sheet);
      const [line, end] = pixels.lines(yOf(box, sheet) + ROW - 4, 3);
      for (let at = line; at < end; at += 1) pixels.span(at, x, width, ring);
    }
    return wide;
  }

  /** @param {Look} look */
  coloursOf(look) {
    const { colours } = this;
    if (colours !== null && colours.frames === look.frames && colours.theme === look.theme) return colours;
    if (colours?.frames !== look.frames) this.shorter = new Map();
    this.colours = new FrameColours(look.frames, look.theme);
    return this.colours;
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
    if (room >= NOTED && isSplit(box.node)) this.noteOf(box.node, x + width - PADDING, y, room - this.fitter.width(text), look);
  }

  /**
   * Writes how much a box has, where its name leaves room for it.
   * @param {import("../model/tree.js").TreeNode} node
   * @param {number} right
   * @param {number} y
   * @param {number} room
   * @param {Look} look
   */
  noteOf(node, right, y, room, look) {
    const note = look.note(node);
    const width = this.fitter.width(note);
    if (width + NOTE_GAP > room) return;
    this.context.globalAlpha = isFadedIn(look, { node }) ? 1 : 0.72;
    this.context.fillText(note, right - width, y + ROW / 2);
    this.context.globalAlpha = 1;
  }

  /** Two shorter names: without the path, and the last part alone. @param {number} frame @param {Frames} frames */
  short(frame, frames) {
    let texts = this.shorter.get(frame);
    if (texts === undefined) {
      const name = frames.names[frame];
      texts = [shorten(name), lastPart(name)];
      this.shorter.set(frame, texts);
    }
    return texts;
  }

  /**
   * Lines across what is new (rising) or gone (falling).
   * @param {Box} box
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {Look} look
   */
  hatch({ node }, x, y, width, look) {
    if (node === null) return;
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
 * @param {FrameColours} colours
 */
export function fillOf(node, look, colours) {
  if (look.isDiff) return changeColour(node.value, node.base, look.theme);
  return node.frame < 0 ? palette(look.theme).root : colours.of(node.frame);
}

/** Whether a box has less than the one it is called from: the same number is not said again and again. @param {import("../model/tree.js").TreeNode} node */
function isSplit({ parent, width }) {
  return parent === null || width < parent.width * 0.995;
}

/** The upper edge of a box on the sheet. @param {Box} box @param {Sheet} sheet */
export function yOf(box, sheet) {
  const y = box.row * ROW;
  return (sheet.upward ? sheet.full - y - ROW : y) - sheet.top;
}

/** The boxes in rows that are seen. @param {Box[]} boxes by rows @param {Sheet} sheet */
export function seen(boxes, { height, top, full, upward }) {
  const [from, to] = upward ? [full - top - height, full - top] : [top, top + height];
  return rowsBetween(boxes, Math.floor(from / ROW), Math.ceil(to / ROW));
}

/** What of a box lies on the sheet, without the gap to the next one. @param {Box} box @param {Sheet} sheet */
function clipped(box, sheet) {
  const x = Math.max(0, box.x);
  const width = Math.min(sheet.width, box.x + box.width) - x;
  return { x, width: width > 3 ? width - 1 : width };
}

/** Whether the search sets a box back. @param {Look} look @param {Pick<Box, "node">} box */
function isFadedIn({ found }, { node }) {
  return found !== null && node !== null && (node.frame < 0 || found[node.frame] !== 1);
}
