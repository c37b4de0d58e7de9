/**
 * Regular expressions in linear time, and in bounded steps: RE2's algorithm, or V8's engine where it is certain that it does
 * not take longer, and no more text at once than a size allows.
 */
import { RE2JS } from "re2js";
import { ToolError } from "../../core/errors.ts";
import { BoundedRegex } from "./bounded_regex.ts";
import type { Finding } from "./finding.ts";
import { parsePattern } from "./pattern_parser.ts";
import { patternSize } from "./pattern_size.ts";
import { knowsLinesAlone, type Program, readProgram } from "./program.ts";

/**
 * Instructions of a compiled pattern × characters that are tried in one go. The worst patterns take 9 ns for each
 * (`x*` three thousand times: 6,000 instructions), so that nothing else waits for much longer than 100 ms.
 */
const STEPS_MAX = 10_000_000;

/** What is tried before others have their turn, where lines are short enough, is this part of what may be tried in one go. */
const SHARE_OF_TURN = 0.1;

/** Instructions of the largest pattern that V8 is asked to compile: it writes out what is repeated. */
const BOUNDED_SIZE_MAX = 500;

/** Instructions of the largest pattern that is compiled, which takes some 4 µs and 2 KiB for each. */
const COMPILED_SIZE_MAX = 50_000;

/** Characters of a message about a pattern. */
const MESSAGE_CHARS_MAX = 200;

/** A pattern, ready to be looked for. `^` and `$` are a line's; `.` is no newline. */
export class LinearRegex {
  readonly #regex: RE2JS;
  readonly #charsMax: number;
  readonly #bounded: BoundedRegex | undefined;
  /** What it was compiled to; undefined when that is not understood. */
  readonly program: Program | undefined;
  /** Whether it is certain that no match goes on in another line: one that does may lie in two pieces. */
  readonly #isOfLines: boolean;

  /** @throws {ToolError} `invalid_arguments` for what is no pattern of RE2. */
  constructor(pattern: string, { caseSensitive }: { caseSensitive: boolean }) {
    this.#regex = compile(pattern, RE2JS.MULTILINE | (caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE));
    const size = Math.max(1, this.#regex.programSize());
    this.#charsMax = Math.max(1, Math.floor(STEPS_MAX / size));
    // Undefined for a pattern that JavaScript may understand in another way.
    const parsed = parsePattern(pattern, { caseSensitive });
    this.#bounded = parsed === undefined || size > BOUNDED_SIZE_MAX ? undefined : new BoundedRegex(parsed);
    this.program = readProgram(this.#regex);
    this.#isOfLines = this.program !== undefined && knowsLinesAlone(this.program);
  }

  /**
   * What is found in a text, in order. Empty matches count where they begin. Where no match goes on in another line, the
   * first of each line is enough.
   *
   * @param after Pieces that lie before it were tried already, when the time was over.
   */
  *find(text: string, after = 0): Generator<Finding> {
    const bounded = this.#bounded?.charsAtOnce(text) ?? 0;
    const charsMax = bounded > 0 ? bounded : this.#charsMax;
    let from = 0;
    while (from < text.length) {
      const to = this.#pieceEnd(text, from, charsMax);
      const isLast = to >= text.length;
      const wasTried = to <= after && !isLast;
      if (!wasTried) {
        const piece = from === 0 && isLast ? text : text.slice(from, to);
        const matches = bounded > 0 ? this.#bounded?.matches(piece, this.#isOfLines) : this.#matches(piece);
        for (const { start, end } of matches ?? []) {
          // The end of a piece looks like an end of the text: what is there is for the next one to say.
          if (isLast || start < piece.length) yield { kind: "match", start: from + start, end: from + end };
        }
      }
      if (isLast) return;
      const isInLine = text[to - 1] !== "\n";
      const newline = isInLine ? text.indexOf("\n", to) : to - 1;
      from = newline < 0 ? text.length : newline + 1;
      if (!wasTried) yield { kind: "pause", doneTo: from, isCut: isInLine || !this.#isOfLines };
    }
  }

  /** As many whole lines as may be tried at once; of a longer line its beginning. */
  #pieceEnd(text: string, from: number, charsMax: number): number {
    // Where a match may go on in another line, a text is parted as seldom as can be.
    if (this.#isOfLines) {
      const end = linesEnd(text, from, Math.ceil(charsMax * SHARE_OF_TURN));
      if (end !== undefined) return end;
    }
    return linesEnd(text, from, charsMax) ?? from + charsMax;
  }

  *#matches(piece: string): Generator<{ start: number; end: number }> {
    if (!this.#regex.test(piece)) return;
    const matcher = this.#regex.matcher(piece);
    for (let isThere = matcher.find(); isThere;) {
      const end = matcher.end();
      yield { start: matcher.start(), end };
      const newline = this.#isOfLines ? piece.indexOf("\n", end) : undefined;
      isThere = newline === undefined ? matcher.find() : newline >= 0 && matcher.find(newline + 1);
    }
  }
}

/** The end of as many whole lines as have at most so many characters; undefined when there is not one. */
function linesEnd(text: string, from: number, charsMax: number): number | undefined {
  if (text.length - from <= charsMax) return text.length;
  const newline = text.lastIndexOf("\n", from + charsMax - 1);
  return newline >= from ? newline + 1 : undefined;
}

/** What a string as it is is compiled to. Without regard to case it fits wherever the string's own folding does, and more. */
export function literalProgram(
  literal: string,
  { caseSensitive }: { caseSensitive: boolean },
): Program | undefined {
  return readProgram(compile(RE2JS.quote(literal), caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE));
}

/** Whether a text is a pattern of RE2. */
export function isRegex(pattern: string): boolean {
  try {
    compile(pattern, 0);
    return true;
  } catch (error) {
    if (error instanceof ToolError) return false;
    throw error;
  }
}

function compile(pattern: string, flags: number): RE2JS {
  const size = patternSize(pattern);
  if (size > COMPILED_SIZE_MAX) {
    throw new ToolError(
      "invalid_arguments",
      `Cannot try the regular expression: with its repetitions written out it has about ${size} steps, and at most ` +
        `${COMPILED_SIZE_MAX} are tried. Repeat less, or look for a part of it`,
    );
  }
  try {
    return RE2JS.compile(pattern, flags);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Our own flags stand before the caller's pattern.
    const reason = error.message.replace(/`\(\?i?m\)/, "`").slice(0, MESSAGE_CHARS_MAX);
    throw new ToolError(
      "invalid_arguments",
      `Cannot read the regular expression: ${reason}. The syntax is RE2's: it has no ` +
        'look-around and no back-references. For a string as it is, use mode "literal"',
    );
  }
}
