// The tabs of the views.

import { byId, element } from "./dom.js";

/** @typedef {import("../views/view.js").View} View */
/** @typedef {import("../app.js").App} App */

export class Tabs {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.list = byId("tabs");
    this.list.addEventListener("keydown", (event) => this.walk(event));
  }

  /** @param {View} current */
  draw(current) {
    const hadFocus = this.list.contains(document.activeElement);
    const tabs = this.app.views().map((view) => this.tab(view, view === current));
    this.list.replaceChildren(...tabs);
    if (hadFocus) tabs.find((tab) => tab.tabIndex === 0)?.focus();
  }

  /** @param {View} view @param {boolean} isCurrent */
  tab(view, isCurrent) {
    const tab = element("button", {
      type: "button", id: `tab-${view.name}`, tabIndex: isCurrent ? 0 : -1,
    }, view.title, element("kbd", { ariaHidden: "true" }, view.key));
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-selected", String(isCurrent));
    if (isCurrent) tab.setAttribute("aria-controls", `view-${view.name}`);
    tab.addEventListener("click", () => this.app.set({ view: view.name }));
    return tab;
  }

  /** @param {KeyboardEvent} event */
  walk(event) {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const views = this.app.views();
    const at = views.indexOf(this.app.view());
    this.app.set({ view: views[(at + step + views.length) % views.length].name });
    event.preventDefault();
    event.stopPropagation();
  }
}
