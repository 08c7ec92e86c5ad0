// The profiles that the checks look at: those of real runs, which the main job leaves behind, and
// what a directory of the caller's choice holds.

import { readdirSync } from "node:fs";
import { join } from "node:path";

const DIRECTORY = process.env.PROFILES ?? "profiles";

/** The newest profile of a tool and a kind. @param {string} tool @param {string} kind */
export function profile(tool, kind) {
  const found = readdirSync(DIRECTORY).filter((name) => name.startsWith(`${tool}_${kind}_`)).sort();
  if (found.length === 0) throw new Error(`${DIRECTORY} has no ${kind} profile of ${tool}; set PROFILES`);
  return join(DIRECTORY, found[found.length - 1]);
}

/** All profiles, one a list. @returns {string[]} */
export function all() {
  return readdirSync(DIRECTORY).filter((name) => name.endsWith(".prof")).map((name) => join(DIRECTORY, name));
}
