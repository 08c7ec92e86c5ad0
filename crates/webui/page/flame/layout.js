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
