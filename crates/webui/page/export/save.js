// Gives the reader a file.

import { element } from "../parts/dom.js";

/**
 * @param {string} name
 * @param {Blob} content
 */
export function save(name, content) {
  const address = URL.createObjectURL(content);
  saveFrom(name, address);
  // The download has begun by then; until it has, the address must stay.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/**
 * @param {string} name
 * @param {string} address
 */
export function saveFrom(name, address) {
  const link = element("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
}
