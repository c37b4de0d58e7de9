/** What a pattern is made of, for who judges what it costs to try. */

/**
 * A set of characters: bit n for the ASCII character n, and {@linkcode BEYOND_ASCII} for some character beyond. It holds
 * at least what the pattern takes: two sets without a common bit have no common character.
 */
export type CharSet = bigint;

/** The bit of everything that is no ASCII character. */
export const BEYOND_ASCII: CharSet = 1n << 128n;

/** Every character. */
export const ANY_CHAR: CharSet = (1n << 129n) - 1n;

/** The newline alone. */
export const NEWLINE: CharSet = 1n << 10n;

/** A part of a pattern. */
export type PatternNode =
  /** Takes one character. */
  | { readonly kind: "char"; readonly chars: CharSet }
  /** Takes nothing, and looks at no more than the characters before and after. */
  | { readonly kind: "position" }
  | { readonly kind: "sequence"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly options: readonly PatternNode[] }
  /** `most` may be Infinity. */
  | { readonly kind: "repeat"; readonly body: PatternNode; readonly least: number; readonly most: number };

/** Whether a part can match without taking a character. */
export function isNullable(node: PatternNode): boolean {
  switch (node.kind) {
    case "char":
      return false;
    case "position":
      return true;
    case "sequence":
      return node.parts.every(isNullable);
    case "choice":
      return node.options.some(isNullable);
    case "repeat":
      return node.least === 0 || isNullable(node.body);
    default:
      return node satisfies never;
  }
}

/** Whether a match ends in the line in which it begins. */
export function staysInLine(node: PatternNode): boolean {
  return (charsOf(node) & NEWLINE) === 0n;
}

/** All characters that a part can take. */
export function charsOf(node: PatternNode): CharSet {
  switch (node.kind) {
    case "char":
      return node.chars;
    case "position":
      return 0n;
    case "sequence":
      return unionOf(node.parts);
    case "choice":
      return unionOf(node.options);
    case "repeat":
      return charsOf(node.body);
    default:
      return node satisfies never;
  }
}

function unionOf(nodes: readonly PatternNode[]): CharSet {
  return nodes.reduce((all, node) => all | charsOf(node), 0n);
}
