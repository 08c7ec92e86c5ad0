// For everyone: an accessibility checker, the keyboard alone, both themes, wide and narrow.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { browse, open, serve, views } from "../site.js";
import { pair } from "./fixtures.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const [CPU, OTHER] = pair();

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {{ url: string, stop: () => void }} */
let site;
before(async () => {
  browser = await browse();
  site = await serve([CPU], ["-diff_base", OTHER]);
});
after(async () => {
  await browser.close();
  site.stop();
});

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  for (const [width, height] of [[1280, 800], [390, 844]]) {
    test(`nothing serious is found in ${colorScheme}, ${width} pixels wide`, async () => {
      const options = { colorScheme, viewport: { width, height }, bypassCSP: true };
      const { page, complaints } = await open(browser, site.url, "", options);
      await page.addScriptTag({ content: AXE });
      for (const view of await views(page)) {
        await page.click(`#tab-${view}`);
        await page.waitForSelector(`html[data-ready=${view}]`);
        const found = await page.evaluate(async () => {
          // @ts-ignore: the script tag above defines it
          const { violations } = await axe.run(document, { resultTypes: ["violations"] });
          return violations.filter((/** @type {any} */ v) => ["serious", "critical"].includes(v.impact))
            .map((/** @type {any} */ v) => `${v.id}: ${v.nodes.map((/** @type {any} */ n) => n.target).join(", ")}`);
        });
        assert.deepEqual(found, [], `${view} in ${colorScheme}`);
        const spills = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(spills <= 0, `${view} is ${spills} pixels too wide`);
        const cut = await page.$$eval(".view:not([hidden]) :is(canvas, .pivot, .pick, .sandwich-lists, .label-main)",
          (parts) => parts.filter((part) => part.getBoundingClientRect().right > innerWidth + 1).map((part) => part.className));
        assert.deepEqual(cut, [], `${view} is cut off`);
      }
      assert.deepEqual(complaints, []);
      await page.context().close();
    });
  }
}

test("the keyboard alone walks through every view", async () => {
  const { page, complaints } = await open(browser, site.url);
  const keys = await page.$$eval("#tabs [role=tab]", (tabs) =>
    tabs.map((tab) => [tab.querySelector("kbd")?.textContent ?? "", tab.id.replace("tab-", "")]));
  for (const [key, view] of keys) {
    await page.keyboard.press(key);
    await page.waitForSelector(`html[data-ready=${view}]`);
    await page.waitForTimeout(200);
    for (const step of ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp"]) await page.keyboard.press(step);
    await page.keyboard.press("t");
    const rows = await page.$$eval("dialog table.data tbody tr", (found) => found.length);
    assert.ok(rows > 0, `${view} says nothing as a table`);
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
  }
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test("zooming with the keyboard is a step that can be undone", async () => {
  const { page } = await open(browser, site.url);
  await page.keyboard.press("1");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.match(page.url(), /z=/);
  await page.keyboard.press("u");
  await page.waitForFunction(() => !location.hash.includes("z="));
  await page.keyboard.press("?");
  assert.ok(await page.isVisible("dialog .help"));
  await page.context().close();
});
