// The page's own sums under filters are those of the text report, function by function.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browse, open, serve, tools } from "../site.js";
import { real } from "./fixtures.js";
import { made } from "./kinds.js";

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => { browser = await browse(); });
after(() => browser.close());

/** Options of the command line and the state that means the same. @type {[string[], object][]} */
const CASES = [
  [[], {}],
  [["-focus=read|match"], { focus: "read|match" }],
  [["-ignore=(?i)READ"], { ignore: "(?i)READ" }],
  [["-hide=core::|std::"], { hide: "core::|std::" }],
  [["-show=dtail|search|logread|mapreduce"], { show: "dtail|search|logread|mapreduce" }],
  [["-show_from=::main$"], { showFrom: "::main$" }],
  [["-hide=alloc::", "-focus=::main", "-ignore=drop"], { hide: "alloc::", focus: "::main", ignore: "drop" }],
  [["-tagfocus=thread=main"], { tagFocus: "thread=main" }],
  [["-tagignore=thread:"], { tagIgnore: "thread:" }],
  [["-tagfocus=4kb:20kb"], { tagFocus: "4kb:20kb" }],
  [["-tagfocus=size=:16kb"], { tagFocus: "size=:16kb" }],
  [["-tagfocus=bytes=2048:"], { tagFocus: "bytes=2048:" }],
  [["-tagignore=size=1048576B"], { tagIgnore: "size=1048576B" }],
  [["-tagfocus=timestamp=1s:1500ms"], { tagFocus: "timestamp=1s:1500ms" }],
  [["-noinlines"], { inlines: false }],
  [["-files"], { granularity: "files" }],
  [["-lines"], { granularity: "lines" }],
  [["-filefunctions"], { granularity: "filefunctions" }],
  [["-relative_percentages", "-focus=read"], { relative: true, focus: "read" }],
];

/**
 * Flat and cum of every function as the page adds them up, for each of the states.
 * @param {import("playwright-core").Page} page
 * @param {object[]} states
 * @returns {Promise<{ total: number, rows: [string, number, number][] }[]>}
 */
function added(page, states) {
  return page.evaluate(async (patches) => {
    const at = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
    const { initialSources } = await import(at("data/load.js"));
    const { combine } = await import(at("data/dataset.js"));
    const { initial } = await import(at("state/state.js"));
    const { Model } = await import(at("model/model.js"));
    const sources = await initialSources();
    const model = new Model(combine(sources));
    return patches.map((patch) => {
      model.update({ ...initial(sources), ...patch });
      const { flat, cum } = model.sums();
      const rows = model.frames().names.map((/** @type {string} */ name, /** @type {number} */ index) =>
        [name, flat[index], cum[index]]);
      return { total: model.weights().total, rows: rows.filter((/** @type {any[]} */ row) => row[1] || row[2]) };
    });
  }, states);
}

/** Rows by name; those of one name follow each other by size. @param {[string, number, number][]} rows */
function inOrder(rows) {
  return rows.map(([name, flat, cum]) => `${name}\t${flat}\t${cum}`).sort();
}

test("every filter gives the numbers of the text report", async () => {
  for (const file of [...real(), ...["labelled", "heap", "difference", "milliseconds", "recursive", "named", "bare"].map(made)]) {
    const site = await serve([file]);
    const { page, complaints } = await open(browser, site.url);
    const sums = await added(page, CASES.map(([, state]) => state));
    for (const [index, [options]] of CASES.entries()) {
      const report = JSON.parse(await tools(["pprof", "-top", "-json", "-trim=false", ...options, file]));
      const expected = report.rows.map((/** @type {any} */ row) => [row.name, row.flat, row.cum]);
      const named = `${file} ${options.join(" ")}`;
      assert.equal(sums[index].total, report.total, named);
      assert.deepEqual(inOrder(sums[index].rows), inOrder(expected), named);
    }
    assert.deepEqual(complaints, []);
    await page.context().close();
    site.stop();
  }
});
