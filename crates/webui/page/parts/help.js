// The help: keys and what the words mean.

import { element } from "./dom.js";
import { openDialog } from "./as_table.js";
import { BINDINGS } from "./keys.js";
import { isStandalone } from "../data/load.js";

/** @param {import("../app.js").App} app */
export function showHelp(app) {
  const views = app.views().map((view) => ({ keys: view.key, text: view.title }));
  const list = element("dl", { className: "keys" });
  for (const { keys, text } of [...views, ...BINDINGS]) {
    const words = keys.split(", ").map((key) => element("kbd", {}, key));
    list.append(element("dt", {}, ...words), element("dd", {}, text));
  }
  const words = element("dl", { className: "words" });
  const terms = [
    ["flat", "spent in the function itself"],
    ["cum", "spent in the function and all it calls"],
    ["focus, ignore", "keep or leave out whole samples"],
    ["hide, show", "leave out or keep single frames; what they spent goes to their callers"],
    ["show from", "leave out what is above the outermost match"],
    ["label", "keep samples with a label: thread=main, thread=^worker, size=1kb:64kb"],
    ...(isStandalone() ? [["without a server", "this page is a file: it has no source code, and only the call graphs that it began with"]] : []),
  ];
  for (const [term, text] of terms) words.append(element("dt", {}, term), element("dd", {}, text));
  openDialog("Keys and words", element("div", { className: "dialog-scroll help", tabIndex: 0 }, list, words));
}
