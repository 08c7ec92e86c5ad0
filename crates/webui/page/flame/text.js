// Names cut to the room they have. Widths are measured once a character, since measuring every
// name of a large picture would take longer than drawing it.

/** @typedef {CanvasRenderingContext2D} Context */

export const FONT = "12px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** Letters of a name that is cut, at least. */
const LETTERS = 5;

export class TextFitter {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    /** @type {Map<string, number>} */
    this.widths = new Map();
  }

  /** @param {string} text */
  width(text) {
    let sum = 0;
    for (const character of text) sum += this.widthOf(character);
    return sum;
  }

  /** @param {string} character */
  widthOf(character) {
    let width = this.widths.get(character);
    if (width === undefined) {
      width = this.context.measureText(character).width;
      this.widths.set(character, width);
    }
    return width;
  }

  /**
   * The longest of the texts that fits, else the beginning of the last; empty without room for as many
   * letters as tell something.
   * @param {string[]} texts longest first
   * @param {number} room in pixels
   */
  fit(texts, room) {
    if (room < 14) return "";
    for (const text of texts) {
      // No letter is narrower than two pixels: most names need not be measured at all.
      if (text.length * 2 <= room && this.width(text) <= room) return text;
    }
    const last = texts[texts.length - 1];
    let left = room - this.widthOf("\u2026");
    let end = 0;
    while (end < last.length && left >= 0) {
      left -= this.widthOf(last[end]);
      end += 1;
    }
    return end > LETTERS ? `${last.slice(0, end - 1)}\u2026` : "";
  }
}
