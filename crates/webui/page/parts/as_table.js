// What the view on screen shows, as a table in a dialog.

import { button, element } from "./dom.js";
import { tableElement } from "./datatable.js";

/** @param {import("./datatable.js").DataTable} table */
export function showTable(table) {
  openDialog("As a table", element("div", { className: "dialog-scroll", tabIndex: 0 }, tableElement(table)));
}

/**
 * Opens a dialog that Escape closes.
 * @param {string} title
 * @param {Node} content
 * @returns {HTMLDialogElement}
 */
export function openDialog(title, content) {
  document.querySelector("dialog")?.remove();
  const dialog = element("dialog");
  dialog.setAttribute("aria-labelledby", "dialog-title");
  const close = button("Close", () => dialog.close(), { className: "plain" });
  dialog.append(
    element("header", {}, element("h2", { id: "dialog-title" }, title), close), content);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
