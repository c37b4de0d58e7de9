/** Definitions of TypeScript and JavaScript. */
import { always, byKeyword, CONTROL_WORDS, type SymbolRule } from "./rule.ts";

const EXPORT = String.raw`(?:export[ \t]+)?(?:default[ \t]+)?(?:declare[ \t]+)?`;
const NAME = String.raw`(?<name>[\p{L}_$][\p{L}\p{N}_$]*)`;

const METHOD = String
  .raw`^(?<indent>[ \t]+)(?:(?:public|private|protected|static|abstract|override|readonly|async|get|set)[ \t]+){0,5}\*?` +
  String.raw`(?<name>#?[\p{L}_$][\p{L}\p{N}_$]*)[ \t]*(?:<[^\n(]{1,120}>)?`;

/** On one line. What is called with a string or a function first is called, and not defined. */
const PARAMETERS = String.raw`\((?!["'\x60]|[^\n]{0,240}\bfunction\b)[^\n;]{0,240}\)`;
const RETURNS = String.raw`[ \t]*(?::[^\n;={}]{1,160})?`;
const BODY = String.raw`[ \t]*\{(?:[^\n]{0,240}\})?[ \t]*\r?$`;

/** Of an interface or an abstract class. */
const NO_BODY = String.raw`:[^\n;{}=]{1,160};[ \t]*\r?$`;

/** On lines of their own, until one that is indented as the name is and opens the body: a call's would close it. */
const LINES_OF_PARAMETERS = String
  .raw`\([ \t]*\r?$(?=(?:\n\k<indent>[ \t][^\n]{0,300}){1,20}\n\k<indent>\)${RETURNS}[ \t]*\{)`;

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
    new RegExp(`${METHOD}(?:${PARAMETERS}(?:${RETURNS}${BODY}|${NO_BODY})|${LINES_OF_PARAMETERS})`, "gmu"),
    "method",
    CONTROL_WORDS,
  ),
  always(/^[ \t]*(?:(?:module\.)?exports|[\w$]{1,80}\.prototype)\.(?<name>[\w$]+)[ \t]*=(?!=)/gm, "function"),
];
