/** Definitions of Ruby. */
import { always, byKeyword, type SymbolRule } from "./rule.ts";

/** See the module. */
export const RUBY_RULES: readonly SymbolRule[] = [
  byKeyword(/^[ \t]*(?<keyword>class|module)[ \t]+(?:[A-Z]\w{0,80}::){0,6}(?<name>[A-Z]\w*)/gm, {
    class: "class",
    module: "module",
  }),
  always(
    /^[ \t]*(?:private[ \t]+|public[ \t]+|protected[ \t]+)?def[ \t]+(?:self\.|[A-Z]\w{0,80}\.)?(?<name>[a-zA-Z_]\w*[?!=]?)/gm,
    "method",
  ),
  always(/^[ \t]*(?<name>[A-Z][A-Z0-9_]+)[ \t]*=(?![=~>])/gm, "constant"),
  always(
    /^[ \t]*(?:scope|attr_accessor|attr_reader|attr_writer|define_method)[ \t(]+:(?<name>\w+)/gm,
    "method",
  ),
];
