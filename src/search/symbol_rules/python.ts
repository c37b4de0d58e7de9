/** Definitions of Python. */
import { always, type SymbolRule } from "./rule.ts";

/** See the module. */
export const PYTHON_RULES: readonly SymbolRule[] = [
  {
    pattern:
      /^(?<indent>[ \t]*)(?:async[ \t]+)?(?<keyword>def|class)[ \t]+(?<name>[\p{L}_][\p{L}\p{N}_]*)[ \t]*[(:[]/gmu,
    kindOf: ({ keyword, indent }) => keyword === "class" ? "class" : indent === "" ? "function" : "method",
  },
  always(/^(?<name>[A-Z_][A-Z0-9_]+)[ \t]*(?::[^=\n]{1,200})?=(?!=)/gm, "constant"),
  always(/^(?:type[ \t]+)?(?<name>[A-Z]\w*[a-z]\w*)[ \t]*(?::[^=\n]{1,200})?=(?!=)/gm, "type"),
  always(/^(?<name>[a-z_][a-z0-9_]*)[ \t]*(?::[^=\n]{1,200})?=(?!=)/gm, "variable"),
];
