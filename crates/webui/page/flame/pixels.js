// The fills of boxes, put together pixel by pixel: a picture costs what it has in pixels, however many
// boxes lie in it. Drawing each box with a call of its own takes many times as long.

/** Numbers of colours `#rrggbb` as pixels have them. @type {Map<string, number>} */
const numbers = new Map();

/** @param {string} colour `#rrggbb` @returns {number} */
export function pixelOf(colour) {
  let number = numbers.get(colour);
  if (number === undefined) {
    const bytes = new Uint8Array(4);
    for (let i = 0; i < 3; i += 1) bytes[i] = parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16);
    bytes[3] = 255;
    number = new Uint32Array(bytes.buffer)[0];
    numbers.set(colour, number);
  }
  return number;
}

export class Pixels {
  constructor() {
    this.image = new ImageData(1, 1);
    this.words = new Uint32Array(this.image.data.buffer);
    /** Pixels of the screen for one of the picture. */
    this.ratio = 1;
  }

  /** Begins an empty picture. @param {number} width of the canvas in pixels of the screen @param {number} height @param {number} ratio */
  begin(width, height, ratio) {
    this.ratio = ratio;
    if (this.image.width === width && this.image.height === height) {
      this.words.fill(0);
      return;
    }
    this.image = new ImageData(Math.max(1, width), Math.max(1, height));
    this.words = new Uint32Array(this.image.data.buffer);
  }

  /** The uppermost line of what lies between two heights, and the one below its last. @param {number} y @param {number} height @returns {[number, number]} */
  lines(y, height) {
    const last = this.image.height;
    const at = (/** @type {number} */ line) => Math.min(last, Math.max(0, Math.round(line * this.ratio)));
    return [at(y), at(y + height)];
  }

  /** Fills a part of one line; a pixel at least. @param {number} line @param {number} x @param {number} width @param {number} colour */
  span(line, x, width, colour) {
    const { image, ratio } = this;
    const from = Math.max(0, Math.round(x * ratio));
    const to = Math.min(image.width, Math.max(from + 1, Math.round((x + width) * ratio)));
    if (from < to) this.words.fill(colour, line * image.width + from, line * image.width + to);
  }

  /** Repeats a line down to before another. @param {number} line @param {number} end */
  repeat(line, end) {
    const { width } = this.image;
    for (let copy = line + 1; copy < end; copy += 1) {
      this.words.copyWithin(copy * width, line * width, (line + 1) * width);
    }
  }
}
