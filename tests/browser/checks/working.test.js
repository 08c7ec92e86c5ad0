// Working with profiles: comparing, filtering, undoing, links, dropped files, downloads.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { browse, open, serve, tools } from "../site.js";
import { amount } from "./amount.js";
import { pair } from "./fixtures.js";
import { made } from "./kinds.js";

/** @typedef {import("playwright-core").Page} Page */

const [CPU, OTHER] = pair();

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {{ url: string, stop: () => void }} */
let alone;
/** @type {{ url: string, stop: () => void }} */
let compared;
before(async () => {
  browser = await browse();
  alone = await serve([CPU]);
  compared = await serve([CPU], ["-diff_base", OTHER]);
});
after(async () => {
  await browser.close();
  alone.stop();
  compared.stop();
});

/** The size of a difference such as `\u221220ms`, as far as its digits go. @param {string} text */
const size = (text) => amount(text.replace(/^[+\u2212]/, ""))?.value ?? NaN;

/** What the page says it shows. @param {Page} page */
const title = (page) => page.textContent("#name");

/** Waits until the address has this part. @param {Page} page @param {string} part */
const address = (page, part) => page.waitForFunction((text) => location.hash.includes(text), part);

test("a comparison shows both sides, what is new and what is gone, and can be swapped", async () => {
  const { page, complaints } = await open(browser, compared.url, "v=table");
  assert.ok(await page.isVisible("#legend"));
  const before = await title(page);
  const ratios = () => page.$$eval("#view-table tbody tr[aria-rowindex]", (rows) =>
    rows.map((row) => row.querySelector("td:nth-last-child(2)")?.textContent));
  await page.waitForSelector("#view-table [data-numbers=report]");
  const shown = await ratios();
  assert.ok(shown.includes("new") || shown.includes("gone"), shown.join(" "));
  const changes = await page.$$eval("#view-table tbody tr[aria-rowindex]", (rows) =>
    rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent ?? "")));
  for (const cells of changes) {
    if (cells[6] === "new") assert.ok(cells[4].startsWith("+"), cells.join(" "));
    if (cells[6] === "gone") assert.ok(cells[4].startsWith("\u2212"), cells.join(" "));
  }
  const sizes = changes.map(([delta]) => size(delta));
  assert.ok(sizes[0] > 0, "the largest change comes first");
  assert.deepEqual(sizes, [...sizes].sort((a, b) => b - a));
  await page.keyboard.press("x");
  await address(page, "b=");
  const names = before?.split(" \u2192 ");
  assert.equal(await title(page), `${names?.[1]} \u2192 ${names?.[0]}`);
  await page.keyboard.press("u");
  await page.waitForFunction((text) => document.getElementById("name")?.textContent === text, before);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("a filter of a box is a chip that can be taken away, undone and linked to", async () => {
  const { page } = await open(browser, alone.url);
  await page.keyboard.press("1");
  for (const key of ["ArrowDown", "Shift+F10"]) await page.keyboard.press(key);
  await page.click("[role=menuitem]:has-text('Focus')");
  await address(page, "f=");
  assert.equal(await page.locator(".chip").count(), 1);
  const link = page.url();
  const other = await open(browser, link);
  assert.equal(await other.page.textContent("#chips"), await page.textContent("#chips"));
  await page.keyboard.press("Control+z");
  await page.waitForFunction(() => !location.hash.includes("f="));
  assert.equal(await page.locator(".chip").count(), 0);
  await page.keyboard.press("Control+y");
  await address(page, "f=");
  await page.click(".chip button");
  await page.waitForFunction(() => !location.hash.includes("f="));
  await other.page.context().close();
  await page.context().close();
});

test("an expression that cannot be read says so and filters nothing", async () => {
  const { page, complaints } = await open(browser, alone.url, "v=table&f=%28");
  assert.equal(await page.locator(".chip.broken").count(), 1);
  assert.ok(await page.locator("#view-table tbody tr[aria-rowindex]").count() > 3);
  await page.fill("#search", "[");
  await page.waitForSelector("#search[aria-invalid=true]");
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("dropped files are shown, and what is no profile is named", async () => {
  const { page, complaints } = await open(browser, alone.url);
  const bytes = [...readFileSync(OTHER)];
  await page.evaluate((content) => {
    const carried = new DataTransfer();
    carried.items.add(new File([new Uint8Array(content)], "dropped.prof"));
    carried.items.add(new File(["text"], "bad.prof"));
    dispatchEvent(new DragEvent("drop", { dataTransfer: carried, cancelable: true }));
  }, bytes);
  await page.waitForFunction(() => document.getElementById("name")?.textContent === "dropped.prof");
  assert.match(await page.textContent("#notice") ?? "", /^bad\.prof: /);
  await page.click("#tab-table");
  await page.waitForSelector("#view-table [data-numbers=report]");
  await page.click("#tab-graph");
  await page.waitForSelector(".graph-sheet svg .graph-node");
  assert.deepEqual(complaints, []);
  // The server reads no file that a dropped profile names; the browser reports the refusal itself.
  await page.click("#tab-source");
  await page.waitForSelector(".code .none:has-text('started with')");
  await page.context().close();
});

test("a picture that is moved freely can be linked to", async () => {
  const { page, complaints } = await open(browser, alone.url);
  const box = await page.locator(".flame-marks").boundingBox();
  assert.ok(box !== null);
  await page.mouse.move(box.x + box.width / 2, box.y + 50);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -300);
  await page.keyboard.up("Control");
  await address(page, "z=%400.");
  const zoomed = page.url();
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 4, box.y + 50, { steps: 4 });
  await page.mouse.up();
  await page.waitForFunction((url) => location.href !== url, zoomed);
  const [, left, right] = /%40([\d.]+)-([\d.]+)/.exec(page.url()) ?? [];
  const [, before] = /%40([\d.]+)-/.exec(zoomed) ?? [];
  assert.ok(Number(left) > Number(before), `${left} is not right of ${before}`);
  const other = await open(browser, page.url());
  await other.page.focus(".flame-marks");
  await other.page.keyboard.press("0");
  await other.page.waitForFunction(() => !location.hash.includes("z="));
  assert.ok(Number(right) <= 1);
  assert.deepEqual(complaints, []);
  await page.context().close();
  await other.page.context().close();
});

test("keys walk along what a search finds", async () => {
  const site = await serve([made("labelled")]);
  const { page } = await open(browser, site.url, "q=step_");
  await page.focus(".flame-marks");
  const told = [];
  for (const key of ["n", "n", "N"]) {
    await page.keyboard.press(key);
    told.push(await page.textContent("#status b"));
  }
  assert.ok(told.every((name) => name?.startsWith("step_")), told.join());
  assert.notEqual(told[0], told[1]);
  assert.equal(told[0], told[2]);
  await page.context().close();
  site.stop();
});

test("arrows walk to the left and to the right, and the search counts what the filters leave", async () => {
  const site = await serve([made("labelled")]);
  const { page } = await open(browser, site.url, "q=step_&i=step_1");
  assert.match(await page.textContent("#count") ?? "", /^5 functions,/);
  await page.focus(".flame-marks");
  const told = [];
  for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft"]) {
    await page.keyboard.press(key);
    told.push(await page.textContent("#status b"));
  }
  assert.equal(told[3], told[1]);
  assert.notEqual(told[2], told[1]);
  await page.context().close();
  site.stop();
});

test("the call graph has the colours of the page, on the page and in a download", async () => {
  const { page } = await open(browser, compared.url, "v=graph", { colorScheme: "dark" });
  await page.waitForSelector(".graph-sheet svg .graph-node");
  const fills = await page.$$eval(".graph-node rect", (boxes) => boxes.map((box) => box.getAttribute("fill") ?? ""));
  for (const fill of fills) {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(fill.slice(at, at + 2), 16));
    assert.ok(green <= Math.max(red, blue), `${fill} is green`);
    assert.ok(red + green + blue < 400, `${fill} is too bright for light text`);
  }
  const svg = (await download(page, ".svg")).toString();
  assert.ok(svg.includes(`fill="${fills[0]}"`));
  await page.context().close();
});

test("recursion collapses directly, and through others", async () => {
  const site = await serve([made("recursive")]);
  const { page } = await open(browser, site.url);
  const lines = async () => (await download(page, ".folded")).toString().trim().split("\n").map((line) => line.split(" ")[0]);
  assert.ok((await lines()).includes("main;visit;visit;node::walk;visit;node::walk;node::walk"));
  await page.keyboard.press("r");
  await address(page, "cr=direct");
  const direct = await lines();
  assert.ok(direct.includes("main;visit;node::walk;visit;node::walk") && !direct.some((line) => line.includes("visit;visit")));
  await page.keyboard.press("r");
  await address(page, "cr=all");
  const all = await lines();
  assert.ok(all.includes("main;visit;node::walk") && !all.some((line) => line.includes("walk;visit")), all.join("\n"));
  await page.keyboard.press("r");
  await page.waitForFunction(() => !location.hash.includes("cr="));
  await page.context().close();
  site.stop();
});

test("times in any unit make a heat map, and a part of them filters", async () => {
  for (const kind of ["timed", "milliseconds"]) {
    const site = await serve([made(kind)]);
    const { page, complaints } = await open(browser, site.url, "v=heat");
    await page.keyboard.press("t");
    const rows = await page.$$eval("dialog table.data tbody tr", (found) => found.map((row) => row.textContent ?? ""));
    assert.match(rows[119], /^1\.97\d s/, kind);
    await page.keyboard.press("Escape");
    const whole = await page.textContent("#facts");
    await page.evaluate(() => { location.hash = "v=table&t=0-0.995"; });
    await page.waitForSelector(".chip:has-text('time')");
    const names = await page.$$eval("#view-table tbody button.name", (found) => found.map((name) => name.textContent));
    assert.ok(names.includes("read") && !names.includes("match"), `${kind}: ${names}`);
    assert.ok(whole?.startsWith("3.99s of cpu"));
    assert.deepEqual(complaints, []);
    await page.context().close();
    site.stop();
  }
});

test("a numeric label is focused on as a range", async () => {
  const site = await serve([made("labelled")]);
  const { page } = await open(browser, site.url, "v=labels&lab=size");
  await page.click("#view-labels tbody tr:first-child button:has-text('Focus')");
  await page.waitForFunction(() => /tf=size%3D\d+bytes/.test(location.hash));
  assert.equal(await page.locator("#view-labels tbody tr").count(), 1);
  await page.context().close();
  site.stop();
});

/** Presses a download of the menu and gives its content. @param {Page} page @param {string} entry */
async function download(page, entry) {
  await page.keyboard.press("d");
  const [file] = await Promise.all([
    page.waitForEvent("download"), page.click(`[role=menuitem]:has-text("${entry}")`),
  ]);
  return readFileSync(await file.path());
}

test("downloads hold what they promise", async () => {
  const { page, complaints } = await open(browser, alone.url);
  const file = CPU;
  const sorted = (/** @type {string} */ text) => text.split("\n").sort();
  const folded = (await download(page, ".folded")).toString();
  assert.deepEqual(sorted(folded), sorted(await tools(["pprof", "-folded", file])));
  const speedscope = JSON.parse((await download(page, "speedscope")).toString());
  assert.equal(speedscope.profiles[0].samples.length, speedscope.profiles[0].weights.length);
  const svg = (await download(page, ".svg")).toString();
  assert.ok(svg.startsWith("<svg xmlns") && svg.endsWith("</svg>\n"));
  assert.ok(!svg.includes("<script"));
  const png = await download(page, ".png");
  assert.equal(png.subarray(1, 4).toString(), "PNG");
  for (const entry of ["What the filters leave", CPU.split("/").pop() ?? ""]) {
    const bytes = await download(page, entry);
    assert.deepEqual([...bytes.subarray(0, 2)], [0x1f, 0x8b], entry);
  }
  const html = (await download(page, "This page")).toString();
  assert.ok(html.startsWith("<!doctype html>"));
  assert.deepEqual(complaints, []);
  await page.context().close();
});
