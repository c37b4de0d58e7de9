/** Definitions of PHP. */
import { always, byKeyword, type SymbolRule } from "./rule.ts";

const MODIFIER = "public|protected|private|static|final|abstract|readonly";

/** See the module. */
export const PHP_RULES: readonly SymbolRule[] = [
  byKeyword(
    new RegExp(
      String
        .raw`^[ \t]*(?:(?:${MODIFIER})[ \t]+){0,4}(?<keyword>class|interface|trait|enum)[ \t]+(?<name>\w+)`,
      "gmi",
    ),
    { class: "class", interface: "interface", trait: "trait", enum: "enum" },
  ),
  {
    pattern: new RegExp(
      String.raw`^[ \t]*(?<modifiers>(?:(?:${MODIFIER})[ \t]+){0,4})function[ \t]+&?(?<name>\w+)`,
      "gmi",
    ),
    kindOf: ({ modifiers }) => modifiers === "" ? "function" : "method",
  },
  always(
    new RegExp(
      String.raw`^[ \t]*(?:(?:${MODIFIER})[ \t]+){0,4}const[ \t]+(?:\w{1,40}[ \t]+)?(?<name>\w+)[ \t]*=`,
      "gmi",
    ),
    "constant",
  ),
  always(/^[ \t]*define\([ \t]*['"](?<name>\w+)['"]/gm, "constant"),
];
