// What the page shows agrees with itself and with the text reports.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browse, open, serve, tools } from "../site.js";
import { isSame } from "./amount.js";
import { profile } from "./fixtures.js";

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => { browser = await browse(); });
after(() => browser.close());

/** Runs `check` on the page of each real profile. @param {(page: import("playwright-core").Page, file: string) => Promise<void>} check */
async function each(check, state = "") {
  for (const file of [profile("dgrep", "cpu"), profile("dmap", "cpu"), profile("dmap", "alloc")]) {
    const site = await serve([file]);
    try {
      const { page, complaints } = await open(browser, site.url, state);
      await check(page, file);
      assert.deepEqual(complaints, [], file);
      await page.context().close();
    } finally {
      site.stop();
    }
  }
}

test("children are as wide as their parent, within a pixel", () => each(async (page, file) => {
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
    const differences = [];
    for (const inverted of [false, true]) {
      const tree = model.tree({ inverted, pivot: -1 });
      const boxes = layout(tree, { left: 0, right: 1 }, 1280);
      for (const box of boxes) {
        if (box.node === null || box.width < 2) continue;
        const inside = boxes.filter((/** @type {any} */ b) => {
          const middle = b.x + b.width / 2;
          return b.row === box.row + 1 && middle > box.x && middle < box.x + box.width;
        });
        const own = (tree.children(box.node), box.node.flat / box.node.width) * box.width || 0;
        const sum = inside.reduce((/** @type {number} */ total, /** @type {any} */ b) => total + b.width, 0) + own;
        differences.push(Math.abs(sum - box.width));
      }
    }
    return { most: Math.max(...differences), count: differences.length };
  });
  assert.ok(worst.count > 20, `${file}: ${worst.count} boxes`);
  assert.ok(worst.most <= 1, `${file}: ${worst.most} pixels`);
}));

test("the table has the rows and numbers of the text report", () => each(async (page, file) => {
  await page.waitForSelector("#view-table [data-numbers=report]");
  const shown = await page.$$eval("#view-table tbody tr[aria-rowindex]", (rows) =>
    rows.slice(0, 10).map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent)));
  const report = await tools(["pprof", "-top", "-nodecount=0", "-trim=false", file]);
  const lines = report.split("\n").filter((line) => /%\s/.test(line));
  for (const [flat, , cum, , name] of shown) {
    const same = lines.some((line) => {
      const [f, , , c] = line.trim().split(/\s+/);
      const inline = line.replace(/ \((partial-)?inline\)$/, "");
      return isSame(f, String(flat)) && isSame(c, String(cum)) && inline.endsWith(String(name));
    });
    assert.ok(same, `${file}: ${flat} ${cum} ${name} is not in the report`);
  }
}, "v=table"));

test("callers and callees are those of peek", () => each(async (page, file) => {
  const names = await page.$$eval(".pick .pick-row", (rows) =>
    rows.slice(0, 40).map((row) => row.getAttribute("title") ?? ""));
  assert.ok(names.length > 3);
  for (const name of names.filter((_, index) => index % 8 === 1)) {
    await page.click(`.pick .pick-row[title=${JSON.stringify(name)}]`);
    const escaped = name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    const peek = (await tools(["pprof", `-peek=^${escaped}$`, file])).split("\n");
    const at = peek.findIndex((line) => line.includes(` | ${name}`) || line.trimEnd().endsWith(`|   ${name}`));
    assert.ok(at > 0, `${name} is not in\n${peek.join("\n")}`);
    const listed = await page.$$eval(".neighbours .pick-row", (rows) =>
      rows.map((row) => [row.querySelector(".number")?.textContent ?? "", row.getAttribute("title") ?? ""]));
    for (const [value, neighbour] of listed) {
      const has = peek.some((line) => isSame(line.trim().split(/\s+/)[0], value) && line.includes(neighbour));
      assert.ok(has, `${file}: ${name}: ${value} ${neighbour} is not in\n${peek.join("\n")}`);
    }
  }
}, "v=sandwich"));

test("a search finds as many functions in every view", () => each(async (page) => {
  await page.fill("#search", "e");
  await page.press("#search", "Enter");
  const count = Number((await page.textContent("#count"))?.split(" ")[0]);
  await page.keyboard.press("Tab");
  await page.click("#tab-table");
  const note = await page.textContent(".view-table .table-note");
  assert.equal(Number(note?.split(" ")[0]), count);
  assert.ok(count > 0);
}));

test("the labels sum up to the whole", () => each(async (page) => {
  const has = await page.$("#tab-labels");
  if (has === null) return;
  const shares = await page.$$eval("#view-labels tbody td.bar", (cells) =>
    cells.map((cell) => Number.parseFloat(cell.textContent ?? "")));
  const sum = shares.reduce((total, share) => total + share, 0);
  assert.ok(Math.abs(sum - 100) < 0.5, `${sum} %`);
}, "v=labels"));
