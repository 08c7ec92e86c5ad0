// Menus: of a button, or of a box at the place where it was asked for. Arrows walk, Escape leaves.

import { element } from "./dom.js";

/**
 * @typedef {object} Item
 * @property {string} text
 * @property {string} [key] shown at its right: the key that does the same
 * @property {boolean} [checked] whether it is the choice in force; for choices only
 * @property {boolean} [disabled]
 * @property {() => void} act
 */

/** A line between items. */
export const LINE = null;

/** @type {(() => void) | null} */
let closeOpen = null;

/** Closes the menu that is open; whether there was one. */
export function closeMenu() {
  const close = closeOpen;
  close?.();
  return close !== null;
}

/**
 * Opens a menu.
 * @param {string} label
 * @param {(Item | null)[]} items
 * @param {{ x: number, y: number }} at its upper left corner, if there is room
 */
export function openMenu(label, items, at) {
  closeMenu();
  for (const tip of document.querySelectorAll(".tip")) /** @type {HTMLElement} */ (tip).hidden = true;
  const before = document.activeElement;
  const list = element("div", { className: "menu" });
  list.setAttribute("role", "menu");
  list.setAttribute("aria-label", label);
  for (const item of items) list.append(item === LINE ? separator() : entry(item));
  document.body.append(list);
  const { width, height } = list.getBoundingClientRect();
  list.style.left = `${Math.max(4, Math.min(at.x, innerWidth - width - 4))}px`;
  list.style.top = `${Math.max(4, Math.min(at.y, innerHeight - height - 4))}px`;
  const outside = (/** @type {Event} */ event) => {
    if (!list.contains(/** @type {Node} */ (event.target))) closeMenu();
  };
  closeOpen = () => {
    closeOpen = null;
    list.remove();
    removeEventListener("pointerdown", outside, true);
    removeEventListener("resize", outside);
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  };
  addEventListener("pointerdown", outside, true);
  addEventListener("resize", outside);
  list.addEventListener("keydown", (event) => walk(list, event));
  focusable(list)[0]?.focus();
}

/** Opens a menu below a button. @param {HTMLElement} opener @param {string} label @param {(Item | null)[]} items */
export function openBelow(opener, label, items) {
  const bounds = opener.getBoundingClientRect();
  openMenu(label, items, { x: bounds.left, y: bounds.bottom + 4 });
}

function separator() {
  const line = element("hr");
  line.setAttribute("role", "separator");
  return line;
}

/** @param {Item} item */
function entry(item) {
  const made = element("button", { type: "button", disabled: item.disabled ?? false },
    element("span", {}, item.text));
  if (item.key) made.append(element("kbd", {}, item.key));
  const isChoice = item.checked !== undefined;
  made.setAttribute("role", isChoice ? "menuitemradio" : "menuitem");
  if (isChoice) made.setAttribute("aria-checked", String(item.checked));
  made.addEventListener("click", () => {
    closeMenu();
    item.act();
  });
  return made;
}

/** @param {HTMLElement} list @returns {HTMLElement[]} */
function focusable(list) {
  return [...list.querySelectorAll("button")].filter((item) => !item.disabled);
}

/** @param {HTMLElement} list @param {KeyboardEvent} event */
function walk(list, event) {
  const items = focusable(list);
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  if (event.key === "ArrowDown") items[(at + 1) % items.length]?.focus();
  else if (event.key === "ArrowUp") items[(at + items.length - 1) % items.length]?.focus();
  else if (event.key === "Home") items[0]?.focus();
  else if (event.key === "End") items[items.length - 1]?.focus();
  else if (event.key === "Escape" || event.key === "Tab") closeMenu();
  else {
    // Other keys belong to the item that has the focus; the page's own are off meanwhile.
    event.stopPropagation();
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}
