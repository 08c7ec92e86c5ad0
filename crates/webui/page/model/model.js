// What the views draw: the dataset under the state's filters, added up. Each stage is kept until
// something it depends on changes, so that switching views, zooming and searching cost little.

import { apply } from "./filters.js";
import { framesOf } from "./frames.js";
import { sumsOf } from "./functions.js";
import { neighbours } from "./edges.js";
import { labelKeys, labelSums, rootedIn, withLabelFrames } from "./labels.js";
import { search } from "./search.js";
import { stacksOf } from "./stacks.js";
import { heatOf, spanOf, timesOf } from "./times.js";
import { CallTree } from "./tree.js";
import { label, percentage } from "./units.js";
import { weightsOf } from "./weights.js";

/** @typedef {import("../data/dataset.js").Dataset} Dataset */
/** @typedef {import("../state/state.js").State} State */
/** @typedef {import("./frames.js").Frames} Frames */
/** @typedef {import("./tree.js").Reading} Reading */

/** Keeps one value for as long as its key stays the same. @template T */
class Memo {
  constructor() {
    /** @type {string | null} */
    this.key = null;
    /** @type {T | undefined} */
    this.value = undefined;
  }

  /** @param {unknown[]} parts @param {() => T} make @returns {T} */
  get(parts, make) {
    const key = JSON.stringify(parts);
    if (key !== this.key) {
      this.value = make();
      this.key = key;
    }
    return /** @type {T} */ (this.value);
  }
}

export class Model {
  /** @param {Dataset} dataset */
  constructor(dataset) {
    this.dataset = dataset;
    /** @type {State} */
    this.state = /** @type {State} */ (/** @type {unknown} */ (null));
    this.memos = {
      /** @type {Memo<Frames>} */ frames: new Memo(),
      /** @type {Memo<{ frames: Frames, ofSample: Uint32Array }>} */ grouped: new Memo(),
      /** @type {Memo<string[]>} */ labelKeys: new Memo(),
      /** @type {Memo<import("./times.js").Times | null>} */ times: new Memo(),
      /** @type {Memo<import("./filters.js").Filtered>} */ filtered: new Memo(),
      /** @type {Memo<import("./stacks.js").Stacks>} */ stacks: new Memo(),
      /** @type {Memo<import("./weights.js").Weights>} */ weights: new Memo(),
      /** @type {Memo<import("./functions.js").FrameSums>} */ sums: new Memo(),
      /** @type {Memo<import("./search.js").Found | null>} */ found: new Memo(),
      /** @type {Memo<Map<string, number>>} */ byName: new Memo(),
    };
    /** Trees by how they are read. @type {Map<string, { key: string, tree: CallTree }>} */
    this.trees = new Map();
  }

  /** Takes the state that everything is computed for from now on. @param {State} state */
  update(state) {
    this.state = state;
  }

  /** The position of the sample type that is shown: the one asked for, if a shown profile has it. */
  get typeIndex() {
    const { types, sources } = this.dataset;
    const shown = sources.filter((_, index) => this.state.shown[index]);
    const has = (/** @type {import("../data/dataset.js").Source} */ source) =>
      source.profile.types.some((type) => type.kind === this.state.type);
    const { types: own, defaultType } = shown[0].profile;
    const usual = own.find((type) => type.kind === defaultType) ?? own[own.length - 1];
    const kind = shown.some(has) ? this.state.type : usual.kind;
    return types.findIndex((type) => type.kind === kind);
  }

  get type() {
    return this.dataset.types[this.typeIndex];
  }

  /** Whether two sides are compared. */
  get isDiff() {
    return this.state.base.includes(true);
  }

  frames() {
    const { granularity, groupBy } = this.state;
    const frames = this.memos.frames.get([granularity], () => framesOf(this.dataset, granularity));
    return groupBy === "" ? frames : this.grouped(frames).frames;
  }

  /** The frames with those of the label that stacks are grouped by. @param {Frames} frames */
  grouped(frames) {
    const { granularity, groupBy } = this.state;
    return this.memos.grouped.get([granularity, groupBy], () =>
      withLabelFrames(this.dataset, frames, groupBy));
  }

  /** The frame of this name, -1 when there is none. @param {string} name */
  frameNamed(name) {
    const frames = this.frames();
    const names = this.memos.byName.get([this.state.granularity, this.state.groupBy], () =>
      new Map(frames.names.map((n, index) => [n, index])));
    return names.get(name) ?? -1;
  }

  filtered() {
    const filters = filtersOf(this.state);
    const { span } = this.state;
    return this.memos.filtered.get([filters, span], () => this.within(apply(this.dataset, filters), span));
  }

  /** What is left of it in a part of the time. @param {import("./filters.js").Filtered} filtered @param {string} span */
  within(filtered, span) {
    const [times, part] = [this.times(), spanOf(span)];
    if (times === null || part === null) return filtered;
    const { at } = times;
    return {
      ...filtered,
      keeps: (/** @type {number} */ sample) =>
        at[sample] >= part.from && at[sample] <= part.to && filtered.keeps(sample),
    };
  }

  /** When samples were taken; null when that is not known. */
  times() {
    return this.memos.times.get([], () => timesOf(this.dataset));
  }

  /** What the heaviest frames spent over time; null when that is not known. @param {{ rows: number, columns: number }} size */
  heat(size) {
    const times = this.times();
    return times === null ? null : heatOf(times, this.stacks(), this.weights(), this.sums(), size);
  }

  /** What stacks depend on. */
  stacksKey() {
    const { granularity, inlines, collapsed, groupBy, span } = this.state;
    return [filtersOf(this.state), granularity, inlines, collapsed, groupBy, span];
  }

  stacks() {
    return this.memos.stacks.get(this.stacksKey(), () => {
      const frames = this.frames();
      const stacks = stacksOf(this.dataset, this.filtered(), frames, this.state);
      return this.state.groupBy === "" ? stacks : rootedIn(stacks, this.grouped(frames).ofSample);
    });
  }

  weightsKey() {
    const { shown, base, relative, normalized } = this.state;
    return [this.stacksKey(), this.typeIndex, shown, base, relative, normalized];
  }

  weights() {
    return this.memos.weights.get(this.weightsKey(), () => {
      const { shown, base, relative, normalized } = this.state;
      const shape = { shown, base, relative, normalized };
      return weightsOf(this.dataset, this.stacks(), this.typeIndex, shape);
    });
  }

  /** Flat and cum of every frame. */
  sums() {
    return this.memos.sums.get(this.weightsKey(), () =>
      sumsOf(this.stacks(), this.weights(), this.frames().count));
  }

  /** The keys of the labels that samples have. */
  labelKeys() {
    return this.memos.labelKeys.get([], () => labelKeys(this.dataset));
  }

  /** What each value of a label sums up to. @param {string} key */
  labelSums(key) {
    return labelSums(this.dataset, this.stacks(), this.weights(), key);
  }

  /** What the search finds; null without a search that can be read. */
  found() {
    const { search: source } = this.state;
    return this.memos.found.get([this.weightsKey(), source], () =>
      source === "" ? null : search(this.frames(), this.stacks(), this.weights(), source));
  }

  /** The tree of calls, read in one way. @param {Reading} reading */
  tree(reading) {
    const slot = `${reading.inverted}${reading.pivot >= 0}`;
    const key = JSON.stringify([this.weightsKey(), reading, this.state.widths]);
    const known = this.trees.get(slot);
    if (known && known.key === key) return known.tree;
    const rule = this.isDiff ? this.state.widths : "value";
    const names = this.frames().names;
    const tree = new CallTree(this.stacks(), this.weights(), names, reading, rule);
    this.trees.set(slot, { key, tree });
    return tree;
  }

  /** Who calls a frame, and what it calls. @param {number} frame */
  neighbours(frame) {
    return neighbours(this.stacks(), this.weights(), frame, this.frames().names);
  }

  /** A value of the sample type as text. @param {number} value */
  format(value) {
    return label(value, this.type.unit);
  }

  /** The share of a value in the total as text. @param {number} value */
  share(value) {
    return percentage(value, this.weights().total);
  }
}

/** @param {State} state @returns {import("./filters.js").Filters} */
export function filtersOf(state) {
  const { focus, ignore, hide, show, showFrom, tagFocus, tagIgnore } = state;
  return { focus, ignore, hide, show, showFrom, tagFocus, tagIgnore };
}
