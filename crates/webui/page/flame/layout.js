// Which boxes of a call tree are seen: positions and widths in pixels, for a window onto the tree.

/** @typedef {import("../model/tree.js").CallTree} CallTree */
/** @typedef {import("../model/tree.js").TreeNode} TreeNode */

/** Boxes narrower than this many pixels are drawn together. */
const NARROW = 0.6;

/**
 * A part of the tree's width: 0 is the left end of the root, 1 its right end.
 * @typedef {object} Window
 * @property {number} left
 * @property {number} right
 */

/**
 * @typedef {object} Box
 * @property {TreeNode | null} node null where boxes too narrow to be told apart lie together
 * @property {number} x in pixels, may be left of the window
 * @property {number} width in pixels
 * @property {number} row 0 for the root
 */

/**
 * The boxes within the window, by rows from the root.
 * @param {CallTree} tree
 * @param {Window} window
 * @param {number} pixels width of the picture
 * @param {number} [lastRow] rows below it are left out
 * @returns {Box[]}
 */
export function layout(tree, window, pixels, lastRow = Infinity) {
  const scale = pixels / (window.right - window.left);
  const unit = tree.root.width > 0 ? scale / tree.root.width : 0;
  const origin = -window.left * scale;
  /** @type {Box[]} */
  const boxes = [{ node: tree.root, x: origin, width: scale, row: 0 }];
  for (let index = 0; index < boxes.length; index += 1) {
    const { node, x, width, row } = boxes[index];
    if (node === null || width < NARROW || unit === 0 || row >= lastRow) continue;
    let left = x;
    const children = tree.children(node);
    for (let i = 0; i < children.length && left < pixels; i += 1) {
      const child = children[i];
      const wide = child.width * unit;
      if (wide < NARROW) {
        pushRest(boxes, children, i, left, unit, row + 1, pixels);
        break;
      }
      if (left + wide > 0) boxes.push({ node: child, x: left, width: wide, row: row + 1 });
      left += wide;
    }
  }
  return boxes;
}

/**
 * One box for all children from `first` on.
 * @param {Box[]} boxes
 * @param {TreeNode[]} children
 * @param {number} first
 * @param {number} x
 * @param {number} unit
 * @param {number} row
 * @param {number} pixels
 */
function pushRest(boxes, children, first, x, unit, row, pixels) {
  let width = 0;
  for (let i = first; i < children.length && x + width < pixels; i += 1) {
    width += children[i].width * unit;
  }
  if (width >= NARROW && x + width > 0) boxes.push({ node: null, x, width, row });
}

/**
 * The boxes of the rows from one to before another.
 * @param {Box[]} boxes by rows
 * @param {number} from
 * @param {number} to
 */
export function rowsBetween(boxes, from, to) {
  const first = (/** @type {number} */ row) => {
    let [low, high] = [0, boxes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (boxes[middle].row < row) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return boxes.slice(first(from), first(to));
}

/**
 * The window in which a node takes the whole width.
 * @param {CallTree} tree
 * @param {TreeNode} node
 * @returns {Window}
 */
export function windowOf(tree, node) {
  let before = 0;
  for (let at = node; at.parent !== null; at = at.parent) {
    for (const sibling of tree.children(at.parent)) {
      if (sibling === at) break;
      before += sibling.width;
    }
  }
  const whole = tree.root.width;
  if (whole === 0 || node.width === 0) return { left: 0, right: 1 };
  return { left: before / whole, right: (before + node.width) / whole };
}

/** The least part of a tree that can fill the width. */
const LEAST = 1e-7;

/**
 * A window that shows `factor` times as much, with what is at `place` of its width where it was.
 * @param {Window} window
 * @param {number} factor
 * @param {number} place from 0 to 1
 * @returns {Window}
 */
export function zoomedBy(window, factor, place) {
  const size = Math.min(1, Math.max(LEAST, (window.right - window.left) * factor));
  const fixed = window.left + (window.right - window.left) * place;
  return within(fixed - size * place, size);
}

/** A window that has moved by a part of its width. @param {Window} window @param {number} part */
export function movedBy(window, part) {
  const size = window.right - window.left;
  return within(window.left + size * part, size);
}

/** The window of a size that begins at `left`, or as near as the tree goes. @param {number} left @param {number} size @returns {Window} */
function within(left, size) {
  const from = Math.min(1 - size, Math.max(0, left));
  return { left: from, right: from + size };
}

/** A window as it stands in the address: `@0.25-0.5`. @param {Window} window */
export function windowText({ left, right }) {
  const digits = (/** @type {number} */ part) => part.toFixed(9).replace(/\.?0+$/, "");
  return `@${digits(left)}-${digits(right)}`;
}

/** The window of such a text; null where it is none. @param {string} text @returns {Window | null} */
export function windowIn(text) {
  const found = /^@([\d.]+)-([\d.]+)$/.exec(text);
  const [left, right] = [Number(found?.[1]), Number(found?.[2])];
  return left >= 0 && right <= 1 && right - left >= LEAST / 2 ? { left, right } : null;
}
