// What the page shows agrees with itself and with the text reports.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browse, open, serve, tools } from "../site.js";
import { isSame } from "./amount.js";
import { every, pair } from "./fixtures.js";

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => { browser = await browse(); });
after(() => browser.close());

/** @typedef {import("playwright-core").Page} Page */

/** Rows that are compared with a report. */
const ROWS = 10;
/** Functions whose callers and callees are compared with a report. */
const PEEKED = 4;

/** Goes to a view. @param {Page} page @param {string} view */
async function show(page, view) {
  await page.click(`#tab-${view}`);
  await page.waitForSelector(`html[data-ready=${view}]`);
}

for (const file of every()) {
  test(`the numbers of ${file} agree`, async () => {
    const site = await serve([file]);
    const { page, complaints } = await open(browser, site.url);
    try {
      await widths(page);
      await table(page, file);
      await peeks(page, file);
      await labels(page);
      await searches(page);
      assert.deepEqual(complaints, []);
    } finally {
      await page.context().close();
      site.stop();
    }
  });
}

/** Children are as wide as their parent, within a pixel. @param {Page} page */
async function widths(page) {
  const worst = await page.evaluate(async () => {
    const at = (/** @type {string} */ path) => new URL(path, document.baseURI).href;
    const { initialSources } = await import(at("data/load.js"));
    const { combine } = await import(at("data/dataset.js"));
    const { initial } = await import(at("state/state.js"));
    const { Model } = await import(at("model/model.js"));
    const { layout } = await import(at("flame/layout.js"));
    const sources = await initialSources();
    const model = new Model(combine(sources));
    model.update(initial(sources));
    const weights = model.weights();
    const isSigned = weights.value.some((/** @type {number} */ value) => value < 0);
    const differences = [0];
    let boxesSeen = 0;
    for (const inverted of [false, true]) {
      const tree = model.tree({ inverted, pivot: -1 });
      const boxes = layout(tree, { left: 0, right: 1 }, 1280);
      boxesSeen += boxes.length;
      /** @type {any[][]} */
      const rows = [];
      for (const box of boxes) (rows[box.row] ??= []).push(box);
      for (const box of boxes) {
        if (box.node === null || box.width < 2) continue;
        const inside = (rows[box.row + 1] ?? []).filter((/** @type {any} */ b) => {
          const middle = b.x + b.width / 2;
          return middle > box.x && middle < box.x + box.width;
        });
        const own = (tree.children(box.node), box.node.flat / box.node.width) * box.width || 0;
        const sum = inside.reduce((/** @type {number} */ total, /** @type {any} */ b) => total + b.width, 0);
        // What ends in a box is as wide as its values are without their signs, which its sum does not tell.
        differences.push(isSigned ? Math.max(0, sum - box.width) : Math.abs(sum + own - box.width));
      }
    }
    return { most: differences.reduce((a, b) => Math.max(a, b)), boxes: boxesSeen, isEmpty: weights.total === 0 };
  });
  assert.ok(worst.isEmpty || worst.boxes >= 2, `${worst.boxes} boxes`);
  assert.ok(worst.isEmpty || worst.most <= 1, `${worst.most} pixels`);
}

/** The table has the rows and numbers of the text report. @param {Page} page @param {string} file */
async function table(page, file) {
  await show(page, "table");
  await page.waitForSelector("#view-table [data-numbers=report]");
  const shown = await page.$$eval("#view-table tbody tr[aria-rowindex]", (rows, count) =>
    rows.slice(0, count).map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent)), ROWS);
  const report = await tools(["pprof", "-top", "-nodecount=0", "-trim=false", file]);
  const lines = report.split("\n").filter((line) => /^ *\S+ +[\d.e-]+% +[\d.e-]+% +\S+ +[\d.e-]+%/.test(line));
  const count = Number((await page.textContent(".view-table .table-note"))?.split(" ")[0]);
  const weighing = lines.filter((line) => !/^ *0 +0% +\S+ +0 +0%/.test(line));
  assert.equal(count, weighing.length, "rows");
  for (const [flat, , cum, , name] of shown) {
    const same = lines.some((line) => {
      const [f, , , c] = line.trim().split(/\s+/);
      const inline = line.replace(/ \((partial-)?inline\)$/, "");
      return isSame(f, String(flat)) && isSame(c, String(cum)) && inline.endsWith(String(name));
    });
    assert.ok(same, `${flat} ${cum} ${name} is not in the report`);
  }
}

/** Callers and callees are those of peek. @param {Page} page @param {string} file */
async function peeks(page, file) {
  await show(page, "sandwich");
  const names = await page.$$eval(".view-sandwich .pick .pick-row", (rows) =>
    rows.slice(0, 40).map((row) => row.getAttribute("title") ?? ""));
  const every = Math.max(1, Math.floor(names.length / PEEKED));
  for (const [index, name] of names.entries()) {
    if (index % every !== every - 1) continue;
    await page.locator(".view-sandwich .pick .pick-row").nth(index).click();
    const escaped = name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    const peek = (await tools(["pprof", `-peek=^${escaped}$`, file])).split("\n");
    const at = peek.findIndex((line) => line.includes(` | ${name}`) || line.trimEnd().endsWith(`|   ${name}`));
    assert.ok(at > 0, `${name} is not in\n${peek.join("\n")}`);
    const listed = await page.$$eval(".neighbours .pick-row", (rows) =>
      rows.map((row) => [row.querySelector(".number")?.textContent ?? "", row.getAttribute("title") ?? ""]));
    for (const [value, neighbour] of listed) {
      const has = peek.some((line) => isSame(line.trim().split(/\s+/)[0], value) && line.includes(neighbour));
      assert.ok(has, `${name}: ${value} ${neighbour} is not in\n${peek.join("\n")}`);
    }
  }
}

/** The labels sum up to the whole, where no value is below zero. @param {Page} page */
async function labels(page) {
  if (await page.$("#tab-labels") === null) return;
  await show(page, "labels");
  const cells = await page.$$eval("#view-labels tbody tr", (rows) => rows.map((row) => [
    row.querySelector("td.number")?.textContent ?? "", row.querySelector("td.bar")?.textContent ?? ""]));
  if (cells.some(([value]) => value.startsWith("-"))) return;
  const sum = cells.reduce((total, [, share]) => total + Number.parseFloat(share), 0);
  assert.ok(cells.length === 0 || Math.abs(sum - 100) < 0.5 + cells.length * 0.005, `${sum} %`);
}

/** A search finds as many functions in every view. @param {Page} page */
async function searches(page) {
  await show(page, "flame");
  await page.fill("#search", "e");
  await page.press("#search", "Enter");
  await page.waitForFunction(() => location.hash.includes("q="));
  const count = Number((await page.textContent("#count"))?.split(" ")[0]);
  await show(page, "table");
  const note = await page.textContent(".view-table .table-note");
  assert.equal(Number(note?.split(" ")[0]), count);
}

test("a function that is searched for is found", async () => {
  const [file] = pair();
  const report = JSON.parse(await tools(["pprof", "-top", "-json", "-trim=false", file]));
  const named = report.rows.filter((/** @type {{ name: string }} */ row) => row.name.includes("e"));
  const site = await serve([file]);
  const { page } = await open(browser, site.url, "q=e");
  assert.ok(named.length > 0);
  assert.match(await page.textContent("#count") ?? "", new RegExp(`^${named.length} functions`));
  await page.context().close();
  site.stop();
});
