// Regular expressions as the command line takes them: RE2, as Go has it.
//
// The browser reads almost the same syntax. Rewritten here: flags at the start, `\Q…\E`, `\A`, `\z`,
// named groups, and classes such as `[:alpha:]`.

/** @type {Record<string, string>} */
const CLASSES = {
  alnum: "0-9A-Za-z", alpha: "A-Za-z", ascii: "\\x00-\\x7f", blank: "\\t ", cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9", graph: "!-~", lower: "a-z", print: " -~", punct: "!-\\/:-@\\[-`{-~",
  space: "\\t\\n\\v\\f\\r ", upper: "A-Z", word: "0-9A-Za-z_", xdigit: "0-9A-Fa-f",
};

/**
 * @param {string} source
 * @returns {RegExp} without state: `test` may be called again and again
 */
export function compile(source) {
  const flagged = /^\(\?([ims]+)\)/.exec(source);
  const flags = flagged ? flagged[1] : "";
  const rest = flagged ? source.slice(flagged[0].length) : source;
  return new RegExp(translate(rest), flags);
}

/** @param {string} source */
function translate(source) {
  return source
    .replace(/\\Q([\s\S]*?)(?:\\E|$)/g, (_, text) => escape(text))
    .replace(/\[:(\^?)(\w+):\]/g, (all, negated, name) => (negated ? all : CLASSES[name] ?? all))
    .replace(/\(\?P</g, "(?<")
    .replace(/\\A/g, "^")
    .replace(/\\z/g, "$");
}

/** The expression that matches `text` and nothing else within it. @param {string} text */
export function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** The expression of exactly this name. @param {string} name */
export function exactly(name) {
  return `^${escape(name)}$`;
}

/** The expression of all names of a family, as `familyOf` takes them from names. @param {string} family */
export function ofFamily(family) {
  return `^[<&*(\\[]*(mut |dyn |impl )?${escape(family)}[:.>]`;
}

/**
 * What is wrong with an expression; empty when it can be used.
 * @param {string} source
 */
export function complaint(source) {
  try {
    compile(source);
    return "";
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return text.replace(/^Invalid regular expression: /, "");
  }
}
