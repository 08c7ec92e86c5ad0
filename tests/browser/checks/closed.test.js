// The page talks to its own server only, and the server to nobody but its page.

import assert from "node:assert/strict";
import { request } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { browse, open, serve, tools, views } from "../site.js";
import { every, pair, real } from "./fixtures.js";

const [CPU] = pair();

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => { browser = await browse(); });
after(() => browser.close());

/**
 * The status of a request whose target and host are sent as they stand.
 * @param {string} url
 * @param {{ path?: string, host?: string, method?: string }} how
 * @returns {Promise<number | undefined>}
 */
function status(url, { path, host, method = "GET" }) {
  const { hostname, port, pathname, host: own } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path: path ?? pathname, method, headers: { Host: host ?? own } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
    asked.on("error", reject);
    asked.end();
  });
}

// What is drawn depends on the kind of profile, its colours do not.
for (const { colorScheme, files } of /** @type {const} */ ([
  { colorScheme: "light", files: every }, { colorScheme: "dark", files: real },
])) {
  test(`every view of ${files.name} profiles works in ${colorScheme}, and asks its own origin only`, async () => {
    for (const file of files()) {
      const site = await serve([file]);
      const { page, complaints, requests } = await open(browser, site.url, "", { colorScheme });
      for (const view of await views(page)) {
        await page.click(`#tab-${view}`);
        await page.waitForSelector(`html[data-ready=${view}]`);
        await page.waitForLoadState("networkidle");
      }
      const { origin } = new URL(site.url);
      const strange = requests.filter((url) => !url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url));
      assert.deepEqual(strange, [], file);
      assert.deepEqual(complaints, [], file);
      await page.context().close();
      site.stop();
    }
  });
}

test("a wrong token, host or path gets nothing", async () => {
  const site = await serve([CPU]);
  const base = new URL(site.url).pathname;
  const token = base.replaceAll("/", "");
  assert.equal(await status(site.url, {}), 200);
  for (const path of ["/", "/x/", `/${"0".repeat(token.length)}/`, `/${token.slice(1)}/`, "/profiles.json",
    `${base}../${token}/`, `${base}../../etc/passwd`, `${base}..%2f..%2fetc%2fpasswd`, `${base}%2e%2e/Cargo.toml`,
    `${base}profile/99`, `${base}/etc/passwd`]) {
    assert.equal(await status(site.url, { path }), 404, path);
  }
  for (const host of ["evil.example", "evil.example:80", "127.0.0.1", "localhost.evil.example"]) {
    assert.equal(await status(site.url, { host }), 403, host);
  }
  assert.equal(await status(site.url, { method: "POST" }), 405);
  site.stop();
});

test("the page in one file shows the same numbers without any request", async () => {
  const directory = mkdtempSync(join(tmpdir(), "page-"));
  try {
    const file = CPU;
    const html = join(directory, "page.html");
    await tools(["pprof", "-output", html, file]);
    const site = await serve([file]);
    const served = await open(browser, site.url, "v=table");
    const alone = await open(browser, pathToFileURL(html).href, "v=table");
    await served.page.waitForSelector("#view-table [data-numbers=report]");
    const rows = (/** @type {import("playwright-core").Page} */ page) =>
      page.$$eval("#view-table tbody tr[aria-rowindex]", (found) => found.map((row) => row.textContent));
    assert.deepEqual(await rows(alone.page), await rows(served.page));
    for (const view of await views(alone.page)) {
      await alone.page.click(`#tab-${view}`);
      await alone.page.waitForSelector(`html[data-ready=${view}]`);
    }
    const strange = alone.requests.filter((url) => !/^(file|data|blob):/.test(url));
    assert.deepEqual(strange, []);
    assert.deepEqual(alone.complaints, []);
    site.stop();
  } finally {
    rmSync(directory, { recursive: true });
  }
});
