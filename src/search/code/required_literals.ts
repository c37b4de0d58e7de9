/** The strings that every match of a regular expression holds: what narrows the files that it is tried on. */

/** Alternatives, of each of which every string stands in a match; undefined when nothing is certain. */
export type Required = readonly (readonly string[])[] | undefined;

/** More alternatives than this are as good as none. */
const ALTERNATIVES_MAX = 16;

/** Shorter strings stand in nearly every file. */
const LITERAL_CHARS_MIN = 3;

/**
 * Reads a pattern of RE2's syntax. What it does not know it takes for "anything": the answer may be too little, never
 * wrong. The pattern is one that compiles.
 */
export function requiredLiterals(pattern: string): Required {
  if (/\(\?[a-zA-Z]*[xU]/.test(pattern) || pattern.includes("\\Q")) return undefined;
  const parser = new PatternParser(pattern);
  const alternatives = parser.alternation();
  if (!parser.isAtEnd) return undefined;
  const usable = alternatives.map((strings) => strings.filter((text) => text.length >= LITERAL_CHARS_MIN));
  return usable.some((strings) => strings.length === 0) ? undefined : usable;
}

/** One element of a sequence. */
type Atom =
  | { readonly kind: "char"; readonly char: string }
  /** Matches the empty string: what is before and after stands side by side. */
  | { readonly kind: "position" }
  | { readonly kind: "group"; readonly alternatives: readonly (readonly string[])[] }
  | { readonly kind: "any" };

class PatternParser {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#pattern.length;
  }

  /** For each alternative the strings that it needs; one empty list when that cannot be said. */
  alternation(): readonly (readonly string[])[] {
    const alternatives: (readonly string[])[] = [...this.#sequence()];
    while (this.#pattern[this.#at] === "|") {
      this.#at++;
      alternatives.push(...this.#sequence());
    }
    return alternatives.length > ALTERNATIVES_MAX ? [[]] : alternatives;
  }

  #sequence(): readonly (readonly string[])[] {
    let alternatives: string[][] = [[]];
    let run = "";
    const endRun = () => {
      if (run !== "") { for (const strings of alternatives) strings.push(run); }
      run = "";
    };
    while (!this.isAtEnd && this.#pattern[this.#at] !== "|" && this.#pattern[this.#at] !== ")") {
      const atom = this.#atom();
      const { min, max } = this.#repetition();
      if (atom.kind === "char" && min > 0) {
        run += atom.char;
        if (max !== 1) endRun();
        continue;
      }
      if (atom.kind === "position") continue;
      endRun();
      if (atom.kind !== "group" || min === 0) continue;
      const product = alternatives.flatMap((strings) =>
        atom.alternatives.map((more) => [...strings, ...more])
      );
      if (product.length <= ALTERNATIVES_MAX) alternatives = product;
    }
    endRun();
    return alternatives;
  }

  #atom(): Atom {
    const char = this.#next();
    switch (char) {
      case "(":
        return this.#group();
      case "[":
        return this.#characterClass();
      case "\\":
        return this.#escape();
      case ".":
        return { kind: "any" };
      case "^":
      case "$":
        return { kind: "position" };
      default:
        return { kind: "char", char };
    }
  }

  #group(): Atom {
    const opening = /^\?(?:P?<\w+>|[a-zA-Z-]*:|[a-zA-Z-]*\))/.exec(this.#pattern.slice(this.#at))?.[0] ?? "";
    this.#at += opening.length;
    // `(?i)` alone is no group, and changes no letter but its case, which the index does not keep.
    if (opening.endsWith(")")) return { kind: "position" };
    const alternatives = this.alternation();
    this.#at++;
    return { kind: "group", alternatives };
  }

  #characterClass(): Atom {
    const [inside = ""] = /^\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]/su.exec(this.#pattern.slice(this.#at)) ??
      [];
    this.#at += inside.length;
    const only = /^(?:\\([^\w])|([^\\^\]]))\]$/u.exec(inside);
    const char = only?.[1] ?? only?.[2];
    return char === undefined ? { kind: "any" } : { kind: "char", char };
  }

  #escape(): Atom {
    const char = this.#next();
    if (/[bBAz]/.test(char)) return { kind: "position" };
    if (char === "t") return { kind: "char", char: "\t" };
    if (/[pP]/.test(char)) {
      const [name = ""] = /^(?:\{[^}]*\}|.)/.exec(this.#pattern.slice(this.#at)) ?? [];
      this.#at += name.length;
    }
    if (char === "x") {
      const [code = ""] = /^(?:\{[0-9a-fA-F]*\}|[0-9a-fA-F]{2})/.exec(this.#pattern.slice(this.#at)) ?? [];
      this.#at += code.length;
    }
    if (char >= "0" && char <= "7") {
      const [digits = ""] = /^[0-7]{1,2}/.exec(this.#pattern.slice(this.#at)) ?? [];
      this.#at += digits.length;
    }
    return /\w/.test(char) ? { kind: "any" } : { kind: "char", char };
  }

  #repetition(): { min: number; max: number } {
    const found = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(this.#pattern.slice(this.#at, this.#at + 20))?.[0];
    if (found === undefined) return { min: 1, max: 1 };
    this.#at += found.length;
    if (this.#pattern[this.#at] === "?") this.#at++;
    const [min = 0] = /\d+/.exec(found)?.map(Number) ?? [];
    // A char that comes twice is not the string of one: the run ends after it in either case.
    return { min: found === "+" ? 1 : min, max: found === "?" ? 0 : Infinity };
  }

  #next(): string {
    const char = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0);
    this.#at += char.length;
    return char;
  }
}
