// One profile of each kind that readers of the format meet, written where the checks find them.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "./encode.js";

/** @typedef {import("./encode.js").Made} Made */
/** @typedef {import("./encode.js").MadeSample} MadeSample */

/** @type {[string, string][]} */
const CPU = [["samples", "count"], ["cpu", "nanoseconds"]];
const TICK = 10_000_000;

/** Numbers from 0 to `count`, made into samples. @param {number} count @param {(index: number) => MadeSample} make */
const each = (count, make) => Array.from({ length: count }, (_, index) => make(index));

/** @param {number} index */
const ticks = (index) => [1 + (index % 3), (1 + (index % 3)) * TICK];

/** @type {Made} */
const heap = {
  types: [["alloc_objects", "count"], ["alloc_space", "bytes"], ["inuse_objects", "count"], ["inuse_space", "bytes"]],
  defaultType: "inuse_space",
  samples: each(40, (i) => ({
    stack: ["main", `store::load_${i % 5}`, "alloc::vec::Vec<T>::reserve>alloc::alloc", "malloc"].slice(0, 2 + (i % 3)),
    values: [i + 1, (i + 1) * 512, i % 4, (i % 4) * 512],
    labels: { bytes: [512 << (i % 6), "bytes"] },
  })),
};

/** A difference that was written to a file: some values are below zero. @type {Made} */
const difference = { ...heap, samples: heap.samples.map((sample, i) => ({ ...sample, values: sample.values.map((v) => (i % 2 ? v : -v)) })) };

/** @type {Made} */
const labelled = {
  types: CPU,
  samples: each(60, (i) => ({
    stack: ["main", `stage_${i % 4}`, `step_${i % 6}>inlined_${i % 6}`],
    values: ticks(i),
    labels: { thread: `worker,${i % 3}`, size: [1024 * (i + 1), "bytes"], ...(i % 5 ? { stage: `s${i % 4}` } : {}) },
  })),
};

/** Samples that say when they were taken, as Datadog's profilers do. @type {Made} */
const timed = {
  types: CPU,
  samples: each(200, (i) => ({
    stack: ["main", i < 100 ? "read" : "match", `part_${i % 3}`],
    values: ticks(i),
    labels: { end_timestamp_ns: [1_790_000_000_000_000_000n + BigInt(i) * 10_000_000n, "nanoseconds"] },
  })),
};

/** The same in milliseconds since the start. @type {Made} */
const milliseconds = { ...timed, samples: timed.samples.map((sample, i) => ({ ...sample, labels: { timestamp: [(i + 1) * 10, "ms"] } })) };

/** @type {Made} */
const recursive = {
  types: CPU,
  samples: each(30, (i) => ({
    stack: ["main", ...["visit", "visit", "node::walk", "visit", "node::walk", "node::walk"].slice(0, i % 7), ...(i % 2 ? ["leaf"] : [])],
    values: ticks(i),
  })),
};

/** @type {Made} */
const deep = {
  types: CPU,
  samples: each(50, (i) => ({ stack: Array.from({ length: 100 }, (_, d) => `level_${d}_${d > 60 ? i % 9 : 0}`), values: ticks(i) })),
};

/** Names that HTML, JSON, regular expressions and file names have a use for. @type {Made} */
const named = {
  types: CPU,
  samples: ["</script><b>", "a\"b'c\\d", "<T as core::fmt::Debug>::fmt", "f::{{closure}}", "(*T).m[go.shape.int]", "ä\u202eö 函数 🦀",
    "operator()(int)", `long::${"x".repeat(900)}`, "$&^.*+?|"].map((name, i) => ({ stack: ["main", name, "end"], values: ticks(i) })),
};

/** @type {Made} */
const bare = { types: CPU, samples: each(20, (i) => ({ stack: ["0x2000", `0x${(0x3000 + i * 16).toString(16)}`], values: ticks(i) })) };

/** @type {Record<string, Made>} */
export const KINDS = {
  heap, difference, labelled, timed, milliseconds, recursive, deep, named, bare,
  empty: { types: CPU, samples: [] },
  single: { types: CPU, samples: [{ stack: ["main"], values: [1, TICK] }] },
  // A sample without a stack, and one that weighs nothing.
  bottomless: { types: CPU, samples: [{ stack: [], values: [1, TICK] }, { stack: ["main"], values: [0, 0] }] },
};

/** @type {string | undefined} */
let directory;

/** The file of a kind. @param {string} kind */
export function made(kind) {
  if (directory === undefined) {
    const fresh = mkdtempSync(join(tmpdir(), "kinds-"));
    process.on("exit", () => rmSync(fresh, { recursive: true }));
    directory = fresh;
  }
  const path = join(directory, `${kind}.prof`);
  writeFileSync(path, encode(KINDS[kind]));
  return path;
}
