/** Definitions of Go. */
import { always, type SymbolRule } from "./rule.ts";

/** See the module. */
export const GO_RULES: readonly SymbolRule[] = [
  {
    pattern: /^func[ \t]+(?<receiver>\([^)\n]{0,200}\)[ \t]*)?(?<name>[\p{L}_][\p{L}\p{N}_]*)/gmu,
    kindOf: ({ receiver }) => receiver === undefined ? "function" : "method",
  },
  {
    // Also in a parenthesised group, where the name is indented by one tab.
    pattern:
      /^(?:type[ \t]+|\t)(?<name>\p{L}[\p{L}\p{N}_]*)(?:\[[^\]\n]{1,120}\])?[ \t]+(?:=[ \t]*)?(?<of>struct|interface)\b/gmu,
    kindOf: ({ of }) => of === "struct" ? "struct" : "interface",
  },
  always(
    /^type[ \t]+(?<name>\p{L}[\p{L}\p{N}_]*)(?:\[[^\]\n]{1,120}\])?[ \t]+(?!=?[ \t]*(?:struct|interface)\b)/gmu,
    "type",
  ),
  {
    pattern: /^(?<keyword>const|var)[ \t]+(?<name>[\p{L}_][\p{L}\p{N}_]*)/gmu,
    kindOf: ({ keyword }) => keyword === "const" ? "constant" : "variable",
  },
  // One of a group: `const (` or `var (` and indented lines. A composite literal's fields have a colon instead.
  always(
    /^\t(?<name>\p{Lu}[\p{L}\p{N}_]*|[a-z]+\p{Lu}[\p{L}\p{N}_]*)(?:[ \t]+[\w.*[\]]{1,80})?[ \t]*=[ \t]/gmu,
    "constant",
  ),
];
