// Colours of boxes. One profile: a hue for each crate or package, all of one lightness, so that
// text reads the same on each; what comes with the language and the system is grey, so that a program's
// own code stands out. Two profiles: blue for less, orange for more, which people with any
// kind of colour vision tell apart; what is new or gone is hatched as well.

import { movement } from "../model/change.js";
import { familiesOf, RUNTIME } from "../model/families.js";

/** @typedef {import("../model/frames.js").Frames} Frames */

/** @typedef {"light" | "dark"} Theme */

/**
 * @typedef {object} Palette
 * @property {string} text
 * @property {string} line between boxes
 * @property {string} rest of what is too narrow to be told apart
 * @property {string} root
 * @property {string} found ring around what the search finds
 * @property {string} faded of what it does not find
 * @property {string} fadedText
 * @property {string} outline of the selected box
 */

/** @type {Record<Theme, Palette>} */
const PALETTES = {
  light: {
    text: "#1c1b1a", line: "#ffffff", rest: "#dddbd6", root: "#e9e7e2", found: "#7b2fb5",
    faded: "#eceae6", fadedText: "#6b6862", outline: "#1c1b1a",
  },
  dark: {
    text: "#f2f0ec", line: "#191a1d", rest: "#34363b", root: "#2c2e33", found: "#d9a8ff",
    faded: "#26282c", fadedText: "#9a978f", outline: "#ffffff",
  },
};

/** Hues in degrees, apart enough to be told from each other, without pure red. */
const HUES = [72, 250, 152, 32, 300, 198, 108, 344, 225, 52, 175, 276, 130, 12];
/** How far the next hue lies in that list; without a common divisor with its length. */
const NEXT = 3;

/** The theme in force. @returns {Theme} */
export function theme() {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** @param {Theme} name */
export function palette(name) {
  return PALETTES[name];
}

/** Colours of frames, worked out when a frame is first drawn. */
export class FrameColours {
  /** @param {Frames} frames @param {Theme} theme */
  constructor(frames, theme) {
    this.frames = frames;
    this.theme = theme;
    /** Of each frame. */
    this.families = familiesOf(frames);
    /** Hues by family, as positions. */
    this.hues = spread(this.families);
    /** @type {Map<string, string>} */
    this.ofFamily = new Map();
  }

  /** @param {number} frame */
  of(frame) {
    return this.familyColour(this.families[frame]);
  }

  /** @param {string} family */
  familyColour(family) {
    let colour = this.ofFamily.get(family);
    if (colour === undefined) {
      colour = this.mixed(family);
      this.ofFamily.set(family, colour);
    }
    return colour;
  }

  /** @param {string} family */
  mixed(family) {
    const isLight = this.theme === "light";
    if (family === RUNTIME) return isLight ? oklch(0.9, 0.012, 250) : oklch(0.345, 0.012, 260);
    const hash = hashOf(family);
    const hue = HUES[this.hues.get(family) ?? 0] + ((hash >>> 8) % 9) - 4;
    const shade = ((hash >>> 16) % 5) * 0.009;
    return isLight ? oklch(0.86 - shade, 0.08, hue) : oklch(0.41 + shade, 0.068, hue);
  }
}

/**
 * The hue of each family: the one that its name stands for, or the next that no family with more frames
 * has taken, as long as there are free ones.
 * @param {string[]} families of frames
 */
function spread(families) {
  /** @type {Map<string, number>} */
  const sizes = new Map();
  for (const family of families) if (family !== RUNTIME) sizes.set(family, (sizes.get(family) ?? 0) + 1);
  /** @type {Map<string, number>} */
  const taken = new Map();
  const used = new Set();
  for (const [family] of [...sizes].sort((a, b) => b[1] - a[1])) {
    let hue = hashOf(family) % HUES.length;
    while (used.size < HUES.length && used.has(hue)) hue = (hue + NEXT) % HUES.length;
    used.add(hue);
    taken.set(family, hue);
  }
  return taken;
}

/**
 * A colour of Oklch as `#rrggbb`, which all that read SVG know; the formulas are those of Björn
 * Ottosson, "A perceptual color space for image processing".
 * @param {number} lightness from 0 to 1
 * @param {number} chroma
 * @param {number} hue in degrees
 */
function oklch(lightness, chroma, hue) {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return `#${linear.map(hexadecimal).join("")}`;
}

/** A part of light, from 0 to 1, as two digits of sRGB. @param {number} linear */
function hexadecimal(linear) {
  const part = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, Math.max(0, part))).toString(16).padStart(2, "0");
}

/** FNV-1a. @param {string} text */
function hashOf(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) >>> 0;
}

/** Shades of a comparison on each side of `same`. */
const STEPS = 8;

/** Colours of changes that were asked for: by theme and step. @type {Map<string, string>} */
const changes = new Map();

/**
 * The colour of a change; what moved by less than half a step has that of no change.
 * @param {number} value
 * @param {number} base
 * @param {Theme} name
 */
export function changeColour(value, base, name) {
  const moved = movement(value, base);
  const step = Math.round(moved * STEPS);
  const key = name + step;
  let colour = changes.get(key);
  if (colour === undefined) {
    colour = stepColour(step / STEPS, name);
    changes.set(key, colour);
  }
  return colour;
}

/**
 * The colour of a value in the call graph.
 * @param {number} strength from -1 for the least to 1 for the most
 * @param {Theme} name
 * @param {"fill" | "line"} use behind text, or alone on the page
 */
export function heatColour(strength, name, use) {
  const far = Math.sqrt(Math.abs(strength));
  const hue = strength < 0 ? 250 : 55;
  if (use === "line") {
    return name === "light" ? oklch(0.72 - 0.2 * far, 0.01 + 0.14 * far, hue) : oklch(0.5 + 0.22 * far, 0.01 + 0.13 * far, hue);
  }
  return name === "light" ? oklch(0.97 - 0.1 * far, 0.004 + 0.07 * far, hue) : oklch(0.27 + 0.12 * far, 0.004 + 0.07 * far, hue);
}

/** @param {number} part from -1 to 1 @param {Theme} name */
function stepColour(part, name) {
  const far = Math.abs(part);
  if (far === 0) return name === "light" ? oklch(0.9, 0.004, 90) : oklch(0.36, 0.005, 270);
  const hue = part > 0 ? 55 : 250;
  return name === "light"
    ? oklch(0.9 - 0.17 * far, 0.025 + 0.115 * far, hue)
    : oklch(0.36 + 0.14 * far, 0.02 + 0.095 * far, hue);
}
