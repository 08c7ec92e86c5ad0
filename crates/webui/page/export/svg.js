// A call tree as an SVG document that shows names and numbers in any browser, without scripts.

import { FrameColours, palette } from "../flame/colours.js";
import { layout } from "../flame/layout.js";
import { fillOf, ROW } from "../flame/paint.js";
import { lastPart, shorten } from "../model/names.js";
import { lines, ofNode } from "../parts/describe.js";

/** @typedef {import("../model/model.js").Model} Model */
/** @typedef {import("../model/tree.js").CallTree} CallTree */
/** @typedef {import("../flame/paint.js").Look} Look */

const WIDTH = 1400;
const MARGIN = 12;
const TITLE = 32;
/** Mean width of a letter, in pixels. */
const LETTER = 6.8;

/**
 * @param {Model} model
 * @param {CallTree} tree
 * @param {import("../flame/layout.js").Window} window the part that is shown
 * @param {{ look: Look, upward: boolean, title: string }} options
 * @returns {string}
 */
export function flameSvg(model, tree, window, { look, upward, title }) {
  const boxes = layout(tree, window, WIDTH);
  const rows = boxes.reduce((most, box) => Math.max(most, box.row + 1), 0);
  const colours = new FrameColours(look.frames, look.theme);
  const shades = palette(look.theme);
  const height = TITLE + rows * ROW + MARGIN;
  const parts = boxes.map(({ node, x, width, row }) => {
    const left = Math.max(0, x);
    const wide = Math.min(WIDTH, x + width) - left;
    const y = TITLE + (upward ? rows - row - 1 : row) * ROW;
    const fill = node === null ? shades.rest : fillOf(node, look, colours);
    const shape = `<rect x="${at(left + MARGIN)}" y="${y}" width="${at(Math.max(0.3, wide - (wide > 3 ? 1 : 0)))}"` +
      ` height="${ROW - 1}" fill="${fill}"/>`;
    if (node === null) return shape;
    const subject = ofNode(model, tree, node);
    const told = lines(model, subject).map(([what, text]) => `${what} ${text}`).join("\n");
    const text = fitted(subject.name, wide - 10);
    const written = text === "" ? ""
      : `<text x="${at(left + MARGIN + 5)}" y="${y + 14}">${escaped(text)}</text>`;
    return `<g><title>${escaped(`${subject.name}\n${told}`)}</title>${shape}${written}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH + 2 * MARGIN}" height="${height}" ` +
    `viewBox="0 0 ${WIDTH + 2 * MARGIN} ${height}" font-family="system-ui, sans-serif" font-size="12" ` +
    `fill="${shades.text}"><rect width="100%" height="100%" fill="${shades.line}"/>` +
    `<text x="${MARGIN}" y="20" font-size="13" font-weight="600">${escaped(title)}</text>\n` +
    `${parts.join("\n")}\n</svg>\n`;
}

/** @param {number} pixels */
function at(pixels) {
  return String(Math.round(pixels * 10) / 10);
}

/** @param {string} name @param {number} room */
function fitted(name, room) {
  const letters = Math.floor(room / LETTER);
  const texts = [name, shorten(name), lastPart(name)];
  const fitting = texts.find((text) => text.length <= letters);
  if (fitting !== undefined) return fitting;
  return letters > 3 ? `${texts[2].slice(0, letters - 1)}\u2026` : "";
}

/** @param {string} text */
export function escaped(text) {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "\ufffd");
}
