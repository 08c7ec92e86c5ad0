// Where profiles come from: the server that serves the page, the page's own file, or a dropped file.

import { decode, inflated, isGzip } from "./profile.js";

/** @typedef {import("./dataset.js").Source} Source */

/** @typedef {{ name: string, base: boolean, shown: boolean }} Listed */

/** The number of a profile that no server has. */
export const NOWHERE = -1;

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
  return Promise.all(listed.map(async (entry, number) => source(entry, await profileBytes(number), number)));
}

/** The profile that the server has under a number. @param {number} number */
async function profileBytes(number) {
  const response = await fetch(`profile/${number}`);
  if (!response.ok) throw new Error(`profile/${number}: ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** @returns {Promise<Source[]>} */
async function embedded() {
  const text = (/** @type {string} */ id) => document.getElementById(id)?.textContent ?? "";
  /** @type {Listed[]} */
  const listed = JSON.parse(text("profiles"));
  return Promise.all(listed.map((entry, index) => {
    return source(entry, bytesOf(text(`profile-${index}`)), NOWHERE);
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
 * A file that was dropped or chosen; switched on. It is given to the server of this page, if there is
 * one: it makes mangled names readable, and reports and call graphs.
 * @param {File} file
 * @returns {Promise<Source>} rejects with the file's name and what is wrong
 */
export async function fromFile(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const listed = { name: file.name, base: false, shown: true };
  const own = await source(listed, bytes, NOWHERE);
  const number = isStandalone() ? NOWHERE : await give(bytes);
  if (number === NOWHERE) return own;
  return { ...await source(listed, await profileBytes(number), number), file: own.file };
}

/** Gives the server a profile. Its number there, or `NOWHERE` where it is not taken. @param {Uint8Array} bytes */
async function give(bytes) {
  try {
    const body = /** @type {BodyInit} */ (await inflated(bytes));
    const response = await fetch("profiles", { method: "POST", body });
    return response.ok ? Number(await response.text()) : NOWHERE;
  } catch {
    // The server has gone: the page can do without.
    return NOWHERE;
  }
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
 * @param {number} number
 * @returns {Promise<Source>}
 */
async function source(listed, bytes, number) {
  try {
    const profile = await decode(bytes);
    return { ...listed, number, profile, file: () => gzipped(bytes) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${listed.name}: ${reason}`);
  }
}
