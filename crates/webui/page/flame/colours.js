// Colours of boxes. One profile: a hue for each crate or package, all of one lightness, so that
// text reads the same on each. Two profiles: blue for less, orange for more, which people with any
// kind of colour vision tell apart; what is new or gone is hatched as well.

import { movement } from "../model/change.js";
import { familyOf } from "../model/names.js";

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
    /** @type {string[]} */
    this.ofFrame = [];
    /** @type {Map<string, string>} */
    this.ofFamily = new Map();
  }

  /** @param {number} frame */
  of(frame) {
    return this.ofFrame[frame] ??= this.familyColour(familyOf(this.frames.names[frame]));
  }

  /** @param {string} family */
  familyColour(family) {
    let colour = this.ofFamily.get(family);
    if (colour === undefined) {
      const hash = hashOf(family);
      const hue = HUES[hash % HUES.length] + ((hash >>> 8) % 13) - 6;
      const shade = ((hash >>> 16) % 5) * 0.009;
      colour = this.theme === "light" ? oklch(0.86 - shade, 0.075, hue) : oklch(0.4 + shade, 0.062, hue);
      this.ofFamily.set(family, colour);
    }
    return colour;
  }
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
 * The colour of a change.
 * @param {number} value
 * @param {number} base
 * @param {Theme} name
 */
export function changeColour(value, base, name) {
  const moved = movement(value, base);
  const step = Math.sign(moved) * Math.ceil(Math.abs(moved) * STEPS);
  const key = name + step;
  let colour = changes.get(key);
  if (colour === undefined) {
    colour = stepColour(step / STEPS, name);
    changes.set(key, colour);
  }
  return colour;
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
