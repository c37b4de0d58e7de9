/** How the definitions of a language are recognised: patterns over whole texts, anchored at the beginning of a line. */

/** What a definition can be. */
export const SYMBOL_KINDS = [
  "function",
  "method",
  "class",
  "interface",
  "type",
  "enum",
  "struct",
  "trait",
  "module",
  "constant",
  "variable",
  "macro",
  "table",
  "heading",
] as const;

/** One of {@linkcode SYMBOL_KINDS}. */
export type SymbolKind = (typeof SYMBOL_KINDS)[number];

/**
 * One pattern. It has the flags `gm` and a group `name`. Every repetition in it is bounded or begins at a line's start
 * and is followed by what it cannot itself match, so that a line of a megabyte costs no more than its length.
 */
export interface SymbolRule {
  readonly pattern: RegExp;
  /** What the match defines; undefined when it is none after all. */
  readonly kindOf: (groups: Readonly<Record<string, string | undefined>>) => SymbolKind | undefined;
}

/** A definition at an offset of the text. */
export interface FoundSymbol {
  readonly name: string;
  readonly kind: SymbolKind;
  readonly offset: number;
}

/** A rule whose group `keyword` says the kind. */
export function byKeyword(pattern: RegExp, kinds: Readonly<Record<string, SymbolKind>>): SymbolRule {
  return {
    pattern,
    kindOf: ({ keyword = "" }) => Object.hasOwn(kinds, keyword) ? kinds[keyword] : undefined,
  };
}

/** A rule whose matches are all of one kind, unless the name is a word of the language. */
export function always(pattern: RegExp, kind: SymbolKind, notNames: ReadonlySet<string> = NONE): SymbolRule {
  return { pattern, kindOf: ({ name = "" }) => notNames.has(name) ? undefined : kind };
}

const NONE: ReadonlySet<string> = new Set();

/** Words that stand before a parenthesis and are no names, in the languages that descend from C. */
export const CONTROL_WORDS: ReadonlySet<string> = new Set(
  ("if for while switch catch function return throw new await typeof super else do try with yield delete void " +
    "sizeof using lock fixed unless until foreach match defined assert elif except synchronized when case import " +
    "require constructor operator static_assert decltype alignof __attribute__").split(" "),
);
