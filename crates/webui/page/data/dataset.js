// All profiles of the page in one set of tables, so that any of them can be added up or compared
// without decoding anything again. Each sample knows the profile it came from.

/** @typedef {import("./profile.js").Profile} Profile */
/** @typedef {import("./profile.js").Samples} Samples */
/** @typedef {import("./profile.js").Locations} Locations */
/** @typedef {import("./profile.js").ValueType} ValueType */
/** @typedef {import("./profile.js").FunctionRow} FunctionRow */

/**
 * @typedef {object} Source
 * @property {string} name
 * @property {boolean} base whether it starts as the side to compare with
 * @property {boolean} shown whether it starts switched on
 * @property {number} number under which the server has it; below zero where none does
 * @property {Profile} profile
 * @property {() => Promise<Blob>} file the profile as a gzipped file
 */

/**
 * @typedef {object} Dataset
 * @property {Source[]} sources
 * @property {ValueType[]} types of all sources; a source that lacks one counts nothing in it
 * @property {string[]} strings
 * @property {string[]} mappings
 * @property {FunctionRow[]} functions
 * @property {Locations} locations
 * @property {Samples} samples
 * @property {Uint16Array} origin the source of each sample
 */

/**
 * @param {Source[]} sources at least one
 * @returns {Dataset}
 */
export function combine(sources) {
  if (sources.length === 1) return single(sources[0]);
  const profiles = sources.map((source) => source.profile);
  const types = unionOfTypes(profiles);
  const { strings, ids } = unionOfStrings(profiles);
  return {
    sources,
    types,
    strings,
    mappings: profiles.flatMap((profile) => profile.mappings),
    functions: profiles.flatMap((profile) => profile.functions),
    locations: joinLocations(profiles),
    samples: joinSamples(profiles, types, ids),
    origin: originOf(profiles),
  };
}

/** @param {Source} source @returns {Dataset} */
function single(source) {
  const { types, strings, mappings, functions, locations, samples } = source.profile;
  const origin = new Uint16Array(samples.count);
  return { sources: [source], types, strings, mappings, functions, locations, samples, origin };
}

/** @param {Profile[]} profiles */
function originOf(profiles) {
  const count = profiles.reduce((sum, profile) => sum + profile.samples.count, 0);
  const origin = new Uint16Array(count);
  let at = 0;
  profiles.forEach((profile, index) => {
    origin.fill(index, at, at + profile.samples.count);
    at += profile.samples.count;
  });
  return origin;
}

/** @param {Profile[]} profiles @returns {ValueType[]} */
function unionOfTypes(profiles) {
  /** @type {Map<string, ValueType>} */
  const types = new Map();
  for (const profile of profiles) {
    for (const type of profile.types) types.set(`${type.kind}\n${type.unit}`, type);
  }
  return [...types.values()];
}

/** @param {Profile[]} profiles */
function unionOfStrings(profiles) {
  /** @type {Map<string, number>} */
  const known = new Map([["", 0]]);
  const ids = profiles.map((profile) =>
    Uint32Array.from(profile.strings, (text) => {
      let id = known.get(text);
      if (id === undefined) {
        id = known.size;
        known.set(text, id);
      }
      return id;
    }));
  return { strings: [...known.keys()], ids };
}

/** @param {Profile[]} profiles @returns {Locations} */
function joinLocations(profiles) {
  const all = profiles.map((profile) => profile.locations);
  const lines = starts(all.map((part) => part.lineFunction.length));
  const functions = starts(profiles.map((profile) => profile.functions.length));
  const mappings = starts(profiles.map((profile) => profile.mappings.length));
  return {
    count: all.reduce((sum, part) => sum + part.count, 0),
    mapping: Int32Array.from(all.flatMap((part, p) =>
      Array.from(part.mapping, (m) => (m < 0 ? m : m + mappings[p])))),
    address: join(Float64Array, all.map((part) => part.address)),
    lineEnds: join(Uint32Array, all.map((part) => part.lineEnds), lines),
    lineFunction: join(Uint32Array, all.map((part) => part.lineFunction), functions),
    lineNumber: join(Uint32Array, all.map((part) => part.lineNumber)),
  };
}

/**
 * @param {Profile[]} profiles
 * @param {ValueType[]} types
 * @param {Uint32Array[]} strings the number of each string in the union
 * @returns {Samples}
 */
function joinSamples(profiles, types, strings) {
  const all = profiles.map((profile) => profile.samples);
  const stacks = starts(all.map((part) => part.stacks.length));
  const labels = starts(all.map((part) => part.labelKeys.length));
  const locations = starts(profiles.map((profile) => profile.locations.count));
  const renamed = (/** @type {Uint32Array[]} */ columns) =>
    join(Uint32Array, columns.map((column, p) => column.map((id) => strings[p][id])));
  return {
    count: all.reduce((sum, part) => sum + part.count, 0),
    stackEnds: join(Uint32Array, all.map((part) => part.stackEnds), stacks),
    stacks: join(Uint32Array, all.map((part) => part.stacks), locations),
    values: types.map((type) => join(Float64Array, profiles.map((p) => columnOf(p, type)))),
    labelEnds: join(Uint32Array, all.map((part) => part.labelEnds), labels),
    labelKeys: renamed(all.map((part) => part.labelKeys)),
    labelTexts: renamed(all.map((part) => part.labelTexts)),
    labelNumbers: join(Float64Array, all.map((part) => part.labelNumbers)),
    labelUnits: renamed(all.map((part) => part.labelUnits)),
  };
}

/** @param {Profile} profile @param {ValueType} type */
function columnOf(profile, type) {
  const index = profile.types.findIndex((t) => t.kind === type.kind && t.unit === type.unit);
  return index < 0 ? new Float64Array(profile.samples.count) : profile.samples.values[index];
}

/** Where each part begins when parts of these lengths are put in a row. @param {number[]} lengths */
function starts(lengths) {
  let sum = 0;
  return lengths.map((length) => {
    const start = sum;
    sum += length;
    return start;
  });
}

/**
 * The parts in a row; `offsets` are added to the values of each.
 * @template {Uint32Array | Float64Array} T
 * @param {new (length: number) => T} Type
 * @param {T[]} parts
 * @param {number[]} [offsets]
 * @returns {T}
 */
function join(Type, parts, offsets) {
  const joined = new Type(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  parts.forEach((part, index) => {
    const offset = offsets ? offsets[index] : 0;
    for (let i = 0; i < part.length; i += 1) joined[at + i] = part[i] + offset;
    at += part.length;
  });
  return joined;
}
