// Moving and zooming a flame graph freely: with the wheel, by dragging, with keys.

import { movedBy, zoomedBy } from "./layout.js";

/** @typedef {import("./layout.js").Window} Window */

/** How much a turn of the wheel by one pixel zooms. */
const PER_PIXEL = 0.004;
/** What a key zooms by, and the part of the width it moves by. */
const KEY_ZOOM = 0.7;
const KEY_MOVE = 0.2;
/** Pixels that the pointer moves before a press is a drag rather than a click. */
const SLACK = 4;

/**
 * What is moved.
 * @typedef {object} Movable
 * @property {HTMLElement} surface that takes wheel and pointer
 * @property {HTMLElement} scroller
 * @property {Window} window
 * @property {(window: Window) => void} glide shows another window
 */

/** The part of the width at which an event happens. @param {HTMLElement} surface @param {MouseEvent} event */
function placeOf(surface, event) {
  const { left, width } = surface.getBoundingClientRect();
  return Math.min(1, Math.max(0, (event.clientX - left) / width));
}

/** @param {Movable} chart */
export function listenForGestures(chart) {
  const { surface, scroller } = chart;
  surface.addEventListener("wheel", (event) => {
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    // A pinch on a touchpad comes as a turn of the wheel with Ctrl.
    if (event.ctrlKey || event.metaKey) {
      chart.glide(zoomedBy(chart.window, Math.exp(event.deltaY * PER_PIXEL), placeOf(surface, event)));
    } else if (isSideways) {
      chart.glide(movedBy(chart.window, (event.deltaX || event.deltaY) / surface.clientWidth));
    } else return;
    event.preventDefault();
  }, { passive: false });
  /** Where the pointer went down, and what was shown then. @type {{ x: number, y: number, top: number, window: Window } | null} */
  let held = null;
  let isDrag = false;
  surface.addEventListener("pointerdown", (event) => {
    isDrag = false;
    if (event.button !== 0 || event.pointerType === "touch") return;
    held = { x: event.clientX, y: event.clientY, top: scroller.scrollTop, window: chart.window };
  });
  surface.addEventListener("pointermove", (event) => {
    if (held === null) return;
    const [across, down] = [event.clientX - held.x, event.clientY - held.y];
    if (!isDrag && Math.hypot(across, down) < SLACK) return;
    isDrag = true;
    surface.setPointerCapture(event.pointerId);
    scroller.scrollTop = held.top - down;
    chart.glide(movedBy(held.window, -across / surface.clientWidth));
  });
  for (const end of ["pointerup", "pointercancel"]) surface.addEventListener(end, () => { held = null; });
  // The click that follows a drag is no click on a box.
  surface.addEventListener("click", (event) => isDrag && event.stopImmediatePropagation(), { capture: true });
}

/**
 * What a key makes of a window; null where it means nothing here.
 * @param {Window} window
 * @param {KeyboardEvent} event
 * @returns {Window | null}
 */
export function windowByKey(window, event) {
  if (event.key === "+" || event.key === "=") return zoomedBy(window, KEY_ZOOM, 0.5);
  if (event.key === "-") return zoomedBy(window, 1 / KEY_ZOOM, 0.5);
  if (event.key === "0") return { left: 0, right: 1 };
  if (event.shiftKey && event.key === "ArrowLeft") return movedBy(window, -KEY_MOVE);
  if (event.shiftKey && event.key === "ArrowRight") return movedBy(window, KEY_MOVE);
  return null;
}
