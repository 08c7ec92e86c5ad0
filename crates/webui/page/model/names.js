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

/**
 * A name without what a narrow box can do without: arguments of generics and paths.
 * `<alloc::vec::Vec<T> as core::ops::Drop>::drop` becomes `Vec::drop`.
 * @param {string} name
 */
export function shorten(name) {
  if (name.includes("/")) return name.replace(/^(?:[\w.-]+\/)+(?=[^.]+\.)/, "");
  let text = name.replace(/^<(.+?) as .+>::/, "$1::");
  for (let before = ""; before !== text; ) {
    before = text;
    text = text.replace(/(?:::)?<[^<>]*>/g, "");
  }
  const parts = text.split("::").filter((part) => part !== "");
  let keep = parts.length - 1;
  while (keep > 0 && parts[keep].startsWith("{{")) keep -= 1;
  const from = Math.max(0, keep - 1);
  return parts.slice(from).join("::") || name;
}
