// A profile, decoded from pprof's format (gzip or plain protobuf) into columns.

import { Column } from "./columns.js";
import { withoutDropped } from "./drop_frames.js";
import { ProtobufReader } from "./protobuf.js";

/**
 * @typedef {object} ValueType
 * @property {string} kind what is measured: `cpu`
 * @property {string} unit `nanoseconds`, `bytes`, `count`
 */

/**
 * @typedef {object} FunctionRow
 * @property {string} name
 * @property {string} systemName
 * @property {string} file
 * @property {number} startLine 0 when unknown
 */

/**
 * Locations in columns; `lines` of location i are those from `lineEnds[i - 1]` to `lineEnds[i]`,
 * innermost inlined call first.
 * @typedef {object} Locations
 * @property {number} count
 * @property {Int32Array} mapping row of the mapping, -1 for none
 * @property {Float64Array} address rounded where beyond 2^53
 * @property {Uint32Array} lineEnds
 * @property {Uint32Array} lineFunction row of the function
 * @property {Uint32Array} lineNumber
 */

/**
 * Samples in columns; stacks are rows of locations, leaf first.
 * @typedef {object} Samples
 * @property {number} count
 * @property {Uint32Array} stackEnds
 * @property {Uint32Array} stacks
 * @property {Float64Array[]} values one column for each sample type
 * @property {Uint32Array} labelEnds
 * @property {Uint32Array} labelKeys strings
 * @property {Uint32Array} labelTexts strings; 0 for a number
 * @property {Float64Array} labelNumbers
 * @property {Uint32Array} labelUnits strings
 */

/**
 * @typedef {object} Profile
 * @property {string[]} strings
 * @property {ValueType[]} types
 * @property {string} defaultType kind that is shown first; empty for the last
 * @property {string[]} mappings their files
 * @property {FunctionRow[]} functions
 * @property {Locations} locations
 * @property {Samples} samples
 * @property {number} timeNanos 0 when unknown
 * @property {number} durationNanos
 * @property {number} period
 * @property {string[]} comments
 * @property {string} dropFrames
 * @property {string} keepFrames
 */

const GZIP = [0x1f, 0x8b];

/** Ids of locations below it are kept as they are, which nearly all are. */
const LARGE = 2 ** 28;

/**
 * Decodes a file.
 * @param {Uint8Array} bytes gzip or protobuf
 * @returns {Promise<Profile>} rejects with what is wrong with the bytes
 */
export async function decode(bytes) {
  return parse(await inflated(bytes));
}

/** The protobuf of a file. @param {Uint8Array} bytes gzip or protobuf */
export async function inflated(bytes) {
  return isGzip(bytes) ? inflate(bytes) : bytes;
}

/** @param {Uint8Array} bytes */
export function isGzip(bytes) {
  return bytes[0] === GZIP[0] && bytes[1] === GZIP[1];
}

/** @param {Uint8Array} bytes */
async function inflate(bytes) {
  const stream = new Blob([/** @type {BlobPart} */ (bytes)])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"));
  try {
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    throw new Error("the gzip stream is cut or damaged");
  }
}

/**
 * Decodes protobuf.
 * @param {Uint8Array} bytes
 * @returns {Profile}
 */
export function parse(bytes) {
  if (bytes.length === 0) throw new Error("the file is empty");
  return withoutDropped(new Raw(bytes).profile());
}

/** The columns while they are read; ids become rows at the end, since tables come in any order. */
class Raw {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    /** @type {string[]} */
    this.strings = [];
    /** @type {[number, number][]} */
    this.types = [];
    /** @type {Map<number, number>} */
    this.mappingRows = new Map();
    /** @type {number[]} */
    this.mappingFiles = [];
    /** @type {Map<number, number>} */
    this.functionRows = new Map();
    /** @type {[number, number, number, number][]} */
    this.functions = [];
    /** @type {Map<number, number>} */
    this.locationRows = new Map();
    this.locationMapping = new Column(Float64Array);
    this.address = new Column(Float64Array);
    this.lineEnds = new Column(Uint32Array);
    this.lineFunction = new Column(Float64Array);
    this.lineNumber = new Column(Uint32Array);
    this.stackEnds = new Column(Uint32Array);
    /** Ids of locations; from `LARGE` on places in `largeIds`. */
    this.stacks = new Column(Uint32Array, bytes.length >> 1);
    /** @type {number[]} */
    this.largeIds = [];
    this.values = new Column(Float64Array);
    this.labelEnds = new Column(Uint32Array);
    this.labelKeys = new Column(Uint32Array);
    this.labelTexts = new Column(Uint32Array);
    this.labelNumbers = new Column(Float64Array);
    this.labelUnits = new Column(Uint32Array);
    /** @type {number[]} */
    this.comments = [];
    this.numbers = { drop: 0, keep: 0, time: 0, duration: 0, period: 0, defaultType: 0 };
    /** What the column of stacks holds for an id. @param {number} id */
    this.takeId = (id) => (id >= 0 && id < LARGE ? id : LARGE + this.largeIds.push(id) - 1);
    const reader = new ProtobufReader(bytes);
    const text = new TextDecoder();
    while (reader.next()) this.field(reader, text);
  }

  /**
   * @param {ProtobufReader} reader
   * @param {TextDecoder} text
   */
  field(reader, text) {
    const numbers = this.numbers;
    switch (reader.field) {
      case 1: this.types.push(valueType(reader)); break;
      case 2: this.sample(reader); break;
      case 3: this.mapping(reader); break;
      case 4: this.location(reader); break;
      case 5: this.function(reader); break;
      case 6: this.strings.push(text.decode(reader.chunk())); break;
      case 7: numbers.drop = reader.unsigned(); break;
      case 8: numbers.keep = reader.unsigned(); break;
      case 9: numbers.time = reader.signed(); break;
      case 10: numbers.duration = reader.signed(); break;
      case 12: numbers.period = reader.signed(); break;
      case 13: reader.repeated((r) => this.comments.push(r.unsigned())); break;
      case 14: numbers.defaultType = reader.unsigned(); break;
      default: reader.skip();
    }
  }

  /** @param {ProtobufReader} reader */
  sample(reader) {
    const stacks = this.stacks;
    const values = this.values;
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.field === 1) reader.numbersInto(stacks, this.takeId);
      else if (reader.field === 2) reader.numbersInto(values, identity);
      else if (reader.field === 3) this.label(reader);
      else reader.skip();
    }
    reader.leave(outer);
    this.stackEnds.push(stacks.length);
    this.labelEnds.push(this.labelKeys.length);
  }

  /** @param {ProtobufReader} reader */
  label(reader) {
    let key = 0;
    let text = 0;
    let number = 0;
    let unit = 0;
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.field === 1) key = reader.unsigned();
      else if (reader.field === 2) text = reader.unsigned();
      else if (reader.field === 3) number = reader.signed();
      else if (reader.field === 4) unit = reader.unsigned();
      else reader.skip();
    }
    reader.leave(outer);
    this.labelKeys.push(key);
    this.labelTexts.push(text);
    this.labelNumbers.push(number);
    this.labelUnits.push(unit);
  }

  /** @param {ProtobufReader} reader */
  mapping(reader) {
    let [id, file] = [0, 0];
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.field === 1) id = reader.unsigned();
      else if (reader.field === 5) file = reader.unsigned();
      else reader.skip();
    }
    reader.leave(outer);
    this.mappingRows.set(id, this.mappingFiles.length);
    this.mappingFiles.push(file);
  }

  /** @param {ProtobufReader} reader */
  location(reader) {
    let id = 0;
    let mapping = 0;
    let address = 0;
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.field === 1) id = reader.signed();
      else if (reader.field === 2) mapping = reader.unsigned();
      else if (reader.field === 3) address = reader.unsigned();
      else if (reader.field === 4) this.line(reader);
      else reader.skip();
    }
    reader.leave(outer);
    this.locationRows.set(id, this.lineEnds.length);
    this.locationMapping.push(mapping);
    this.address.push(address);
    this.lineEnds.push(this.lineFunction.length);
  }

  /** @param {ProtobufReader} reader */
  line(reader) {
    let id = 0;
    let line = 0;
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.field === 1) id = reader.unsigned();
      else if (reader.field === 2) line = reader.signed();
      else reader.skip();
    }
    reader.leave(outer);
    this.lineFunction.push(id);
    this.lineNumber.push(Math.max(line, 0));
  }

  /** @param {ProtobufReader} reader */
  function(reader) {
    let [id, name, system, file, start] = [0, 0, 0, 0, 0];
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.field === 1) id = reader.unsigned();
      else if (reader.field === 2) name = reader.unsigned();
      else if (reader.field === 3) system = reader.unsigned();
      else if (reader.field === 4) file = reader.unsigned();
      else if (reader.field === 5) start = reader.signed();
      else reader.skip();
    }
    reader.leave(outer);
    this.functionRows.set(id, this.functions.length);
    this.functions.push([name, system, file, start]);
  }

  /** @param {number} id */
  text(id) {
    const text = this.strings[id];
    if (text === undefined) throw new Error(`the profile refers to string ${id}, which it lacks`);
    return text;
  }

  /** @returns {Profile} */
  profile() {
    const numbers = this.numbers;
    if (this.types.length === 0) throw new Error("this is no profile: it has no sample types");
    return {
      strings: this.strings,
      types: this.types.map(([kind, unit]) => ({ kind: this.text(kind), unit: this.text(unit) })),
      defaultType: this.text(numbers.defaultType),
      mappings: this.mappingFiles.map((file) => this.text(file)),
      functions: this.functions.map(([name, system, file, startLine]) => ({
        name: this.text(name),
        systemName: this.text(system),
        file: this.text(file),
        startLine,
      })),
      locations: this.locations(),
      samples: this.samples(),
      timeNanos: numbers.time,
      durationNanos: numbers.duration,
      period: numbers.period,
      comments: this.comments.map((comment) => this.text(comment)),
      dropFrames: this.text(numbers.drop),
      keepFrames: this.text(numbers.keep),
    };
  }

  /** @returns {Locations} */
  locations() {
    return {
      count: this.lineEnds.length,
      mapping: Int32Array.from(this.locationMapping.values(), (id) =>
        id === 0 ? -1 : row(this.mappingRows, id, "mapping")),
      address: this.address.values(),
      lineEnds: this.lineEnds.values(),
      lineFunction: Uint32Array.from(this.lineFunction.values(), (id) =>
        row(this.functionRows, id, "function")),
      lineNumber: this.lineNumber.values(),
    };
  }

  /** @returns {Samples} */
  samples() {
    const count = this.stackEnds.length;
    const width = this.types.length;
    if (this.values.length !== count * width) {
      throw new Error("the profile has samples with too few or too many values");
    }
    const values = this.types.map((_, type) => {
      const column = new Float64Array(count);
      for (let i = 0; i < count; i += 1) column[i] = this.values.array[i * width + type];
      return column;
    });
    return {
      count,
      stackEnds: this.stackEnds.values(),
      stacks: this.locationColumn(),
      values,
      labelEnds: this.labelEnds.values(),
      labelKeys: this.labelKeys.values(),
      labelTexts: this.labelTexts.values(),
      labelNumbers: this.labelNumbers.values(),
      labelUnits: this.labelUnits.values(),
    };
  }

  /** The stacks as rows, which take the place of the ids. */
  locationColumn() {
    const stacks = this.stacks.values();
    const dense = new Int32Array(this.locationRows.size * 4 + 16).fill(-1);
    for (const [id, index] of this.locationRows) if (id >= 0 && id < dense.length) dense[id] = index;
    for (let i = 0; i < stacks.length; i += 1) {
      const held = stacks[i];
      const index = held < dense.length ? dense[held] : -1;
      stacks[i] = index >= 0 ? index : row(this.locationRows, this.idOf(held), "location");
    }
    return stacks;
  }

  /** @param {number} held in the column of stacks */
  idOf(held) {
    return held < LARGE ? held : this.largeIds[held - LARGE];
  }
}

/** @param {number} value */
function identity(value) {
  return value;
}

/** @param {ProtobufReader} reader @returns {[number, number]} */
function valueType(reader) {
  let [kind, unit] = [0, 0];
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) kind = reader.unsigned();
    else if (reader.field === 2) unit = reader.unsigned();
    else reader.skip();
  }
  reader.leave(outer);
  return [kind, unit];
}

/**
 * @param {Map<number, number>} rows
 * @param {number} id
 * @param {string} what
 */
function row(rows, id, what) {
  const found = rows.get(id);
  if (found === undefined) throw new Error(`the profile refers to ${what} ${id}, which it lacks`);
  return found;
}
