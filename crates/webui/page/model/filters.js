// The filters, with the rules and the order of pprof: focus, ignore, hide and show together, then
// show from, then the filters by label.
//
// An expression is looked up once a function and once a mapping. Hiding works on the lines of
// locations, so an inlined call can go while the call around it stays.

import { compile } from "./pattern.js";
import { contains, isNumber, labelUnits, rangeOf } from "./ranges.js";

/** @typedef {import("../data/dataset.js").Dataset} Dataset */

/**
 * Every expression is empty when unused.
 * @typedef {object} Filters
 * @property {string} focus keep only samples through a matching frame
 * @property {string} ignore leave out samples through a matching frame
 * @property {string} hide leave out matching frames
 * @property {string} show keep only matching frames
 * @property {string} showFrom leave out what is above the highest matching frame
 * @property {string} tagFocus keep only samples with a matching label
 * @property {string} tagIgnore leave out samples with a matching label
 */

/**
 * What is left of the dataset.
 * @typedef {object} Filtered
 * @property {Uint8Array | null} lines 1 for each line that is kept; null: all are
 * @property {Uint8Array | null} hidden 1 for each location that lost all it had; null: none did
 * @property {(sample: number) => boolean} keeps
 * @property {Uint8Array | null} starts locations at which stacks may begin; null: they are whole
 * @property {string[]} unmatched names of the filters that matched nothing
 */

/** What an expression matches. */
class Matches {
  /** @param {Dataset} dataset @param {string} source */
  constructor(dataset, source) {
    const pattern = compile(source);
    this.dataset = dataset;
    this.functions = dataset.functions.map((fn) => pattern.test(fn.name) || pattern.test(fn.file));
    this.mappings = dataset.mappings.map((file) => pattern.test(file));
  }

  /** @param {number} line */
  line(line) {
    return this.functions[this.dataset.locations.lineFunction[line]];
  }

  /** @param {number} location */
  mapping(location) {
    const mapping = this.dataset.locations.mapping[location];
    return mapping >= 0 && this.mappings[mapping];
  }

  /** Whether the location matches by one of its lines or by its mapping. @param {number} location */
  location(location) {
    const [start, end] = linesOf(this.dataset, location);
    for (let line = start; line < end; line += 1) if (this.line(line)) return true;
    return this.mapping(location);
  }
}

/** @param {Dataset} dataset @param {number} location @returns {[number, number]} */
export function linesOf(dataset, location) {
  const ends = dataset.locations.lineEnds;
  return [location === 0 ? 0 : ends[location - 1], ends[location]];
}

/**
 * @param {Dataset} dataset
 * @param {Filters} filters
 * @returns {Filtered}
 */
export function apply(dataset, filters) {
  /** @type {string[]} */
  const unmatched = [];
  const verdicts = verdictsOf(dataset, filters, unmatched);
  const kept = new Kept(dataset);
  if (filters.hide && !kept.hide(new Matches(dataset, filters.hide))) unmatched.push("hide");
  if (filters.show && !kept.show(new Matches(dataset, filters.show))) unmatched.push("show");
  let starts = null;
  if (filters.showFrom) {
    starts = kept.showFrom(new Matches(dataset, filters.showFrom));
    if (!starts.includes(1)) unmatched.push("show from");
  }
  const tagFocus = filters.tagFocus ? labelTest(dataset, filters.tagFocus) : null;
  const tagIgnore = filters.tagIgnore ? labelTest(dataset, filters.tagIgnore) : null;
  const keeps = (/** @type {number} */ sample) =>
    (verdicts === null || passes(dataset, verdicts, sample)) &&
    (tagFocus === null || tagFocus(sample)) && !(tagIgnore !== null && tagIgnore(sample));
  return { lines: kept.lines, hidden: kept.hidden, keeps, starts, unmatched };
}

const IGNORED = 1;
const FOCUSED = 2;

/**
 * What each location does to the samples through it; null when it can do nothing.
 * @param {Dataset} dataset
 * @param {Filters} filters
 * @param {string[]} unmatched
 */
function verdictsOf(dataset, filters, unmatched) {
  if (!filters.focus && !filters.ignore) return null;
  const focus = filters.focus ? new Matches(dataset, filters.focus) : null;
  const ignore = filters.ignore ? new Matches(dataset, filters.ignore) : null;
  const verdicts = new Uint8Array(dataset.locations.count);
  for (let location = 0; location < verdicts.length; location += 1) {
    if (ignore !== null && ignore.location(location)) verdicts[location] = IGNORED;
    else if (focus === null || focus.location(location)) verdicts[location] = FOCUSED;
  }
  if (focus !== null && !verdicts.includes(FOCUSED)) unmatched.push("focus");
  if (ignore !== null && !verdicts.includes(IGNORED)) unmatched.push("ignore");
  return verdicts;
}

/** @param {Dataset} dataset @param {Uint8Array} verdicts @param {number} sample */
function passes(dataset, verdicts, sample) {
  const { stackEnds, stacks } = dataset.samples;
  let focused = false;
  for (let i = sample === 0 ? 0 : stackEnds[sample - 1]; i < stackEnds[sample]; i += 1) {
    const verdict = verdicts[stacks[i]];
    if (verdict === IGNORED) return false;
    focused ||= verdict === FOCUSED;
  }
  return focused;
}

/** The lines that are left. */
class Kept {
  /** @param {Dataset} dataset */
  constructor(dataset) {
    this.dataset = dataset;
    /** @type {Uint8Array | null} */
    this.lines = null;
    /** @type {Uint8Array | null} */
    this.hidden = null;
  }

  /** @returns {Uint8Array} */
  ownLines() {
    this.lines ??= new Uint8Array(this.dataset.locations.lineFunction.length).fill(1);
    return this.lines;
  }

  /** @returns {Uint8Array} */
  ownHidden() {
    this.hidden ??= new Uint8Array(this.dataset.locations.count);
    return this.hidden;
  }

  /** Takes matching lines away. Whether anything matched. @param {Matches} matches */
  hide(matches) {
    let matched = false;
    for (let location = 0; location < this.dataset.locations.count; location += 1) {
      if (!matches.location(location)) continue;
      matched = true;
      const whole = matches.mapping(location);
      const left = this.retain(location, (line) => !whole && !matches.line(line));
      if (left === 0) this.ownHidden()[location] = 1;
    }
    return matched;
  }

  /** Takes lines away that do not match. Whether any is left. @param {Matches} matches */
  show(matches) {
    let matched = false;
    for (let location = 0; location < this.dataset.locations.count; location += 1) {
      const whole = matches.mapping(location);
      const left = this.retain(location, (line) => whole || matches.line(line));
      if (left === 0) this.ownHidden()[location] = 1;
      else matched = true;
    }
    return matched;
  }

  /**
   * Takes away what is above the highest matching line of each location. The locations that match.
   * @param {Matches} matches
   */
  showFrom(matches) {
    const starts = new Uint8Array(this.dataset.locations.count);
    const lines = this.ownLines();
    for (let location = 0; location < starts.length; location += 1) {
      if (matches.mapping(location)) {
        starts[location] = 1;
        continue;
      }
      const [start, end] = linesOf(this.dataset, location);
      let highest = end - 1;
      while (highest >= start && !(lines[highest] && matches.line(highest))) highest -= 1;
      if (highest < start) continue;
      lines.fill(0, highest + 1, end);
      starts[location] = 1;
    }
    return starts;
  }

  /** @param {number} location @param {(line: number) => boolean} keeps @returns {number} how many */
  retain(location, keeps) {
    const lines = this.ownLines();
    const [start, end] = linesOf(this.dataset, location);
    let left = 0;
    for (let line = start; line < end; line += 1) {
      if (lines[line] && !keeps(line)) lines[line] = 0;
      left += lines[line];
    }
    return left;
  }
}

/**
 * The test of `[key=]range` or `[key=]regex,regex...`. A number within the range is enough. With a
 * key one of its values must match one expression; without, every expression must match some
 * `key:value`.
 * @param {Dataset} dataset
 * @param {string} source
 * @returns {(sample: number) => boolean}
 */
function labelTest(dataset, source) {
  const { key, value } = labelFilter(source);
  const range = rangeOf(value);
  return range === null ? textTest(dataset, key, value) : numberTest(dataset, key, range);
}

/** The key of a filter by label, empty for any, and what stands behind it. @param {string} source */
export function labelFilter(source) {
  const at = source.indexOf("=");
  return { key: at < 0 ? "" : source.slice(0, at), value: source.slice(at + 1) };
}

/** @param {Dataset} dataset @param {string} key @param {import("./ranges.js").Range} range @returns {(sample: number) => boolean} */
function numberTest(dataset, key, range) {
  const units = labelUnits(dataset);
  const { labelEnds, labelKeys, labelNumbers } = dataset.samples;
  return (sample) => {
    for (let i = sample === 0 ? 0 : labelEnds[sample - 1]; i < labelEnds[sample]; i += 1) {
      if (!isNumber(dataset, i) || (key !== "" && dataset.strings[labelKeys[i]] !== key)) continue;
      if (contains(range, labelNumbers[i], units.get(labelKeys[i]) ?? "")) return true;
    }
    return false;
  };
}

/** @param {Dataset} dataset @param {string} key @param {string} value @returns {(sample: number) => boolean} */
function textTest(dataset, key, value) {
  const patterns = value.split(",").map(compile);
  const { labelEnds, labelKeys, labelTexts } = dataset.samples;
  return (sample) => {
    /** @type {string[]} */
    const texts = [];
    for (let i = sample === 0 ? 0 : labelEnds[sample - 1]; i < labelEnds[sample]; i += 1) {
      const [name, text] = [dataset.strings[labelKeys[i]], dataset.strings[labelTexts[i]]];
      if (text === "") continue;
      if (key === "") texts.push(`${name}:${text}`);
      else if (name === key) texts.push(text);
    }
    const matches = (/** @type {RegExp} */ pattern) => texts.some((text) => pattern.test(text));
    return key === "" ? patterns.every(matches) : patterns.some(matches);
  };
}
