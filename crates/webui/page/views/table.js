// The table of functions: flat and cum with bars, sorted by any column. Where a server is there, the
// numbers are those of its text reports; the page's own stand there until they come.

import { topAddress, topRows } from "../data/report.js";
import { columnsOf, ordered, rowsOf } from "../model/rows.js";
import { button, element, endOf } from "../parts/dom.js";
import { ofFrame } from "../parts/describe.js";

/** @typedef {import("./view.js").View} View */
/** @typedef {import("./view.js").App} App */
/** @typedef {import("../model/model.js").Model} Model */
/** @typedef {import("../model/rows.js").Row} Row */
/** @typedef {import("../model/rows.js").RowColumn} RowColumn */
/** @typedef {import("../state/state.js").State} State */
/** @typedef {import("../data/report.js").ReportRow} ReportRow */

/** Height of a row in pixels; the style sheet has the same. */
const ROW = 26;
/** Rows made above and below those that are seen. */
const MARGIN = 15;
/** Rows of the table in words, at most. */
const TOLD = 500;

/** @implements {View} */
class TableView {
  name = "table";
  title = "Table";
  key = "2";
  hint = "Click selects, double click shows callers and callees, right click has more";
  /** @type {App | null} */
  app = null;
  /** @type {Row[]} */
  rows = [];
  /** @type {RowColumn[]} */
  columns = [];
  /** What a bar of full length stands for, for each column. @type {number[]} */
  longest = [];
  /** The addresses of the reports whose numbers are shown. */
  reported = "";
  /** The report of each side, by names. @type {Map<string, ReportRow>[]} */
  reports = [];
  head = element("thead");
  body = element("tbody");
  foot = element("p", { className: "table-note" });
  grid = element("table", { className: "functions" }, this.head, this.body);
  scroller = element("div", { className: "table-scroller", tabIndex: 0 }, this.grid);

  /** @param {HTMLElement} root @param {App} app */
  mount(root, app) {
    this.app = app;
    this.scroller.setAttribute("role", "region");
    this.scroller.setAttribute("aria-label", "Functions");
    root.append(this.scroller, this.foot);
    this.scroller.addEventListener("scroll", () => this.fill());
    this.scroller.addEventListener("keydown", (event) => this.key_(event));
    new ResizeObserver(() => this.fill()).observe(this.scroller);
  }

  /** @param {State} state @param {Model} model */
  draw(state, model) {
    this.columns = columnsOf(model);
    this.ask(state, model);
    this.rows = this.corrected(rowsOf(model, state.sort), state);
    this.longest = this.columns.map((column) => longestBar(column, this.rows, model));
    this.fillHead(state);
    this.body.replaceChildren();
    this.fill();
    this.note();
  }

  /** Asks for the reports of a state, once. @param {State} state @param {Model} model */
  ask(state, model) {
    /** @type {("shown" | "base")[]} */
    const sides = model.isDiff ? ["shown", "base"] : ["shown"];
    const addresses = sides.map((side) => topAddress(state, model, side));
    const asked = state.normalized ? "" : addresses.join(" ");
    if (asked === this.reported) return;
    this.reported = asked;
    this.reports = [];
    if (asked === "" || addresses.includes("")) return;
    Promise.all(addresses.map(topRows)).then((tables) => {
      if (this.reported !== asked || this.app === null) return;
      this.reports = tables.map((rows) => new Map(rows.map((row) => [row.name, row])));
      this.draw(this.app.model().state, this.app.model());
    }, () => { /* Without a report the page's own numbers stay. */ });
  }

  /** Rows with the numbers of the reports. @param {Row[]} rows @param {State} state */
  corrected(rows, state) {
    const [shown, base] = this.reports;
    if (shown === undefined) return rows;
    for (const row of rows) {
      row.flat = shown.get(row.name)?.flat ?? 0;
      row.cum = shown.get(row.name)?.cum ?? 0;
      if (base === undefined) continue;
      row.baseFlat = base.get(row.name)?.flat ?? 0;
      row.baseCum = base.get(row.name)?.cum ?? 0;
    }
    return ordered(rows, state.sort);
  }

  note() {
    const fromReport = this.reports.length > 0;
    this.scroller.dataset.numbers = fromReport ? "report" : "page";
    const origin = fromReport ? "numbers of the text report" : "numbers added up by the page";
    this.foot.textContent = `${this.rows.length} function${this.rows.length === 1 ? "" : "s"}, ${origin}`;
  }

  /** @param {State} state */
  fillHead(state) {
    const cells = this.columns.map((column) => this.headCell(column.key, column.title, state, `number ${classOf(column)}`));
    cells.push(this.headCell("name", "Function", state, ""));
    this.head.replaceChildren(element("tr", {}, ...cells));
    this.grid.setAttribute("aria-rowcount", String(this.rows.length + 1));
  }

  /** @param {string} key @param {string} title @param {State} state @param {string} className */
  headCell(key, title, state, className) {
    const cell = element("th", { scope: "col", className });
    if (key === "") {
      cell.append(title);
      return cell;
    }
    const sorted = state.sort === key ? "descending" : state.sort === `-${key}` ? "ascending" : "none";
    cell.setAttribute("aria-sort", key === "name" && sorted !== "none" ? flip(sorted) : sorted);
    const other = state.sort === key ? `-${key}` : key;
    cell.append(button(title, () => this.app?.set({ sort: other }), { className: "sorter" }));
    return cell;
  }

  /** Makes the rows that are seen. */
  fill() {
    const { scrollTop, clientHeight } = this.scroller;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - MARGIN);
    const last = Math.min(this.rows.length, Math.ceil((scrollTop + clientHeight) / ROW) + MARGIN);
    const rows = this.rows.slice(first, last).map((row, index) => this.rowElement(row, first + index));
    this.body.replaceChildren(this.space(first), ...rows, this.space(this.rows.length - last));
  }

  /** Room for rows that are not made. @param {number} rows */
  space(rows) {
    const room = element("tr", { className: "space", ariaHidden: "true" }, element("td"));
    room.style.height = `${rows * ROW}px`;
    return room;
  }

  /** @param {Row} row @param {number} index */
  rowElement(row, index) {
    const app = this.app;
    const model = app?.model();
    const cells = this.columns.map((column, at) => {
      const cell = element("td", { className: `number ${classOf(column)}` }, column.text(row));
      if (column.bar) {
        const length = Math.max(-1, Math.min(1, column.bar(row) / this.longest[at]));
        cell.classList.add("bar", length < 0 ? "less" : "more");
        cell.style.setProperty("--bar", String(Math.abs(length)));
      }
      return cell;
    });
    const name = button("", () => app?.set({ selected: row.name }), { className: "name", title: row.name });
    name.append(endOf(row.name));
    const made = element("tr", {}, ...cells, element("td", { className: "name" }, name));
    made.setAttribute("aria-rowindex", String(index + 2));
    if (app?.state().selected === row.name) made.setAttribute("aria-current", "true");
    made.addEventListener("contextmenu", (event) => {
      event.preventDefault();
      app?.menu(row.frame, { x: event.clientX, y: event.clientY });
    });
    made.addEventListener("pointerenter", () => model && app?.tell(ofFrame(model, row.frame), null));
    made.addEventListener("dblclick", () => app?.set({ view: "sandwich", selected: row.name }));
    return made;
  }

  /** @param {KeyboardEvent} event */
  key_(event) {
    const app = this.app;
    if (app === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.rows.findIndex((row) => row.name === app.state().selected);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -at, End: this.rows.length };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (step !== undefined) {
      const next = Math.max(0, Math.min(this.rows.length - 1, at + step));
      app.set({ selected: this.rows[next]?.name ?? "" }, { passing: true });
      this.reveal(next);
    } else if (event.key === "Enter" && event.target === this.scroller && at >= 0) {
      app.set({ view: "sandwich" });
    } else if (event.key === "ContextMenu" && at >= 0) {
      const bounds = this.scroller.getBoundingClientRect();
      app.menu(this.rows[at].frame, { x: bounds.left + 40, y: bounds.top + 40 });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Scrolls a row into sight, and tells about it. @param {number} index */
  reveal(index) {
    const { scrollTop, clientHeight } = this.scroller;
    const top = index * ROW;
    const head = this.head.clientHeight;
    if (top < scrollTop) this.scroller.scrollTop = top;
    else if (top + ROW + head > scrollTop + clientHeight) {
      this.scroller.scrollTop = top + ROW + head - clientHeight;
    }
    const row = this.rows[index];
    if (row && this.app) this.app.tell(ofFrame(this.app.model(), row.frame), null);
  }

  table() {
    return {
      caption: `Functions${this.rows.length > TOLD ? `, the first ${TOLD}` : ""}`,
      columns: [...this.columns.map(({ title }) => ({ title, numeric: true })), { title: "Function" }],
      rows: this.rows.slice(0, TOLD).map((row) => [...this.columns.map((c) => c.text(row)), row.name]),
    };
  }

  focus() {
    return this.scroller;
  }
}

/** The whole for shares; for changes the largest there is. @param {RowColumn} column @param {Row[]} rows @param {Model} model */
function longestBar({ bar }, rows, model) {
  if (!model.isDiff || bar === undefined) return 1;
  return rows.reduce((longest, row) => Math.max(longest, Math.abs(bar(row))), 0) || 1;
}

/** What a narrow page leaves out. @param {RowColumn} column */
function classOf({ key }) {
  return ["", "before", "after"].includes(key) ? "spare" : "";
}

/** @param {string} order */
function flip(order) {
  return order === "descending" ? "ascending" : "descending";
}

export const table = new TableView();
