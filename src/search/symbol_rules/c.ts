/** Definitions of C and C++. */
import { always, byKeyword, CONTROL_WORDS, type SymbolRule } from "./rule.ts";

/**
 * A function begins at the margin: its type, its name, and a parenthesis on a line that does not end as a declaration.
 * The type is bounded, so that a line without a parenthesis is given up soon.
 */
const FUNCTION = String
  .raw`^(?:[A-Za-z_][\w:<>,*&~\[\]]{0,120}[ \t*&]{1,8}){1,6}(?:\w{1,80}::){0,4}(?<name>~?[A-Za-z_]\w{0,120})[ \t]?\([^;\n]{0,240}$`;

const TYPES = {
  struct: "struct",
  union: "struct",
  enum: "enum",
  class: "class",
  namespace: "module",
} as const;

/** Definitions of C. */
export const C_RULES: readonly SymbolRule[] = [
  always(new RegExp(FUNCTION, "gm"), "function", CONTROL_WORDS),
  byKeyword(/^(?:typedef[ \t]+)?(?<keyword>struct|union|enum)[ \t]+(?<name>\w+)[ \t]*(?:\{|\r?$)/gm, TYPES),
  always(/^\}[ \t]*(?<name>\w+)[ \t]*;/gm, "type"),
  always(/^typedef[ \t][^;{\n]{1,200}[ \t*](?<name>\w+);/gm, "type"),
  always(/^[ \t]*#[ \t]*define[ \t]+(?<name>\w+)/gm, "macro"),
];

/** Definitions of C++. */
export const CPP_RULES: readonly SymbolRule[] = [
  ...C_RULES,
  byKeyword(
    /^[ \t]*(?:inline[ \t]+)?(?<keyword>class|struct|namespace|enum)[ \t]+(?:class[ \t]+)?(?:[A-Z][A-Z0-9_]{2,60}[ \t]+)?(?<name>\w+)[ \t]*(?:final[ \t]*)?(?::[^;\n]{0,200})?\{?[ \t]*\r?$/gm,
    TYPES,
  ),
  always(
    /^[ \t]+(?:(?:virtual|static|inline|constexpr|explicit|friend|const)[ \t]+){0,4}(?:[\w:<>,*&]{1,80}[ \t*&]{1,4}){0,3}(?<name>~?[A-Za-z_]\w{0,120})\([^;\n]{0,200}\{[^\n]{0,200}$/gm,
    "method",
    CONTROL_WORDS,
  ),
  always(/^[ \t]*using[ \t]+(?<name>\w+)[ \t]*=/gm, "type"),
];
