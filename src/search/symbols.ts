/** The definitions in a text, by line. Pure, and fast enough to be run on every file of a repository. */
import type { Language } from "./language.ts";
import { C_RULES, CPP_RULES } from "./symbol_rules/c.ts";
import { CSHARP_RULES } from "./symbol_rules/csharp.ts";
import { ECMASCRIPT_RULES } from "./symbol_rules/ecmascript.ts";
import { GO_RULES } from "./symbol_rules/go.ts";
import { JAVA_RULES, KOTLIN_RULES } from "./symbol_rules/java.ts";
import { markdownHeadings } from "./symbol_rules/markdown.ts";
import { PHP_RULES } from "./symbol_rules/php.ts";
import { PYTHON_RULES } from "./symbol_rules/python.ts";
import { RUBY_RULES } from "./symbol_rules/ruby.ts";
import type { FoundSymbol, SymbolKind, SymbolRule } from "./symbol_rules/rule.ts";
import { RUST_RULES } from "./symbol_rules/rust.ts";
import { SHELL_RULES } from "./symbol_rules/shell.ts";
import { SQL_RULES } from "./symbol_rules/sql.ts";
import { SWIFT_RULES } from "./symbol_rules/swift.ts";

export type { SymbolKind } from "./symbol_rules/rule.ts";

/** A definition. */
export interface DocumentSymbol {
  readonly name: string;
  readonly kind: SymbolKind;
  /** Counted from 1. */
  readonly line: number;
}

/** Definitions that the index keeps of one file: generated ones have tens of thousands. */
const KEPT_SYMBOLS_MAX = 5_000;

const RULES: Readonly<Partial<Record<Language, readonly SymbolRule[]>>> = {
  typescript: ECMASCRIPT_RULES,
  javascript: ECMASCRIPT_RULES,
  python: PYTHON_RULES,
  go: GO_RULES,
  rust: RUST_RULES,
  java: JAVA_RULES,
  kotlin: KOTLIN_RULES,
  swift: SWIFT_RULES,
  c: C_RULES,
  cpp: CPP_RULES,
  csharp: CSHARP_RULES,
  ruby: RUBY_RULES,
  php: PHP_RULES,
  shell: SHELL_RULES,
  sql: SQL_RULES,
};

/**
 * The definitions of a text, in the order of lines. Lines are parted by `\n`.
 *
 * @param max How many of them are found. @default what the index keeps
 */
export function symbolsIn(
  text: string,
  language: Language | undefined,
  max: number = KEPT_SYMBOLS_MAX,
): DocumentSymbol[] {
  if (language === undefined) return [];
  if (language === "markdown") return withLines(text, markdownHeadings(text).slice(0, max));
  const found = (RULES[language] ?? []).flatMap((rule) => applyRule(text, rule, max));
  found.sort((a, b) => a.offset - b.offset);
  // Two rules may find the same definition.
  const different = found.filter(({ offset }, at) => at === 0 || found[at - 1]?.offset !== offset);
  return withLines(text, different.slice(0, max));
}

function applyRule(text: string, { pattern, kindOf }: SymbolRule, max: number): FoundSymbol[] {
  const found: FoundSymbol[] = [];
  for (const match of text.matchAll(pattern)) {
    const { groups = {}, index, 0: whole } = match;
    const name = groups["name"] ?? "";
    const kind = kindOf(groups);
    if (kind === undefined) continue;
    // The name's line, not the match's: a pattern may begin with a decorator or a line break.
    found.push({ name, kind, offset: index + Math.max(0, whole.lastIndexOf(name)) });
    if (found.length === max) break;
  }
  return found;
}

function withLines(text: string, found: readonly FoundSymbol[]): DocumentSymbol[] {
  let line = 1;
  let newline = text.indexOf("\n");
  return found.map(({ name, kind, offset }) => {
    while (newline >= 0 && newline < offset) {
      line++;
      newline = text.indexOf("\n", newline + 1);
    }
    return { name, kind, line };
  });
}
