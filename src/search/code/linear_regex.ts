/** Regular expressions in linear time, and in bounded steps: RE2's algorithm, and no more text at once than a size allows. */
import { RE2JS } from "re2js";
import { ToolError } from "../../core/errors.ts";
import type { Finding } from "./finding.ts";

/**
 * Instructions of a compiled pattern × characters that are tried in one go. The worst patterns take 9 ns for each
 * (`x*` three thousand times: 6,000 instructions), so that nothing else waits for much longer than 100 ms.
 */
const STEPS_MAX = 10_000_000;

/** Characters of a message about a pattern. */
const MESSAGE_CHARS_MAX = 200;

/** A pattern, ready to be looked for. `^` and `$` are a line's; `.` is no newline. */
export class LinearRegex {
  readonly #regex: RE2JS;
  readonly #charsMax: number;

  /** @throws {ToolError} `invalid_arguments` for what is no pattern of RE2. */
  constructor(pattern: string, { caseSensitive }: { caseSensitive: boolean }) {
    this.#regex = compile(pattern, RE2JS.MULTILINE | (caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE));
    this.#charsMax = Math.max(1, Math.floor(STEPS_MAX / Math.max(1, this.#regex.programSize())));
  }

  /**
   * What is found in a text, in order. Empty matches count where they begin.
   *
   * @param after Pieces that lie before it were tried already, when the time was over.
   */
  *find(text: string, after = 0): Generator<Finding> {
    let from = 0;
    while (from < text.length) {
      const to = this.#pieceEnd(text, from);
      const isLast = to >= text.length;
      const wasTried = to <= after && !isLast;
      const piece = wasTried ? "" : from === 0 && isLast ? text : text.slice(from, to);
      if (!wasTried && this.#regex.test(piece)) yield* this.#matches(piece, from);
      if (isLast) return;
      const isCut = text[to - 1] !== "\n";
      const newline = isCut ? text.indexOf("\n", to) : to - 1;
      from = newline < 0 ? text.length : newline + 1;
      if (!wasTried) yield { kind: "pause", doneTo: from, isCut };
    }
  }

  *#matches(piece: string, from: number): Generator<Finding> {
    const matcher = this.#regex.matcher(piece);
    while (matcher.find()) yield { kind: "match", start: from + matcher.start(), end: from + matcher.end() };
  }

  /** As many whole lines as may be tried at once; of a longer line its beginning. */
  #pieceEnd(text: string, from: number): number {
    if (text.length - from <= this.#charsMax) return text.length;
    const newline = text.lastIndexOf("\n", from + this.#charsMax - 1);
    return newline >= from ? newline + 1 : from + this.#charsMax;
  }
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
