/** Definitions of Java and Kotlin. */
import { always, byKeyword, CONTROL_WORDS, type SymbolRule } from "./rule.ts";

const JAVA_MODIFIER =
  "public|protected|private|static|final|abstract|synchronized|native|default|sealed|non-sealed|strictfp";
/** A word before a name and a parenthesis that is no type. */
const NO_STATEMENT = String.raw`(?!(?:return|new|throw|else|assert|yield|case|do|try)\b)`;

const KOTLIN_MODIFIER =
  "public|protected|private|internal|open|abstract|final|sealed|data|inline|value|inner|override|suspend|operator|infix|" +
  "tailrec|external|expect|actual|const|lateinit|companion|enum|annotation|fun";

/** Definitions of Java. */
export const JAVA_RULES: readonly SymbolRule[] = [
  byKeyword(
    new RegExp(
      String
        .raw`^[ \t]*(?:(?:${JAVA_MODIFIER})[ \t]+){0,6}(?<keyword>class|interface|@interface|enum|record)[ \t]+(?<name>[\p{L}_]\w*)`,
      "gmu",
    ),
    { class: "class", interface: "interface", "@interface": "interface", enum: "enum", record: "class" },
  ),
  always(
    new RegExp(
      String
        .raw`^[ \t]+(?:(?:${JAVA_MODIFIER})[ \t]+){0,6}(?:<[^\n(]{1,120}>[ \t]+)?${NO_STATEMENT}(?:[\w$.]{1,80}(?:<[^\n(;=]{0,120}>)?(?:\[\]){0,3}[ \t]+)?` +
        String
          .raw`(?<name>[\p{L}_$][\w$]*)[ \t]*\((?![^\n]{0,240}\bnew\b)[^\n;]{0,240}\)[ \t]*(?:throws[^\n;(){}]{1,160})?\{[ \t]*\r?$`,
      "gmu",
    ),
    "method",
    CONTROL_WORDS,
  ),
  // Of an interface or an abstract class; or with its parameters in the lines below.
  always(
    new RegExp(
      String
        .raw`^[ \t]+(?:(?:${JAVA_MODIFIER})[ \t]+){0,6}(?:<[^\n(]{1,120}>[ \t]+)?${NO_STATEMENT}[\w$.]{1,80}(?:<[^\n(;=]{0,120}>)?(?:\[\]){0,3}[ \t]+` +
        String
          .raw`(?<name>[\p{L}_$][\w$]*)[ \t]*\((?:[^\n;{}()]{0,240}\)[^\n;{}()]{0,120}(?:;|$)|[ \t]*\r?$)`,
      "gmu",
    ),
    "method",
    CONTROL_WORDS,
  ),
  always(
    new RegExp(
      String
        .raw`^[ \t]+(?:(?:${JAVA_MODIFIER})[ \t]+){2,6}[\w$.<>,?[\] ]{1,120}[ \t](?<name>[A-Z_][A-Z0-9_]*)[ \t]*=`,
      "gm",
    ),
    "constant",
  ),
];

/** Definitions of Kotlin. */
export const KOTLIN_RULES: readonly SymbolRule[] = [
  byKeyword(
    new RegExp(
      String
        .raw`^[ \t]*(?:(?:${KOTLIN_MODIFIER})[ \t]+){0,6}(?<keyword>class|interface|object|typealias)[ \t]+(?<name>[\p{L}_]\w*)`,
      "gmu",
    ),
    { class: "class", interface: "interface", object: "class", typealias: "type" },
  ),
  always(
    new RegExp(
      String
        .raw`^[ \t]*(?:(?:${KOTLIN_MODIFIER})[ \t]+){0,6}fun[ \t]+(?:<[^\n(]{1,120}>[ \t]+)?(?:[\w<>?, ]{1,80}\.)?(?<name>[\p{L}_]\w*)[ \t]*\(`,
      "gmu",
    ),
    "function",
  ),
  always(
    new RegExp(
      String.raw`^[ \t]*(?:(?:${KOTLIN_MODIFIER})[ \t]+){0,6}va[lr][ \t]+(?<name>[A-Z_][A-Z0-9_]+)\b`,
      "gm",
    ),
    "constant",
  ),
];
