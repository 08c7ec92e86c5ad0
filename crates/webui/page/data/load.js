// Where profiles come from: the server that serves the page, the page's own file, or a dropped file.

import { decode, isGzip } from "./profile.js";

/** @typedef {import("./dataset.js").Source} Source */

/** @typedef {{ name: string, base: boolean, shown: boolean }} Listed */

/** Whether the page came as one file, without a server behind it. */
export function isStandalone() {
  return document.getElementById("profiles") !== null;
}

/**
 * The profiles that the page begins with.
 * @returns {Promise<Source[]>}
 */
export async function initialSources() {
  return isStandalone() ? embedded() : fetched();
}

/** @returns {Promise<Source[]>} */
async function fetched() {
  const response = await fetch("profiles.json");
  if (!response.ok) throw new Error(`profiles.json: ${response.status} ${response.statusText}`);
  /** @type {Listed[]} */
  const listed = await response.json();
  return Promise.all(listed.map(async (entry, index) => {
    const body = await fetch(`profile/${index}`);
    return source(entry, new Uint8Array(await body.arrayBuffer()), true);
  }));
}

/** @returns {Promise<Source[]>} */
async function embedded() {
  const text = (/** @type {string} */ id) => document.getElementById(id)?.textContent ?? "";
  /** @type {Listed[]} */
  const listed = JSON.parse(text("profiles"));
  return Promise.all(listed.map((entry, index) => {
    return source(entry, bytesOf(text(`profile-${index}`)), false);
  }));
}

/** The bytes of a base64 text. @param {string} text */
function bytesOf(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/**
 * A file that was dropped or chosen; switched on.
 * @param {File} file
 * @returns {Promise<Source>} rejects with the file's name and what is wrong
 */
export async function fromFile(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return source({ name: file.name, base: false, shown: true }, bytes, false);
}

/** @param {Uint8Array} bytes */
async function gzipped(bytes) {
  const blob = new Blob([/** @type {BlobPart} */ (bytes)]);
  if (isGzip(bytes)) return blob;
  return new Response(blob.stream().pipeThrough(new CompressionStream("gzip"))).blob();
}

/**
 * @param {Listed} listed
 * @param {Uint8Array} bytes
 * @param {boolean} served
 * @returns {Promise<Source>}
 */
async function source(listed, bytes, served) {
  try {
    const profile = await decode(bytes);
    return { ...listed, served, profile, file: () => gzipped(bytes) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${listed.name}: ${reason}`);
  }
}
