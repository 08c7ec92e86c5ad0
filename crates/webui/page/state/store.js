// The state in force, kept in the address. Every lasting change is a step of the browser's history:
// going back is undoing.

import { changed, fromHash, toHash } from "./state.js";

/** @typedef {import("./state.js").State} State */

export class Store {
  /**
   * @param {State} usual the state that an address without anything behind `#` stands for
   * @param {() => void} onChange
   */
  constructor(usual, onChange) {
    this.usual = usual;
    this.onChange = onChange;
    this.state = fromHash(location.hash.slice(1), usual);
    /** Steps that can be undone. */
    this.depth = stepsOf(history.state);
    /** Steps that can be done again. */
    this.ahead = 0;
    /** Whether the last change was a passing one: the next one takes its place. */
    this.passing = false;
    addEventListener("popstate", (event) => {
      const depth = stepsOf(event.state);
      this.ahead = Math.max(0, this.ahead + this.depth - depth);
      this.depth = depth;
      this.passing = false;
      this.state = fromHash(location.hash.slice(1), this.usual);
      this.onChange();
    });
  }

  /**
   * Changes the state.
   * @param {Partial<State>} patch
   * @param {{ passing?: boolean }} [how] passing changes in a row, such as the letters of a search, are
   *   one step
   */
  set(patch, { passing = false } = {}) {
    const next = changed(this.state, patch);
    const hash = toHash(next, this.usual);
    if (hash === toHash(this.state, this.usual)) return;
    this.state = next;
    const replaces = passing && this.passing;
    this.passing = passing;
    if (!replaces) this.depth += 1;
    this.ahead = 0;
    const address = `${location.pathname}${location.search}#${hash}`;
    const steps = { depth: this.depth };
    if (replaces) history.replaceState(steps, "", address);
    else history.pushState(steps, "", address);
    this.onChange();
  }

  /** Takes another usual state: sources were added. @param {State} usual @param {State} state */
  rebase(usual, state) {
    this.usual = usual;
    this.state = state;
    const hash = toHash(state, usual);
    history.replaceState({ depth: this.depth }, "", `${location.pathname}${location.search}#${hash}`);
  }

  undo() {
    if (this.depth > 0) history.back();
  }

  redo() {
    if (this.ahead > 0) history.forward();
  }
}

/** @param {unknown} entry */
function stepsOf(entry) {
  const depth = entry && typeof entry === "object" && "depth" in entry ? entry.depth : 0;
  return typeof depth === "number" ? depth : 0;
}
