/** Definitions of Swift. */
import { always, byKeyword, type SymbolRule } from "./rule.ts";

const MODIFIER = String
  .raw`(?:(?:public|private|fileprivate|internal|open|final|static|class|override|mutating|indirect|lazy|weak|@\w{1,40})[ \t]+){0,6}`;

/** See the module. */
export const SWIFT_RULES: readonly SymbolRule[] = [
  byKeyword(
    new RegExp(
      String
        .raw`^[ \t]*${MODIFIER}(?<keyword>class|struct|enum|protocol|actor|extension|typealias)[ \t]+(?!func\b|var\b|let\b)(?<name>\w+)`,
      "gm",
    ),
    {
      class: "class",
      struct: "struct",
      enum: "enum",
      protocol: "interface",
      actor: "class",
      typealias: "type",
    },
  ),
  always(new RegExp(String.raw`^[ \t]*${MODIFIER}func[ \t]+(?<name>\w+)`, "gm"), "function"),
];
