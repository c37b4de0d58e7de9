/** Which characters an item of a pattern takes, as a set and in the writing of JavaScript's classes. */
import { ANY_CHAR, BEYOND_ASCII, type CharSet } from "./pattern_tree.ts";

/** A set of characters in both forms. */
export interface CharClass {
  /** What stands between the brackets of a class; true to the character, where the set is only true to ASCII. */
  readonly items: string;
  readonly chars: CharSet;
}

/** `\s` of RE2, which knows no vertical tab. */
export const WHITE_SPACE: CharClass = {
  items: "\\t\\n\\f\\r\\x20",
  chars: setOf("\t", "\n") | setOf("\f", "\r") | setOf(" ", " "),
};

/** `\w` of RE2, which knows ASCII alone. */
export const WORD_CHARS: CharClass = {
  items: "0-9A-Za-z_",
  chars: setOf("0", "9") | setOf("A", "Z") | setOf("a", "z") | setOf("_", "_"),
};

/** The classes of RE2 that have a letter. */
export const NAMED_CLASSES: Readonly<Record<string, CharClass>> = {
  d: { items: "0-9", chars: setOf("0", "9") },
  w: WORD_CHARS,
  s: WHITE_SPACE,
};

/** All characters from one to another. */
export function rangeOf(first: string, last: string): CharClass {
  return {
    items: first === last ? written(first) : `${written(first)}-${written(last)}`,
    chars: setOf(first, last),
  };
}

/** What is in any of the classes. */
export function anyOf(classes: readonly CharClass[]): CharClass {
  return {
    items: classes.map(({ items }) => items).join(""),
    chars: classes.reduce((all, { chars }) => all | chars, 0n),
  };
}

/** The set of all that is not in another. Of what is beyond ASCII there is always more. */
export function allBut(chars: CharSet): CharSet {
  return (ANY_CHAR & ~chars) | BEYOND_ASCII;
}

/** With each letter of ASCII its other case. */
export function withBothCases(chars: CharSet): CharSet {
  const upper = chars & setOf("A", "Z");
  const lower = chars & setOf("a", "z");
  return chars | (upper << 32n) | (lower >> 32n);
}

/** A character as JavaScript's patterns have it, in a class and outside. */
function written(char: string): string {
  const isPlain = /[A-Za-z0-9_]/.test(char) || char.charCodeAt(0) > 0x7f;
  return isPlain ? char : `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

function setOf(first: string, last: string): CharSet {
  const from = first.codePointAt(0) ?? 0;
  const to = last.codePointAt(0) ?? 0;
  const upTo = (end: number) => (1n << BigInt(Math.min(end, 128))) - 1n;
  return (upTo(to + 1) & ~upTo(from)) | (to > 0x7f ? BEYOND_ASCII : 0n);
}
