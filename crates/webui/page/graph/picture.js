// What the elements of a call graph's picture stand for. The server draws it; functions and calls
// are told by the titles of their elements.

import { strengthOf } from "./colours.js";

/**
 * A box of the picture.
 * @typedef {object} GraphNode
 * @property {SVGGElement} element
 * @property {string} name of the function
 * @property {string} value what it has, as text
 * @property {number} strength of its colour, from -1 for the least to 1 for the most
 * @property {number} x centre, in the picture's unit
 * @property {number} y
 */

/**
 * An arrow of the picture.
 * @typedef {object} GraphCall
 * @property {SVGGElement} element
 * @property {string} caller
 * @property {string} callee
 * @property {string} value
 * @property {number} strength of its colour, as that of a box
 */

/**
 * The boxes and arrows of a picture that is part of the page.
 * @param {SVGSVGElement} svg
 * @returns {{ nodes: GraphNode[], calls: GraphCall[] }}
 */
export function partsOf(svg) {
  /** @type {GraphNode[]} */
  const nodes = [];
  /** @type {GraphCall[]} */
  const calls = [];
  for (const group of svg.querySelectorAll("g")) {
    const title = group.querySelector(":scope > title")?.textContent ?? "";
    const { name, value } = split(title);
    if (/^node\d+$/.test(group.id)) {
      const strength = strengthOf(group.querySelector("rect")?.getAttribute("stroke"));
      nodes.push({ element: group, name, value, strength, ...centre(group) });
    } else if (group.id === "" && title !== "") {
      const strength = strengthOf(group.querySelector("path")?.getAttribute("stroke"));
      calls.push({ element: group, value, strength, ...ends(name) });
    }
  }
  return { nodes, calls };
}

/** `main (10ms)` in its parts. @param {string} title */
function split(title) {
  const at = title.lastIndexOf(" (");
  if (at < 0 || !title.endsWith(")")) return { name: title, value: "" };
  return { name: title.slice(0, at), value: title.slice(at + 2, -1) };
}

/** `main -> work` in its parts; ` ... ` stands for frames left out between them. @param {string} text */
function ends(text) {
  const arrow = text.includes(" ... ") ? " ... " : " -> ";
  const [caller = "", callee = ""] = text.split(arrow);
  return { caller, callee };
}

/** @param {SVGGElement} group */
function centre(group) {
  const box = group.querySelector("rect");
  const number = (/** @type {string} */ name) => Number(box?.getAttribute(name) ?? 0);
  const offset = /** @type {SVGGElement | null} */ (group.parentElement?.closest("g[transform]") ?? null);
  const shift = offset?.transform.baseVal.consolidate()?.matrix;
  return {
    x: number("x") + number("width") / 2 + (shift?.e ?? 0),
    y: number("y") + number("height") / 2 + (shift?.f ?? 0),
  };
}

/**
 * The node nearest to another in a direction; null when there is none.
 * @param {GraphNode[]} nodes
 * @param {GraphNode} from
 * @param {"ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight"} direction
 * @returns {GraphNode | null}
 */
export function nearest(nodes, from, direction) {
  const isVertical = direction === "ArrowUp" || direction === "ArrowDown";
  const sign = direction === "ArrowUp" || direction === "ArrowLeft" ? -1 : 1;
  let best = null;
  let least = Infinity;
  for (const node of nodes) {
    const along = sign * (isVertical ? node.y - from.y : node.x - from.x);
    const aside = Math.abs(isVertical ? node.x - from.x : node.y - from.y);
    // Straight ahead counts for more than aside, so that a walk stays in its layer or goes to the next.
    const distance = isVertical ? along * 2 + aside : along + aside * 4;
    if (along > 1 && distance < least) {
      best = node;
      least = distance;
    }
  }
  return best;
}
