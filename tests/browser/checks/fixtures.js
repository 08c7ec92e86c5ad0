// The profiles that the checks look at: those of a directory, which the main job leaves behind or the
// caller chooses, and one of each kind that is made here.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { KINDS, made } from "./kinds.js";

const DIRECTORY = process.env.PROFILES ?? "profiles";

/** All profiles of the directory. @returns {string[]} */
export function real() {
  const names = readdirSync(DIRECTORY).filter((name) => name.endsWith(".prof")).sort();
  if (names.length === 0) throw new Error(`${DIRECTORY} has no profiles; set PROFILES`);
  return names.map((name) => join(DIRECTORY, name));
}

/** All profiles of the directory, and one of each kind. @returns {string[]} */
export function every() {
  return [...real(), ...Object.keys(KINDS).map(made)];
}

/** Two profiles of CPU time: the first ones of the directory. @returns {[string, string]} */
export function pair() {
  const found = real().filter((name) => name.includes("_cpu_"));
  if (found.length < 2) throw new Error(`${DIRECTORY} has no two profiles named *_cpu_*; set PROFILES`);
  return [found[0], found[1]];
}
