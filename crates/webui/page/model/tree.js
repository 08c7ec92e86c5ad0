// The tree of calls that a flame graph draws, opened as far as somebody looks.
//
// A node is a range of stacks that share their way to it. Its children are made when they are asked
// for, by sorting the range by the next frame: what is too narrow to be drawn costs nothing, so a
// profile of millions of nodes shows at once. The same serves for stacks read from the leaf
// (inverted), and for those above or below one frame (sandwich).

/** @typedef {import("./stacks.js").Stacks} Stacks */
/** @typedef {import("./weights.js").Weights} Weights */

/**
 * @typedef {object} TreeNode
 * @property {number} frame -1 for the root of whole stacks
 * @property {number} depth 0 for the root
 * @property {TreeNode | null} parent
 * @property {number} from first stack in the tree's order
 * @property {number} to behind its last
 * @property {number} value
 * @property {number} base
 * @property {number} flat what ends here; known once the children are
 * @property {number} baseFlat
 * @property {number} width what it is drawn by; those of children never exceed their parent's
 * @property {boolean} inlined
 * @property {TreeNode[] | null} children heaviest first; null until they are asked for
 */

/**
 * Which way stacks are read, and from where.
 * @typedef {object} Reading
 * @property {boolean} inverted from the leaf towards the root
 * @property {number} pivot only stacks through this frame, from its outermost call on; -1 for all
 */

/** What decides the width of a node when two sides are compared. */
/** @typedef {"both" | "value" | "base"} WidthRule */

export class CallTree {
  /**
   * @param {Stacks} stacks
   * @param {Weights} weights
   * @param {string[]} names of frames, which settle ties
   * @param {Reading} reading
   * @param {WidthRule} rule
   */
  constructor(stacks, weights, names, reading, rule) {
    this.stacks = stacks;
    this.weights = weights;
    this.names = names;
    this.rule = rule;
    this.reading = reading;
    this.step = reading.inverted ? -1 : 1;
    /** Where each stack is read from. */
    this.starts = new Int32Array(stacks.count);
    /** The stacks that take part, grouped by node. */
    this.order = this.select();
    this.spare = new Uint32Array(this.order.length);
    this.groupOf = new Int32Array(names.length).fill(-1);
    /** @type {TreeNode} */
    this.root = emptyNode(reading.pivot, 0, null, false);
    this.root.to = this.order.length;
    for (const stack of this.order) this.add(this.root, stack);
  }

  /** The stacks that weigh something and can be read as asked. */
  select() {
    const { count, ends } = this.stacks;
    const order = new Uint32Array(count);
    let [length, first] = [0, 0];
    for (let stack = 0; stack < count; stack += 1) {
      const end = ends[stack];
      const start = this.startOf(first, end);
      if (start !== null && this.widthOf(stack) > 0) {
        this.starts[stack] = start;
        order[length] = stack;
        length += 1;
      }
      first = end;
    }
    return order.subarray(0, length);
  }

  /**
   * Where the stack between two positions is read from; null when it does not take part.
   * @param {number} first
   * @param {number} end
   */
  startOf(first, end) {
    const { inverted, pivot } = this.reading;
    if (pivot < 0) return inverted ? end - 1 : first;
    const frames = this.stacks.frames;
    for (let i = first; i < end; i += 1) if (frames[i] === pivot) return i + this.step;
    return null;
  }

  /** @param {number} stack */
  widthOf(stack) {
    const value = Math.abs(this.weights.value[stack]);
    const base = Math.abs(this.weights.base[stack]);
    if (this.rule === "value") return value;
    return this.rule === "base" ? base : value + base;
  }

  /** @param {TreeNode} node @param {number} stack */
  add(node, stack) {
    node.value += this.weights.value[stack];
    node.base += this.weights.base[stack];
    node.width += this.widthOf(stack);
  }

  /**
   * The children of a node, heaviest first.
   * @param {TreeNode} node
   * @returns {TreeNode[]}
   */
  children(node) {
    node.children ??= this.open(node);
    return node.children;
  }

  /** Groups the stacks of a node by their next frame. @param {TreeNode} node */
  open(node) {
    const { ends, frames, inlined } = this.stacks;
    /** @type {TreeNode[]} */
    const groups = [];
    /** @type {number[]} */
    const sizes = [];
    for (let i = node.from; i < node.to; i += 1) {
      const stack = this.order[i];
      const at = this.starts[stack] + this.step * node.depth;
      if (at >= ends[stack] || at < (stack === 0 ? 0 : ends[stack - 1])) {
        node.flat += this.weights.value[stack];
        node.baseFlat += this.weights.base[stack];
        continue;
      }
      const frame = frames[at];
      let group = this.groupOf[frame];
      if (group < 0) {
        group = groups.length;
        this.groupOf[frame] = group;
        groups.push(emptyNode(frame, node.depth + 1, node, inlined[at] === 1));
        sizes.push(0);
      }
      this.add(groups[group], stack);
      sizes[group] += 1;
    }
    this.regroup(node, groups, sizes);
    for (const group of groups) this.groupOf[group.frame] = -1;
    return groups.sort((a, b) =>
      b.width - a.width || (this.names[a.frame] < this.names[b.frame] ? -1 : 1));
  }

  /**
   * Puts the stacks of each group side by side, and those that end here behind all.
   * @param {TreeNode} node
   * @param {TreeNode[]} groups
   * @param {number[]} sizes
   */
  regroup(node, groups, sizes) {
    const { ends, frames } = this.stacks;
    let at = node.from;
    groups.forEach((group, index) => {
      group.from = at;
      group.to = at;
      at += sizes[index];
    });
    this.spare.set(this.order.subarray(node.from, node.to), node.from);
    for (let i = node.from; i < node.to; i += 1) {
      const stack = this.spare[i];
      const next = this.starts[stack] + this.step * node.depth;
      if (next >= ends[stack] || next < (stack === 0 ? 0 : ends[stack - 1])) {
        this.order[at] = stack;
        at += 1;
        continue;
      }
      const group = groups[this.groupOf[frames[next]]];
      this.order[group.to] = stack;
      group.to += 1;
    }
  }

  /**
   * The node that is reached from the root by the ranks of children, as far as there are such.
   * @param {number[]} ranks
   */
  descend(ranks) {
    let node = this.root;
    for (const rank of ranks) {
      const child = this.children(node)[rank];
      if (child === undefined) break;
      node = child;
    }
    return node;
  }

  /** The ranks that lead to a node. @param {TreeNode} node @returns {number[]} */
  ranks(node) {
    const ranks = [];
    for (let at = node; at.parent !== null; at = at.parent) {
      ranks.push(this.children(at.parent).indexOf(at));
    }
    return ranks.reverse();
  }
}

/** @param {number} frame @param {number} depth @param {TreeNode | null} parent @param {boolean} inlined @returns {TreeNode} */
function emptyNode(frame, depth, parent, inlined) {
  return {
    frame, depth, parent, from: 0, to: 0, value: 0, base: 0, flat: 0, baseFlat: 0, width: 0, inlined,
    children: null,
  };
}
