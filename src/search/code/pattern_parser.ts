/**
 * Reads the patterns that RE2 and JavaScript can both be asked for, and writes them as JavaScript has them. It knows strings,
 * `.`, classes, `\d \w \s \b`, `^` and `$` of a line, groups, alternatives and repetitions, and `(?i)` at the beginning. What
 * it does not know it refuses: named and nested classes, other flags, other escapes, and a repetition of what may be empty, in
 * which the two differ.
 */
import { allBut, anyOf, type CharClass, NAMED_CLASSES, rangeOf, withBothCases } from "./char_sets.ts";
import { isNullable, NEWLINE, type PatternNode } from "./pattern_tree.ts";

/** A pattern in JavaScript's writing. */
export interface ParsedPattern {
  /** To be compiled with the flags `m` and `u`, or `m` and `i` for texts of ASCII where case is not to be minded. */
  readonly source: string;
  readonly tree: PatternNode;
  readonly caseSensitive: boolean;
}

/** A part of it. */
interface Part {
  readonly source: string;
  readonly node: PatternNode;
}

/** Groups in groups that are followed. */
const DEPTH_MAX = 20;

/** Undefined for what is refused. The pattern is one that RE2 takes. */
export function parsePattern(
  pattern: string,
  options: { caseSensitive: boolean },
): ParsedPattern | undefined {
  const hasFlag = pattern.startsWith("(?i)");
  const caseSensitive = options.caseSensitive && !hasFlag;
  // Beyond ASCII, cases are a matter of tables.
  if (!caseSensitive && /[^\0-\x7f]/.test(pattern)) return undefined;
  const parser = new Parser(hasFlag ? pattern.slice(4) : pattern, caseSensitive);
  const whole = parser.choice(0);
  return whole === undefined || !parser.isAtEnd
    ? undefined
    : { source: whole.source, tree: whole.node, caseSensitive };
}

class Parser {
  readonly #pattern: string;
  readonly #caseSensitive: boolean;
  #at = 0;

  constructor(pattern: string, caseSensitive: boolean) {
    this.#pattern = pattern;
    this.#caseSensitive = caseSensitive;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#pattern.length;
  }

  choice(depth: number): Part | undefined {
    const options: Part[] = [];
    do {
      const option = this.#sequence(depth);
      if (option === undefined) return undefined;
      options.push(option);
    } while (this.#take("|"));
    const [only] = options;
    if (only !== undefined && options.length === 1) return only;
    return {
      source: options.map(({ source }) => source).join("|"),
      node: { kind: "choice", options: options.map(({ node }) => node) },
    };
  }

  #sequence(depth: number): Part | undefined {
    const parts: Part[] = [];
    while (!this.isAtEnd && !"|)".includes(this.#pattern.charAt(this.#at))) {
      const atom = this.#atom(depth);
      const part = atom === undefined ? undefined : this.#repeated(atom);
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return {
      source: parts.map(({ source }) => source).join(""),
      node: { kind: "sequence", parts: parts.map(({ node }) => node) },
    };
  }

  #atom(depth: number): Part | undefined {
    const char = this.#next();
    switch (char) {
      case "(":
        return this.#group(depth);
      case "[":
        return this.#class();
      case "\\":
        return this.#escape();
      case ".":
        return { source: "[^\\n]", node: { kind: "char", chars: allBut(NEWLINE) } };
      // JavaScript knows more ends of lines than the newline.
      case "^":
        return { source: "^(?<![\\r\\u2028\\u2029])", node: { kind: "position" } };
      case "$":
        return { source: "$(?![\\r\\u2028\\u2029])", node: { kind: "position" } };
      case "*":
      case "+":
      case "?":
        return undefined;
      default:
        return this.#oneOf(rangeOf(char, char), false);
    }
  }

  #group(depth: number): Part | undefined {
    if (depth >= DEPTH_MAX) return undefined;
    if (this.#take("?") && !this.#take(":")) return undefined;
    const inside = this.choice(depth + 1);
    if (inside === undefined || !this.#take(")")) return undefined;
    return { source: `(?:${inside.source})`, node: inside.node };
  }

  #escape(): Part | undefined {
    const char = this.#next();
    if (char === "b") return { source: "\\b", node: { kind: "position" } };
    const named = NAMED_CLASSES[char.toLowerCase()];
    if (named !== undefined) return this.#oneOf(named, char !== char.toLowerCase());
    const meant = escaped(char);
    return meant === undefined ? undefined : this.#oneOf(rangeOf(meant, meant), false);
  }

  #class(): Part | undefined {
    const isNot = this.#take("^");
    const classes: CharClass[] = [];
    do {
      const item = this.#classItem();
      if (item === undefined) return undefined;
      classes.push(item);
    } while (!this.#take("]"));
    return this.#oneOf(anyOf(classes), isNot);
  }

  #classItem(): CharClass | undefined {
    const first = this.#classChar();
    if (typeof first !== "string") return first;
    if (this.#pattern[this.#at] !== "-" || this.#pattern[this.#at + 1] === "]") return rangeOf(first, first);
    this.#at++;
    const last = this.#classChar();
    return typeof last === "string" ? rangeOf(first, last) : undefined;
  }

  #classChar(): string | CharClass | undefined {
    if (this.isAtEnd) return undefined;
    const char = this.#next();
    if (char === "[") return undefined;
    if (char !== "\\") return char;
    const name = this.#next();
    return NAMED_CLASSES[name] ?? escaped(name);
  }

  #repeated(atom: Part): Part | undefined {
    const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/.exec(this.#pattern.slice(this.#at, this.#at + 20));
    if (found === null) return atom;
    const [all, least = all === "+" ? "1" : "0", comma, most] = found;
    this.#at += all.length;
    const lazy = this.#take("?") ? "?" : "";
    if (isNullable(atom.node) || /[*+?{]/.test(this.#pattern.charAt(this.#at))) return undefined;
    const end = all === "?" ? 1 : comma === "" ? Number(least) : most ? Number(most) : Infinity;
    return {
      source: `${atom.source}${all}${lazy}`,
      node: { kind: "repeat", body: atom.node, least: Number(least), most: end },
    };
  }

  #oneOf({ items, chars }: CharClass, isNot: boolean): Part {
    const taken = this.#caseSensitive ? chars : withBothCases(chars);
    const isOne = !isNot && /^(?:.|\\x..)$/u.test(items);
    return {
      source: isOne ? items : `[${isNot ? "^" : ""}${items}]`,
      node: { kind: "char", chars: isNot ? allBut(taken) : taken },
    };
  }

  #take(text: string): boolean {
    const isThere = this.#pattern.startsWith(text, this.#at);
    if (isThere) this.#at += text.length;
    return isThere;
  }

  #next(): string {
    const char = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0);
    this.#at += char.length;
    return char;
  }
}

/** The character that an escape stands for: punctuation for itself, a few letters for what is not seen. */
function escaped(char: string): string | undefined {
  const named: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f", v: "\v" };
  return /^[!-/:-@[-`{-~]$/.test(char) ? char : named[char];
}
