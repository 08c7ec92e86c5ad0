// Source paths as the text reports have them.

/** What a build in a sandbox puts in front of its paths. */
const SANDBOX = /^\/proc\/self\/cwd\/(\.\/)?/;

/**
 * The shortest path of the same meaning: no `.`, no `a/..`, no doubled slashes. Empty stays empty.
 * @param {string} path
 */
export function clean(path) {
  const trimmed = path.replace(SANDBOX, "");
  if (trimmed === "") return "";
  const rooted = trimmed.startsWith("/");
  /** @type {string[]} */
  const parts = [];
  for (const part of trimmed.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts[parts.length - 1] !== "..") parts.pop();
    else if (!rooted) parts.push(part);
  }
  const joined = parts.join("/");
  if (rooted) return `/${joined}`;
  return joined === "" ? "." : joined;
}
