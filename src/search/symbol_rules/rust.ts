/** Definitions of Rust. */
import { always, byKeyword, type SymbolRule } from "./rule.ts";

const VISIBLE = String.raw`(?:pub(?:\([^)\n]{0,80}\))?[ \t]+)?`;

/** See the module. */
export const RUST_RULES: readonly SymbolRule[] = [
  {
    pattern: new RegExp(
      String
        .raw`^(?<indent>[ \t]*)${VISIBLE}(?:(?:default|const|async|unsafe|extern(?:[ \t]+"[^"\n]{0,40}")?)[ \t]+){0,4}` +
        String.raw`fn[ \t]+(?<name>[\p{L}_][\p{L}\p{N}_]*)`,
      "gmu",
    ),
    kindOf: ({ indent }) => indent === "" ? "function" : "method",
  },
  byKeyword(
    new RegExp(
      String
        .raw`^[ \t]*${VISIBLE}(?:unsafe[ \t]+)?(?:auto[ \t]+)?(?<keyword>struct|enum|union|trait|type)[ \t]+` +
        String.raw`(?<name>[\p{L}_][\p{L}\p{N}_]*)`,
      "gmu",
    ),
    { struct: "struct", enum: "enum", union: "struct", trait: "trait", type: "type" },
  ),
  // `mod name;` defines nothing: it says that another file is the module.
  always(
    new RegExp(String.raw`^[ \t]*${VISIBLE}mod[ \t]+(?<name>[\p{L}_][\p{L}\p{N}_]*)\s{0,200}\{`, "gmu"),
    "module",
  ),
  byKeyword(
    new RegExp(
      String
        .raw`^[ \t]*${VISIBLE}(?<keyword>const|static)[ \t]+(?:mut[ \t]+)?(?<name>[A-Z_][A-Z0-9_]*)[ \t]*:`,
      "gm",
    ),
    { const: "constant", static: "constant" },
  ),
  always(/^[ \t]*(?:pub[ \t]+)?macro_rules![ \t]*(?<name>\w+)/gm, "macro"),
];
