// What is shown and how. All of it stands in the address behind `#`, so that a link shows the same
// picture, and the browser's history is the list of undoable steps.

/** @typedef {import("../model/frames.js").Granularity} Granularity */
/** @typedef {import("../model/tree.js").WidthRule} WidthRule */

/**
 * @typedef {object} State
 * @property {string} view name of a view
 * @property {string} type kind of the sample type; empty for the usual one
 * @property {string} focus
 * @property {string} ignore
 * @property {string} hide
 * @property {string} show
 * @property {string} showFrom
 * @property {string} tagFocus
 * @property {string} tagIgnore
 * @property {string} span part of the time, in seconds since the first sample: `0.5-2`; empty for all
 * @property {string} groupBy key of the label whose values are the roots of all stacks; empty for none
 * @property {boolean} code whether the source view shows machine code
 * @property {string} label key of the label that is looked at; empty for the first
 * @property {Granularity} granularity
 * @property {boolean} inlines whether inlined calls are frames of their own
 * @property {import("../model/stacks.js").Collapse} collapsed what becomes of recursion
 * @property {boolean} relative whether percentages refer to what the filters leave
 * @property {boolean} normalized whether the base is scaled to the same total
 * @property {WidthRule} widths what boxes are drawn by in a comparison
 * @property {boolean} upward whether flames grow upward
 * @property {string} search
 * @property {string} zoom ranks of children from the root to the box that fills the width: `0.2.1`;
 *   or the part of the whole width that is shown: `@0.25-0.5`
 * @property {string} selected name of the selected frame; empty for none
 * @property {string} sort column of the table, with `-` in front for ascending order
 * @property {boolean[]} shown for each source, whether it counts
 * @property {boolean[]} base for each source, whether it is compared with
 */

/** Names of the texts and switches in the address; those of filters are pprof's. */
const TEXTS = /** @type {const} */ ({
  view: "v", type: "si", focus: "f", ignore: "i", hide: "h", show: "s", showFrom: "sf",
  tagFocus: "tf", tagIgnore: "ti", span: "t", groupBy: "tr", label: "lab", granularity: "g", collapsed: "cr", widths: "w", search: "q", zoom: "z",
  selected: "sel", sort: "sort",
});
const SWITCHES = /** @type {const} */ ({
  inlines: "inl", relative: "rel", code: "asm", normalized: "norm", upward: "up",
});
const SIDES = /** @type {const} */ ({ shown: "a", base: "b" });

/** Changes that make another picture, in which the old zoom means nothing. */
const UNZOOMS = [
  "view", "type", "focus", "ignore", "hide", "show", "showFrom", "tagFocus", "tagIgnore",
  "span", "groupBy", "granularity", "inlines", "collapsed", "widths", "normalized", "shown", "base",
];

/**
 * The state before anything is chosen.
 * @param {{ shown: boolean, base: boolean }[]} sources
 * @returns {State}
 */
export function initial(sources) {
  return {
    view: "flame", type: "", focus: "", ignore: "", hide: "", show: "", showFrom: "", tagFocus: "",
    tagIgnore: "", span: "", groupBy: "", label: "", code: false, granularity: "functions", inlines: true, collapsed: "", relative: false,
    normalized: false, widths: "both", upward: false, search: "", zoom: "", selected: "",
    sort: "flat",
    shown: sources.map((source) => source.shown),
    base: sources.map((source) => source.base),
  };
}

/**
 * `state` with `patch`; the zoom goes where it has lost its meaning.
 * @param {State} state
 * @param {Partial<State>} patch
 * @returns {State}
 */
export function changed(state, patch) {
  const unzooms = UNZOOMS.some((name) => name in patch) && !("zoom" in patch);
  return { ...state, ...(unzooms ? { zoom: "" } : {}), ...patch };
}

/**
 * The state as it stands in the address: what differs from the usual.
 * @param {State} state
 * @param {State} usual
 */
export function toHash(state, usual) {
  const parameters = new URLSearchParams();
  for (const [name, short] of entries(TEXTS)) {
    if (state[name] !== usual[name]) parameters.set(short, state[name]);
  }
  for (const [name, short] of entries(SWITCHES)) {
    if (state[name] !== usual[name]) parameters.set(short, state[name] ? "1" : "0");
  }
  for (const [name, short] of entries(SIDES)) {
    const numbers = (/** @type {boolean[]} */ flags) =>
      flags.flatMap((flag, index) => (flag ? [index] : [])).join(".");
    if (numbers(state[name]) !== numbers(usual[name])) parameters.set(short, numbers(state[name]));
  }
  return parameters.toString();
}

/**
 * @param {string} hash without the sign in front
 * @param {State} usual
 * @returns {State}
 */
export function fromHash(hash, usual) {
  const parameters = new URLSearchParams(hash);
  const state = { ...usual };
  for (const [name, short] of entries(TEXTS)) {
    const text = parameters.get(short);
    if (text !== null) Object.assign(state, { [name]: text });
  }
  for (const [name, short] of entries(SWITCHES)) {
    const text = parameters.get(short);
    if (text !== null) state[name] = text === "1";
  }
  for (const [name, short] of entries(SIDES)) {
    const text = parameters.get(short);
    if (text !== null) {
      const numbers = text.split(".").filter((part) => part !== "").map(Number);
      state[name] = usual[name].map((_, index) => numbers.includes(index));
    }
  }
  return state;
}

/** @template {object} T @param {T} names @returns {[keyof T, T[keyof T] & string][]} */
function entries(names) {
  return /** @type {[keyof T, T[keyof T] & string][]} */ (Object.entries(names));
}
