// The line at the bottom, which tells about the box or row at hand, and the same beside the pointer.

import { byId, element } from "./dom.js";
import { lines } from "./describe.js";

/** @typedef {import("../model/model.js").Model} Model */
/** @typedef {import("./describe.js").Subject} Subject */

/** Pixels between the pointer and what is told beside it. */
const APART = 14;

/** @param {Subject} subject */
function noteOf({ note }) {
  return note ? ` (${note})` : "";
}

/** What the line at the bottom says about a subject. @param {Model} model @param {Subject} subject @returns {Node[]} */
export function sentence(model, subject) {
  return [
    element("b", {}, subject.name + noteOf(subject)),
    ...lines(model, subject).map(([what, text]) => element("span", {}, `${what} ${text}`)),
    ...(subject.file ? [element("span", { className: "file" }, subject.file)] : []),
  ];
}

export class Status {
  constructor() {
    this.line = element("div", { className: "told" });
    this.line.setAttribute("aria-live", "polite");
    this.usual = element("div", { className: "rest" });
    byId("status").append(this.line, this.usual);
    this.tip = element("div", { className: "tip", hidden: true, ariaHidden: "true" });
    document.body.append(this.tip);
  }

  /** What stands at the bottom while nothing is pointed at. @param {Node[]} parts */
  rest(parts) {
    this.line.replaceChildren();
    this.usual.replaceChildren(...parts);
    this.usual.hidden = false;
    this.tip.hidden = true;
  }

  /**
   * @param {Model} model
   * @param {Subject | null} subject
   * @param {{ x: number, y: number } | null} at where the pointer is; null for the keyboard
   */
  tell(model, subject, at) {
    this.tip.hidden = subject === null || at === null;
    this.usual.hidden = subject !== null;
    this.line.replaceChildren(...(subject === null ? [] : sentence(model, subject)));
    if (subject !== null && at !== null) this.place(subject, lines(model, subject), noteOf(subject), at);
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
