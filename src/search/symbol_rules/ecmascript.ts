/** Definitions of TypeScript and JavaScript. */
import { always, byKeyword, CONTROL_WORDS, type SymbolRule } from "./rule.ts";

const EXPORT = String.raw`(?:export[ \t]+)?(?:default[ \t]+)?(?:declare[ \t]+)?`;
const NAME = String.raw`(?<name>[\p{L}_$][\p{L}\p{N}_$]*)`;

/** See the module. */
export const ECMASCRIPT_RULES: readonly SymbolRule[] = [
  byKeyword(
    new RegExp(
      String.raw`^[ \t]*${EXPORT}(?:abstract[ \t]+)?(?:async[ \t]+)?(?:const[ \t]+(?=enum))?` +
        String
          .raw`(?<keyword>function|class|interface|type|enum|namespace)(?:[ \t]*\*)?[ \t]+${NAME}(?![\p{L}\p{N}_$]|[ \t]*[:,)])`,
      "gmu",
    ),
    {
      function: "function",
      class: "class",
      interface: "interface",
      type: "type",
      enum: "enum",
      namespace: "module",
    },
  ),
  {
    // At the margin alone: what stands in a function is nobody else's.
    pattern: new RegExp(
      String.raw`^${EXPORT}(?:const|let|var)[ \t]+(?!enum\b)${NAME}` +
        String
          .raw`(?:[ \t]*(?::[^=\n]{0,200})?=[ \t]*(?<callable>async\b|function\b|\([^\n]{0,200}=>|[\w$]+[ \t]*=>|\((?=\n)))?`,
      "gmu",
    ),
    kindOf: ({ callable }) => callable === undefined ? "constant" : "function",
  },
  always(
    new RegExp(
      String
        .raw`^[ \t]+(?:(?:public|private|protected|static|override|readonly|async|get|set)[ \t]+){0,5}\*?` +
        String
          .raw`(?<name>#?[\p{L}_$][\p{L}\p{N}_$]*)[ \t]*(?:<[^\n(]{1,120}>)?\((?:[^\n;]{0,240}\{|)[ \t]*\r?$`,
      "gmu",
    ),
    "method",
    CONTROL_WORDS,
  ),
  always(/^[ \t]*(?:(?:module\.)?exports|[\w$]{1,80}\.prototype)\.(?<name>[\w$]+)[ \t]*=(?!=)/gm, "function"),
];
