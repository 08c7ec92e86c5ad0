// Source code with what each line spent, and the machine code where the program is at hand. The
// server reads the files that the profile names; what cannot be read is said.

import { listings } from "../data/report.js";
import { button, element } from "../parts/dom.js";
import { functionPicker } from "../parts/picker.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").App} App */
/** @typedef {import("../data/report.js").Listing} Listing */
/** @typedef {import("../data/report.js").CodeLine} CodeLine */
/** @typedef {import("../model/model.js").Model} Model */
/** @typedef {import("../state/state.js").State} State */

/** @implements {View} */
class SourceView {
  name = "source";
  title = "Source";
  key = "6";
  hint = "What each line spent itself (flat) and with all it calls (cum)";
  /** @type {App | null} */
  app = null;
  /** What was asked for last. */
  asked = "";
  /** @type {Listing[]} */
  shown = [];
  /** Why nothing is shown. */
  problem = "";
  list = element("div", { className: "pick" });
  head = element("div", { className: "label-head" });
  body = element("div", { className: "code", tabIndex: 0 });

  /** @param {HTMLElement} root @param {App} app */
  mount(root, app) {
    this.app = app;
    this.body.setAttribute("role", "region");
    this.body.setAttribute("aria-label", "Code");
    root.append(element("div", { className: "source" }, this.list,
      element("div", { className: "label-main" }, this.head, this.body)));
  }

  /** @param {State} state @param {Model} model */
  draw(state, model) {
    const name = functionPicker(this.list, model, "flat", state.selected,
      (chosen) => this.app?.set({ selected: chosen }), (frame) => model.frames().files[frame] !== "");
    this.fillHead(state, name);
    const key = JSON.stringify([model.weightsKey(), name, state.code]);
    if (key === this.asked) return;
    this.asked = key;
    const called = model.frames().functions[model.frameNamed(name)] ?? "";
    if (called === "") {
      this.show([], name === "" ? "No samples are left" : "There is no code: the profile has no function's name for this", model);
      return;
    }
    this.show([], "Reading\u2026", model);
    listings(state, model, called, state.code).then(
      (found) => this.asked === key && this.show(found, "", model),
      (error) => this.asked === key && this.show([], String(error.message ?? error), model),
    );
  }

  /** @param {State} state @param {string} name */
  fillHead(state, name) {
    const other = button(state.code ? "Show source code" : "Show machine code",
      () => this.app?.set({ code: !state.code }), { className: "plain" });
    this.head.replaceChildren(element("h2", {}, name), other);
  }

  /** @param {Listing[]} found @param {string} problem @param {Model} model */
  show(found, problem, model) {
    this.shown = found;
    this.problem = problem;
    const parts = found.flatMap((listing) => [
      element("h3", {}, listing.title),
      ...(listing.problem === "" ? [] : [element("p", { className: "none" }, listing.problem + remedy(listing.problem))]),
      ...(listing.lines.length === 0 ? [] : [this.lines(listing, model)]),
    ]);
    this.body.replaceChildren(...(problem === "" ? parts : [element("p", { className: "none" }, problem)]));
    this.body.querySelector(".hottest")?.scrollIntoView({ block: "center" });
  }

  /** @param {Listing} listing @param {Model} model */
  lines(listing, model) {
    const largest = Math.max(...listing.lines.map((line) => Math.abs(line.cum)), 0);
    const hottest = listing.lines.find((line) => largest > 0 && Math.abs(line.cum) === largest);
    const rows = listing.lines.map((line) => {
      const row = this.line(line, largest, model);
      row.classList.toggle("hottest", line === hottest);
      return row;
    });
    return element("table", { className: "code-lines" },
      element("thead", {}, element("tr", {}, ...["Flat", "Cum", "", "Code"].map((title) =>
        element("th", { scope: "col" }, title || element("span", { className: "hidden" }, "Place"))))),
      element("tbody", {}, ...rows));
  }

  /** @param {CodeLine} line @param {number} largest @param {Model} model */
  line(line, largest, model) {
    const text = (/** @type {number} */ value) => (value === 0 ? "" : model.format(value));
    const code = element("td", { className: "code-text", title: line.from ?? "" }, line.text);
    const row = element("tr", {}, element("td", { className: "number" }, text(line.flat)),
      element("td", { className: "number" }, text(line.cum)),
      element("td", { className: "number place" }, line.place), code);
    const share = largest === 0 ? 0 : Math.abs(line.cum) / largest;
    row.style.setProperty("--heat", String(Math.round(share * 100)));
    return row;
  }

  table() {
    const model = this.app?.model();
    const format = (/** @type {number} */ value) => model?.format(value) ?? "";
    return {
      caption: this.head.textContent ?? "",
      columns: [{ title: "Place" }, { title: "Flat", numeric: true }, { title: "Cum", numeric: true }, { title: "Code" }],
      rows: this.shown.length === 0
        ? [["", "", "", this.problem]]
        : this.shown.flatMap((listing) => (listing.lines.length === 0
          ? [[listing.title, "", "", listing.problem]]
          : listing.lines.map((line) => [line.place, format(line.flat), format(line.cum), line.text]))),
    };
  }

  focus() {
    return this.body;
  }
}

/** What helps against a problem; empty where nothing is known. @param {string} problem */
function remedy(problem) {
  return problem.includes("no such file") ? " (name the directory that has it: -source_path=DIR; -trim_path=PREFIX takes the beginning off)" : "";
}

export const source = new SourceView();
