// The colours of a call graph's picture. The server paints it as pprof does, for white paper, with red
// for more and green for less; here it gets the page's colours, in either theme, which people with any
// kind of colour vision tell apart. They stand in the picture itself, so that a download has them, too.

import { changeColour, heatColour, palette } from "../flame/colours.js";

/** @typedef {import("../flame/colours.js").Theme} Theme */
/** @typedef {import("./picture.js").GraphNode} GraphNode */
/** @typedef {import("./picture.js").GraphCall} GraphCall */

/** Difference of red and green in the server's strongest colours. */
const STRONGEST = 178;

/**
 * How strong a colour of the server is, from -1 (green) over 0 (grey) to 1 (red).
 * @param {string | null | undefined} colour `#rrggbb`
 */
export function strengthOf(colour) {
  const found = /^#(..)(..)/.exec(colour ?? "");
  if (found === null) return 0;
  const [red, green] = [parseInt(found[1], 16), parseInt(found[2], 16)];
  return Math.max(-1, Math.min(1, (red - green) / STRONGEST));
}

/**
 * Paints a picture.
 * @param {SVGSVGElement} svg
 * @param {GraphNode[]} nodes
 * @param {GraphCall[]} calls
 * @param {Theme} theme
 * @param {((node: GraphNode) => [number, number]) | null} change value and base of a function in a
 *   comparison
 */
export function paint(svg, nodes, calls, theme, change) {
  const { text, line, fadedText, faded } = palette(theme);
  svg.setAttribute("fill", text);
  svg.querySelector(":scope > rect")?.setAttribute("fill", line);
  for (const plain of svg.querySelectorAll("g > rect")) set(plain, { fill: faded, stroke: fadedText });
  for (const { element, strength } of nodes) {
    set(element.querySelector("rect"), { fill: heatColour(strength, theme, "fill"), stroke: heatColour(strength, theme, "line") });
  }
  if (change !== null) {
    for (const node of nodes) set(node.element.querySelector("rect"), { fill: changeColour(...change(node), theme) });
  }
  for (const path of svg.querySelectorAll("g > path")) stroke(path, fadedText);
  for (const { element, strength } of calls) {
    for (const path of element.querySelectorAll("path")) stroke(path, heatColour(strength, theme, "line"));
  }
}

/** Colours an arrow, or its head. @param {Element} path @param {string} colour */
function stroke(path, colour) {
  set(path, path.getAttribute("fill") === "none" ? { stroke: colour } : { fill: colour });
}

/** @param {Element | null} element @param {Record<string, string>} attributes */
function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element?.setAttribute(name, value);
}
