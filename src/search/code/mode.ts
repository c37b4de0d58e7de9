/** Chooses what a query looks for, where the caller leaves it open. */
import type { CodeMode } from "./code_query.ts";

/** What regular expressions are written with, and nothing else is. */
const REGEX = /\\[wdsbWDSB]|\.[*+]|\[[^\]\s]+\][*+?]|\[\^|\(\?[:i]|\{\d+,\d*\}|^\^|[^\\$]\$$|\w\|\w/;

/** What code is written with, and no question. */
const CODE = /[(){}[\];=<>&|"'`#@!~%^*+\\]|::|->|,\S|:\S/;

/** A path with segments in brackets, as routers name folders: `app/[id]/(group)/page.tsx`. */
const ROUTE = /^(?:(?:[\w@.~-]*|\[{1,2}[\w.-]+\]{1,2}|\([\w.-]+\))\/)+[\w@.~-]+\.[a-z]\w{0,4}$/i;

/**
 * Chooses the mode: a path or a name is what it looks like, what has an expression's punctuation is one, what has that of
 * code is a string.
 */
export function chooseMode(query: string): CodeMode {
  const text = query.trim();
  if (/^\/.+\/[a-z]*$/.test(text) && REGEX.test(text)) return "regex";
  if (
    /^[\w@.~-]*\/[\w@./~*-]+$/.test(text) || ROUTE.test(text) || /^[\w-]+\.[a-z]\w{0,4}$/i.test(text) ||
    /^\*\*?[./]/.test(text)
  ) return "path";
  if (/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(text)) return "symbol";
  if (REGEX.test(text)) return "regex";
  return CODE.test(text) ? "literal" : "words";
}
