// Looks at a part of an SVG picture: moving and zooming change its viewBox and nothing else.

/** How much one step of the wheel or of a key zooms. */
const STEP = 1.2;
/** A picture is enlarged at most this often, and made smaller until it fits twice. */
const MOST = 4;
/** How small a picture may be at first: texts can still be read. */
const READABLE = 0.75;

/**
 * A part of the picture, in the picture's own unit.
 * @typedef {object} Part
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 */

export class Viewport {
  /** @param {SVGSVGElement} svg fills its parent */
  constructor(svg) {
    this.svg = svg;
    const { width, height } = svg.viewBox.baseVal;
    this.whole = { x: 0, y: 0, width, height };
    /** @type {Part} */
    this.part = { ...this.whole };
    svg.removeAttribute("width");
    svg.removeAttribute("height");
    svg.setAttribute("preserveAspectRatio", "xMidYMin meet");
    this.listen();
  }

  /** Shows all of it, but never larger than it was drawn. */
  fit() {
    const { clientWidth, clientHeight } = this.svg;
    const scale = Math.min(1, clientWidth / this.whole.width, clientHeight / this.whole.height);
    if (scale <= 0) return;
    const [width, height] = [clientWidth / scale, clientHeight / scale];
    this.look({ x: (this.whole.width - width) / 2, y: 0, width, height });
  }

  /** Shows as much of it around a place at the top as can be read. @param {number} x @param {number} y */
  open(x, y) {
    this.fit();
    if (this.scale >= READABLE) return;
    const [width, height] = [this.svg.clientWidth / READABLE, this.svg.clientHeight / READABLE];
    this.look({ x: x - width / 2, y: y - height / 12, width, height });
  }

  /** Pixels for a unit of the picture. */
  get scale() {
    return this.svg.clientWidth / this.part.width;
  }

  /** @param {Part} part */
  look(part) {
    this.part = part;
    this.svg.setAttribute("viewBox", `${part.x} ${part.y} ${part.width} ${part.height}`);
  }

  /** @param {number} dx in pixels @param {number} dy */
  move(dx, dy) {
    const { x, y, width, height } = this.part;
    const left = clamp(x - dx / this.scale, -width / 2, this.whole.width - width / 2);
    const top = clamp(y - dy / this.scale, -height / 2, this.whole.height - height / 2);
    this.look({ x: left, y: top, width, height });
  }

  /**
   * Zooms by a number of steps around a place on the screen; the middle without one.
   * @param {number} steps
   * @param {{ x: number, y: number }} [at]
   */
  zoom(steps, at) {
    const bounds = this.svg.getBoundingClientRect();
    const across = at ? (at.x - bounds.left) / bounds.width : 0.5;
    const down = at ? (at.y - bounds.top) / bounds.height : 0.5;
    const least = Math.min(1, bounds.width / this.whole.width, bounds.height / this.whole.height) / 2;
    const scale = clamp(this.scale * STEP ** steps, least, MOST);
    const [width, height] = [bounds.width / scale, bounds.height / scale];
    this.look({
      x: this.part.x + (this.part.width - width) * across,
      y: this.part.y + (this.part.height - height) * down,
      width,
      height,
    });
  }

  /** Moves a place of the picture into sight, if it is not. @param {number} x @param {number} y */
  reveal(x, y) {
    const { width, height } = this.part;
    const [margin, depth] = [width / 6, height / 6];
    const outside = x < this.part.x + margin || x > this.part.x + width - margin
      || y < this.part.y + depth || y > this.part.y + height - depth;
    if (outside) this.look({ x: x - width / 2, y: y - height / 2, width, height });
  }

  listen() {
    this.svg.addEventListener("wheel", (event) => {
      event.preventDefault();
      if (event.ctrlKey || !event.shiftKey) this.zoom(-Math.sign(event.deltaY), { x: event.clientX, y: event.clientY });
      else this.move(-event.deltaY, 0);
    }, { passive: false });
    /** Pointers that are down: one moves, two zoom. @type {Map<number, { x: number, y: number }>} */
    const down = new Map();
    this.svg.addEventListener("pointerdown", (event) => {
      if (event.button === 0) down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    });
    this.svg.addEventListener("pointermove", (event) => {
      const before = down.get(event.pointerId);
      if (before === undefined) return;
      const now = { x: event.clientX, y: event.clientY };
      if (Math.hypot(now.x - before.x, now.y - before.y) > 2) this.svg.setPointerCapture(event.pointerId);
      const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
      if (other === undefined) this.move(now.x - before.x, now.y - before.y);
      else this.pinch(before, now, other);
      down.set(event.pointerId, now);
    });
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
      addEventListener(end, (event) => down.delete(event.pointerId));
    }
  }

  /**
   * One of two fingers moved.
   * @param {{ x: number, y: number }} before
   * @param {{ x: number, y: number }} now
   * @param {{ x: number, y: number }} other
   */
  pinch(before, now, other) {
    const apart = (/** @type {{ x: number, y: number }} */ at) => Math.hypot(at.x - other.x, at.y - other.y);
    const [was, is] = [apart(before), apart(now)];
    if (was === 0 || is === 0) return;
    this.zoom(Math.log(is / was) / Math.log(STEP), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
  }
}

/** @param {number} value @param {number} least @param {number} most */
function clamp(value, least, most) {
  return Math.max(least, Math.min(most, value));
}
