/** Definitions of C#. */
import { always, byKeyword, CONTROL_WORDS, type SymbolRule } from "./rule.ts";

const MODIFIER =
  "public|protected|private|internal|static|sealed|abstract|virtual|override|async|partial|readonly|const|extern|new|unsafe|ref|file|required";

/** See the module. */
export const CSHARP_RULES: readonly SymbolRule[] = [
  byKeyword(
    new RegExp(
      String
        .raw`^[ \t]*(?:(?:${MODIFIER})[ \t]+){0,6}(?<keyword>class|interface|struct|enum|record|namespace)[ \t]+(?:struct[ \t]+|class[ \t]+)?` +
        String.raw`(?:[\w]{1,80}\.){0,8}(?<name>[\p{L}_]\w*)`,
      "gmu",
    ),
    {
      class: "class",
      interface: "interface",
      struct: "struct",
      enum: "enum",
      record: "class",
      namespace: "module",
    },
  ),
  always(
    new RegExp(
      String
        .raw`^[ \t]+(?:(?:${MODIFIER})[ \t]+){1,6}(?:[\w.]{1,80}(?:<[^\n(;=]{0,120}>)?[?]?(?:\[,{0,3}\]){0,2}[ \t]+)?` +
        String
          .raw`(?<name>[\p{L}_]\w*)(?:<[^\n(;=]{1,160}>)?[ \t]*\((?:[^\n;]{0,500}(?:\r?$|=>)|[^\n;{}]{0,500}\)[^\n;{}()]{0,80}[{;])`,
      "gmu",
    ),
    "method",
    CONTROL_WORDS,
  ),
  always(
    new RegExp(
      String
        .raw`^[ \t]+(?:(?:${MODIFIER})[ \t]+){1,6}[\w.]{1,80}(?:<[^\n(;=]{0,120}>)?[?]?(?:\[,{0,3}\]){0,2}[ \t]+(?<name>[\p{L}_]\w*)[ \t]*(?:\{|=>|=[^=])`,
      "gmu",
    ),
    "variable",
  ),
];
