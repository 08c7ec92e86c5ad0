// The page as a reader has it: a server of `dtail-tools` on profiles, and a browser on its address.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TOOLS = process.env.DTAIL_TOOLS ?? `${ROOT}target/release/dtail-tools`;
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Flags that keep the browser quiet on a machine without a screen and without a network. */
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-quic",
];

/**
 * A server that shows `files`; `stop` ends it.
 * @param {string[]} files
 * @param {string[]} [options] of `dtail-tools pprof`
 * @returns {Promise<{ url: string, stop: () => void }>}
 */
export async function serve(files, options = []) {
  if (!existsSync(TOOLS)) throw new Error(`${TOOLS} is not built: cargo build --release`);
  const server = spawn(TOOLS, ["pprof", "-no_browser", "-http=127.0.0.1:0", ...options, ...files]);
  const url = await new Promise((resolve, reject) => {
    let [out, errors] = ["", ""];
    server.stderr.on("data", (part) => { errors += part; });
    server.stdout.on("data", (part) => {
      out += part;
      const line = /^(http:\S+)\n/.exec(out);
      if (!line) return;
      // A check that fails before it stops its server must not keep the others' results from being told.
      for (const part of [server, server.stdout, server.stderr]) /** @type {{ unref: () => void }} */ (/** @type {unknown} */ (part)).unref();
      resolve(line[1]);
    });
    server.on("exit", (code) => reject(new Error(`dtail-tools ended with ${code}: ${errors}`)));
  });
  process.once("exit", () => server.kill());
  return { url, stop: () => server.kill() };
}

/** What `dtail-tools` prints. @param {string[]} args @returns {Promise<string>} */
export function tools(args) {
  const child = spawn(TOOLS, args);
  let [out, errors] = ["", ""];
  child.stdout.on("data", (part) => { out += part; });
  child.stderr.on("data", (part) => { errors += part; });
  return new Promise((resolve, reject) => {
    child.on("exit", (code) => (code === 0 ? resolve(out) : reject(new Error(errors))));
  });
}

/** @returns {Promise<import("playwright-core").Browser>} */
export function browse() {
  if (!existsSync(CHROMIUM)) throw new Error(`there is no browser at ${CHROMIUM}; set CHROMIUM`);
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/**
 * A page that shows the state behind `#`, and what it asked for and complained of on the way.
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 * @param {string} [state]
 * @param {import("playwright-core").BrowserContextOptions} [options]
 */
export async function open(browser, url, state = "", options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  /** @type {string[]} */
  const complaints = [];
  /** @type {string[]} */
  const requests = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(state === "" ? url : `${url}#${state}`);
  await page.waitForSelector("html[data-ready]");
  return { page, complaints, requests };
}

/** The views that the page offers, by name. @param {import("playwright-core").Page} page */
export function views(page) {
  return page.$$eval("#tabs [role=tab]", (tabs) => tabs.map((tab) => tab.id.replace("tab-", "")));
}
