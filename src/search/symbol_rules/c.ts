/** Definitions of C and C++. */
import { always, byKeyword, CONTROL_WORDS, type SymbolRule } from "./rule.ts";

/** What follows a function's parenthesis: its body begins before anything ends, or it is a declaration. */
const DEFINED = String.raw`[ \t]?\((?=[^;{}]{0,400}\{)`;

/**
 * A function begins at the margin: its type, and its name in the same line. The type is bounded, so that a line without a
 * parenthesis is given up soon.
 */
const FUNCTION = String
  .raw`^(?:[A-Za-z_][\w:<>,*&~\[\]]{0,120}[ \t*&]{1,8}){1,6}(?:\w{1,80}::){0,4}(?<name>~?[A-Za-z_]\w{0,120})${DEFINED}`;

/** The same with the type in the line above, as GNU and BSD write it, and constructors. */
const FUNCTION_AT_MARGIN = String
  .raw`^(?=[A-Za-z_~][\w:~]{0,200}[ \t]?\()(?<=^[A-Za-z_][\w \t*]{0,100}\r?\n)(?:\w{1,80}::){0,4}(?<name>~?[A-Za-z_]\w{0,120})${DEFINED}`;

const ATTRIBUTE = String.raw`(?:__attribute__[ \t]*\(\([^)\n]{0,80}\)\)[ \t]*)?`;

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
  always(new RegExp(FUNCTION_AT_MARGIN, "gm"), "function", CONTROL_WORDS),
  byKeyword(
    new RegExp(
      String
        .raw`^(?:typedef[ \t]+)?(?<keyword>struct|union|enum)[ \t]+${ATTRIBUTE}(?<name>\w+)[ \t]*(?:\{|\r?$)`,
      "gm",
    ),
    TYPES,
  ),
  always(/^typedef[ \t][^;{(\n]{1,200}\([ \t]*\*[ \t]*(?<name>\w+)\)[ \t]*\(/gm, "type"),
  always(/^\}[ \t]*(?<name>\w+)[ \t]*;/gm, "type"),
  always(/^typedef[ \t][^;{\n]{1,200}[ \t*](?<name>\w+);/gm, "type"),
  always(/^[ \t]*#[ \t]*define[ \t]+(?<name>\w+)/gm, "macro"),
];

const TEMPLATE = String.raw`(?:template[ \t]*<[^\n]{0,200}>[ \t]*)?`;

/** Definitions of C++. */
export const CPP_RULES: readonly SymbolRule[] = [
  ...C_RULES,
  byKeyword(
    new RegExp(
      String
        .raw`^[ \t]*${TEMPLATE}(?:inline[ \t]+)?(?<keyword>class|struct|union|namespace|enum)[ \t]+(?:class[ \t]+|struct[ \t]+)?` +
        String
          .raw`(?:[A-Z][A-Z0-9_]{2,60}[ \t]+)?(?:\w{1,80}::){0,6}(?<name>\w+)[ \t]*(?:<[^;{\n]{0,200}>[ \t]*)?(?:final[ \t]*)?` +
        String.raw`(?::[^:;{\n][^;{\n]{0,200})?(?:\{[^\n]{0,200})?(?:\/\/[^\n]{0,200})?\r?$`,
      "gm",
    ),
    TYPES,
  ),
  {
    pattern: new RegExp(
      String
        .raw`^[ \t]+${TEMPLATE}(?:(?:virtual|static|inline|constexpr|explicit|friend|const|typename)[ \t]+){0,4}` +
        String
          .raw`(?:[A-Za-z_][\w:<>,*&]{0,80}[ \t*&]{1,4}){0,3}(?<name>~?[A-Za-z_]\w{0,120})\([^;{}\n]{0,200}` +
        String.raw`(?:\)[^;{}()\n]{0,80}\{|$(?=\n[ \t]*[{:][^:]))`,
      "gm",
    ),
    // What is written in capitals is a macro that is used.
    kindOf: ({ name = "" }) =>
      CONTROL_WORDS.has(name) || /^[A-Z][A-Z0-9_]+$/.test(name) ? undefined : "method",
  },
  always(new RegExp(String.raw`^[ \t]*${TEMPLATE}using[ \t]+(?<name>\w+)[ \t]*=`, "gm"), "type"),
];
