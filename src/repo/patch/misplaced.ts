/** Says why a hunk has no place, so that a model can mend it: what was expected, and what stands there. */

import { type HunkLine, oldTexts } from "./hunk.ts";
import type { Haystack, Location } from "./locate.ts";
import { excerpt, type HunkRef, hunkRefusal, plural, quote } from "./refusal.ts";

/** What the search knew. */
export interface MisplacedOptions {
  readonly haystack: Haystack;
  /** The 0-based line that the hunk states, if it does. */
  readonly near: number | undefined;
  readonly ref: HunkRef;
  /** Lines above do not belong to the hunk. @default 0 */
  readonly from?: number;
}

/** The refusal for a location that is not one place. */
export function misplaced(location: Location, lines: readonly HunkLine[], options: MisplacedOptions): Error {
  const { haystack, ref } = options;
  const expected = excerpt(oldTexts(lines)[0] ?? "");
  const at = (line: number) => ({ expected, found: foundAt(haystack, line), line: line + 1 });
  switch (location.kind) {
    case "several": {
      const candidates = location.candidates.map((line) => line + 1);
      const message = `it fits equally well at lines ${
        candidates.join(", ")
      }: add lines around it that tell them apart`;
      return hunkRefusal(ref, message, { ...at(location.candidates[0]!), candidates });
    }
    case "passed": {
      const message = `it fits only at line ${location.at + 1}, which is not after the preceding hunk: ` +
        `send the hunks in the order of the file, and join those that overlap`;
      return hunkRefusal(ref, message, at(location.at));
    }
    case "nowhere":
      return nearMiss(lines, options);
    case "at":
      throw new Error("A hunk that has a place is not misplaced");
    default:
      return location satisfies never;
  }
}

/** Compares the hunk with the place where most of its lines stand. */
function nearMiss(lines: readonly HunkLine[], { haystack, near, ref, from = 0 }: MisplacedOptions): Error {
  const wanted = haystack.trimmed.normalized(oldTexts(lines));
  const { texts, index } = haystack.trimmed;
  const start = index.nearest(wanted, near ?? from) ?? Math.min(near ?? from, haystack.length);
  const differing = wanted.findIndex((text, offset) => texts[start + offset] !== text);
  if (differing === -1) return notAtEnd(start + wanted.length, { haystack, ref });
  const oldLine = lines.filter((line) => line.op !== "+")[differing];
  const expected = oldLine?.text ?? "";
  const line = start + differing;
  const found = foundAt(haystack, line);
  const matching = wanted.filter((text, offset) => texts[start + offset] === text).length;
  const message = `line ${line + 1} should be ${quote(expected)}, found ` +
    `${found === null ? "the end of the file" : quote(found)} ` +
    `(the nearest match: ${matching} of ${
      plural(wanted.length, "line")
    }); read the file and send its current lines`;
  return hunkRefusal(ref, message, { expected: excerpt(expected), found, line: line + 1 });
}

function notAtEnd(line: number, { haystack, ref }: { haystack: Haystack; ref: HunkRef }): Error {
  const found = foundAt(haystack, line);
  const message = `it should end at the end of the file, found line ${line + 1} ${
    quote(found ?? "")
  } after it`;
  return hunkRefusal(ref, message, { expected: null, found, line: line + 1 });
}

/** What stands at a 0-based line; null past the end. */
function foundAt(haystack: Haystack, line: number): string | null {
  const text = haystack.exact.texts[line];
  return text === undefined ? null : excerpt(text);
}
