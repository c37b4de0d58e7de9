/** Definitions of shell scripts. */
import { always, type SymbolRule } from "./rule.ts";

/** See the module. */
export const SHELL_RULES: readonly SymbolRule[] = [
  always(/^[ \t]*function[ \t]+(?<name>[\w:.-]+)/gm, "function"),
  always(/^[ \t]*(?<name>[A-Za-z_][\w:.-]*)[ \t]*\([ \t]*\)/gm, "function"),
  always(/^(?:export[ \t]+|readonly[ \t]+|declare[ \t]+-r[ \t]+)?(?<name>[A-Z_][A-Z0-9_]*)=/gm, "variable"),
  always(/^[ \t]*alias[ \t]+(?<name>[\w.-]+)=/gm, "function"),
];
