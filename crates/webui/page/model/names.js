// Names as pictures show them: what tells frames apart first, not the path that all of them share.

/**
 * The part of a name that colours go by: the crate, package or module it begins with.
 * @param {string} name
 */
export function familyOf(name) {
  const bare = name.replace(/^[<&*([]*(mut |dyn |impl )?/, "");
  const rust = /^([A-Za-z_]\w*)::/.exec(bare);
  if (rust) return rust[1];
  const go = /^((?:[\w.-]+\/)*[\w-]+)\./.exec(bare);
  if (go) return go[1];
  const other = /^[A-Za-z_]\w*/.exec(bare);
  return other ? other[0].slice(0, 4) : name;
}

/** Crates and packages that come with the language, and names of the C library and the linker. */
const RUNTIME = /^(std|core|alloc|runtime|internal\/.*)$/;

/**
 * Whether a name is of the language's runtime and standard library, or has no path at all, as those of
 * the C library have.
 * @param {string} name
 */
export function isRuntime(name) {
  return RUNTIME.test(familyOf(name)) || /^<(dyn |\[|\(|[ui](8|16|32|64|128|size)|str|bool|char|f32|f64)/.test(name)
    || !/::|\./.test(name);
}

/**
 * A name without what a narrow box can do without: arguments of generics and paths.
 * `<alloc::vec::Vec<T> as core::ops::Drop>::drop` becomes `Vec::drop`.
 * @param {string} name
 */
export function shorten(name) {
  if (!name.includes("::")) return withoutImportPath(name);
  let text = name.replace(/^<(.+?) as .+>::/, "$1::");
  for (let before = ""; before !== text; ) {
    before = text;
    text = text.replace(/(?:::)?<[^<>]*>/g, "");
  }
  const parts = text.split("::").filter((part) => part !== "");
  let keep = parts.length - 1;
  while (keep > 0 && parts[keep].startsWith("{")) keep -= 1;
  const from = Math.max(0, keep - 1);
  return parts.slice(from).join("::") || name;
}

/** A name of Go: without the path of its package and the types it is made for. @param {string} name */
function withoutImportPath(name) {
  return name.replace(/\[.*\]/, "").replace(/^(?:[\w.-]+\/)+(?=[^.]+\.)/, "") || name;
}

/**
 * The last part of a name: `drop` of `Vec::drop`, `insert` of `main.(*node).insert`. What tells
 * closures apart is the function that they stand in.
 * @param {string} name
 */
export function lastPart(name) {
  const short = shorten(name);
  const parts = short.split(/::|\.(?=[A-Za-z_(])(?![^{}]*\})/);
  let from = parts.length - 1;
  while (from > 0 && /^(\{|func\d)/.test(parts[from])) from -= 1;
  return parts.slice(from).join(".");
}
