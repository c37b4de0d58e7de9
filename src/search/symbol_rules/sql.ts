/** Definitions of SQL. */
import { byKeyword, type SymbolKind, type SymbolRule } from "./rule.ts";

const KINDS: Readonly<Record<string, SymbolKind>> = {
  table: "table",
  view: "table",
  function: "function",
  procedure: "function",
  trigger: "function",
  type: "type",
  domain: "type",
  index: "variable",
  sequence: "variable",
  schema: "module",
};

const CREATE = byKeyword(
  new RegExp(
    String
      .raw`^[ \t]*create[ \t]+(?:or[ \t]+replace[ \t]+)?(?:(?:global|local|temp|temporary|unlogged|unique|materialized|virtual|recursive)[ \t]+){0,3}` +
      String.raw`(?<keyword>table|view|function|procedure|trigger|type|domain|index|sequence|schema)[ \t]+` +
      String
        .raw`(?:concurrently[ \t]+)?(?:if[ \t]+not[ \t]+exists[ \t]+)?(?:["\x60\[]?\w{1,80}["\x60\]]?\.){0,3}["\x60\[]?(?<name>\w+)`,
    "gmi",
  ),
  KINDS,
);

/** See the module. */
export const SQL_RULES: readonly SymbolRule[] = [
  { pattern: CREATE.pattern, kindOf: ({ keyword = "" }) => KINDS[keyword.toLowerCase()] },
];
