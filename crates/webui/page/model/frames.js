// Frames: what becomes one box, one row. Lines of locations are reduced to what the granularity
// tells apart, with the names that the text reports print.

import { clean } from "./path.js";

/** @typedef {import("../data/dataset.js").Dataset} Dataset */

/** @typedef {"functions" | "filefunctions" | "files" | "lines"} Granularity */

/** @type {{ name: Granularity, title: string }[]} */
export const GRANULARITIES = [
  { name: "functions", title: "Functions" },
  { name: "filefunctions", title: "Functions by file" },
  { name: "files", title: "Files" },
  { name: "lines", title: "Lines" },
];

/**
 * @typedef {object} Frames
 * @property {number} count
 * @property {string[]} names as tables print them
 * @property {string[]} files of the first line seen; may be empty
 * @property {string[]} functions name of the function; empty for frames that have none
 * @property {Uint32Array} ofLine the frame of each line of the dataset
 * @property {Uint32Array} ofBare the frame of each location that has no lines
 */

/**
 * @param {Dataset} dataset
 * @param {Granularity} granularity
 * @returns {Frames}
 */
export function framesOf(dataset, granularity) {
  const { locations, functions, mappings } = dataset;
  /** @type {Map<string, number>} */
  const ids = new Map();
  /** @type {Frames} */
  const frames = {
    count: 0, names: [], files: [], functions: [],
    ofLine: new Uint32Array(locations.lineFunction.length),
    ofBare: new Uint32Array(locations.count),
  };
  const intern = (/** @type {string} */ key, /** @type {string} */ name, /** @type {string} */ file,
    /** @type {string} */ fn) => {
    let id = ids.get(key);
    if (id === undefined) {
      id = frames.count;
      ids.set(key, id);
      frames.names.push(name);
      frames.files.push(file);
      frames.functions.push(fn);
      frames.count += 1;
    }
    return id;
  };
  const perLine = granularity === "lines";
  const nameOf = functions.map((fn) => named(fn, granularity));
  const byFunction = new Int32Array(functions.length).fill(-1);
  let line = 0;
  for (let location = 0; location < locations.count; location += 1) {
    const mapping = locations.mapping[location];
    const object = mapping < 0 ? "" : mappings[mapping];
    const end = locations.lineEnds[location];
    if (line === end) {
      const name = objectName(object);
      frames.ofBare[location] = intern(`\n${object}\n0`, name, "", "");
    }
    for (; line < end; line += 1) {
      const index = locations.lineFunction[line];
      if (!perLine && byFunction[index] >= 0) {
        frames.ofLine[line] = byFunction[index];
        continue;
      }
      const fn = functions[index];
      const number = perLine ? locations.lineNumber[line] : 0;
      const place = number ? `${nameOf[index]}:${number}` : nameOf[index];
      // As in the text reports, what has no function's name is told apart by binary and first line.
      const nameless = granularity === "files" || fn.name === "";
      const key = nameless ? `${place}\n${object}\n${fn.startLine}` : place;
      const id = intern(key, place === "" ? objectName(object) : place, fn.file, fn.name);
      frames.ofLine[line] = id;
      if (!perLine && !nameless) byFunction[index] = id;
    }
  }
  return frames;
}

/**
 * @param {import("../data/profile.js").FunctionRow} fn
 * @param {Granularity} granularity
 */
function named(fn, granularity) {
  if (granularity === "functions") return fn.name;
  if (granularity === "files") return clean(fn.file);
  return [fn.name, clean(fn.file)].filter((part) => part !== "").join(" ");
}

/** What stands for a missing name: the binary, if it is known. @param {string} object */
function objectName(object) {
  const base = object.split("/").filter((part) => part !== "").pop();
  return base ? `[${base}]` : "<unknown>";
}
