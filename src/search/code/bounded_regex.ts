/** The regular expressions that V8's own engine, which goes back, may be asked for: none that can take long. */
import { stepsAtOnePlace } from "./backtracking_bound.ts";
import type { ParsedPattern } from "./pattern_parser.ts";
import { staysInLine } from "./pattern_tree.ts";

/**
 * Steps that are taken in one go at most. The worst patterns take 2 ns for each, so that nothing else waits for much longer
 * than 100 ms.
 */
const STEPS_MAX = 25_000_000;

/** Two lines of a text are tried in about the time in which one piece is begun. */
const PIECE_CHARS_MIN = 256;

/** Longer runs of white space are rare enough to be taken for any text. */
const SPACES_MAX = 128;
const SPACES = /[\t\n\f\r ]{129}/;

/**
 * A pattern whose cost is known before it is tried: for each text, {@linkcode stepsAtOnePlace} times the characters. What
 * that is too much for is left to an engine that does not go back. So the time is linear in the text, whatever stands in it.
 */
export class BoundedRegex {
  readonly #parsed: ParsedPattern;
  readonly #regex: RegExp;
  /** Whether a match ends in the line in which it begins, so that a text can be tried in pieces of lines. */
  readonly #isOfLines: boolean;

  constructor(parsed: ParsedPattern) {
    this.#parsed = parsed;
    this.#regex = new RegExp(parsed.source, parsed.caseSensitive ? "gmu" : "gmi");
    this.#isOfLines = staysInLine(parsed.tree);
  }

  /** How many characters of a text may be tried in one go; 0 when it is not to be tried at all. */
  charsAtOnce(text: string): number {
    if (!this.#parsed.caseSensitive && /[^\0-\x7f]/.test(text)) return 0;
    const line = longestLine(text);
    const space = this.#isOfLines ? line : SPACES.test(text) ? text.length : SPACES_MAX;
    const extent = { line, space, text: text.length };
    const chars = Math.floor(STEPS_MAX / stepsAtOnePlace(this.#parsed.tree, extent));
    if (chars > text.length) return chars;
    return this.#isOfLines && chars > Math.max(line, PIECE_CHARS_MIN) ? chars : 0;
  }

  /** Every match in a piece, as offsets in it; with `oneALine`, the first of each line where none goes on in another. */
  *matches(piece: string, oneALine = false): Generator<{ start: number; end: number }> {
    const regex = this.#regex;
    let from = 0;
    while (from <= piece.length) {
      // Another text may have been tried with it between two matches.
      regex.lastIndex = from;
      const found = regex.exec(piece);
      if (found === null) return;
      const start = found.index;
      const end = regex.lastIndex;
      yield { start, end };
      if (oneALine) {
        const newline = piece.indexOf("\n", end);
        if (newline < 0) return;
        from = newline + 1;
        continue;
      }
      from = end > start ? end : end + (regex.unicode && (piece.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
    }
  }
}

/** In characters, without the newline. */
function longestLine(text: string): number {
  let longest = 0;
  let from = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
    if (end - from > longest) longest = end - from;
    from = end + 1;
  }
  return Math.max(longest, text.length - from);
}
