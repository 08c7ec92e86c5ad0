// The line at the bottom, which tells about the box or row at hand, and the same beside the pointer.

import { byId, element } from "./dom.js";
import { lines } from "./describe.js";

/** @typedef {import("../model/model.js").Model} Model */
/** @typedef {import("./describe.js").Subject} Subject */

/** Pixels between the pointer and what is told beside it. */
const APART = 14;

export class Status {
  constructor() {
    this.line = byId("status");
    this.tip = element("div", { className: "tip", hidden: true, ariaHidden: "true" });
    document.body.append(this.tip);
    this.usual = "";
  }

  /** What stands at the bottom when nothing is pointed at. @param {string} text */
  rest(text) {
    this.usual = text;
    this.line.textContent = text;
    this.tip.hidden = true;
  }

  /**
   * @param {Model} model
   * @param {Subject | null} subject
   * @param {{ x: number, y: number } | null} at where the pointer is; null for the keyboard
   */
  tell(model, subject, at) {
    this.tip.hidden = subject === null || at === null;
    if (subject === null) {
      this.line.textContent = this.usual;
      return;
    }
    const told = lines(model, subject);
    const note = subject.note ? ` (${subject.note})` : "";
    this.line.replaceChildren(
      element("b", {}, subject.name + note),
      ...told.map(([what, text]) => element("span", {}, `${what} ${text}`)),
    );
    if (at !== null) this.place(subject, told, note, at);
  }

  /** @param {Subject} subject @param {[string, string][]} told @param {string} note @param {{ x: number, y: number }} at */
  place(subject, told, note, at) {
    const rows = told.map(([what, text]) =>
      element("div", {}, element("span", { className: "what" }, what), text));
    const file = subject.file ? [element("div", { className: "file" }, subject.file)] : [];
    this.tip.replaceChildren(element("b", {}, subject.name + note), ...rows, ...file);
    const { width, height } = this.tip.getBoundingClientRect();
    const left = Math.max(4, Math.min(at.x + APART, innerWidth - width - 4));
    const below = at.y + APART + height < innerHeight;
    const top = below ? at.y + APART : Math.max(4, at.y - APART - height);
    this.tip.style.transform = `translate(${left}px, ${top}px)`;
  }
}
