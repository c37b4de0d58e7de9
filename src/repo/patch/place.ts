/** Places one settled hunk in a file: by its old lines, or, when it has none, by what else fixes the place. */

import { type HunkLine, oldTexts } from "./hunk.ts";
import { SearchTooLong } from "./line_index.ts";
import { type Fit, type Haystack, locate, type LocateOptions, type Location } from "./locate.ts";
import { type HunkRef, hunkRefusal } from "./refusal.ts";

/** A place that was found, and how exactly. */
export interface Placed {
  /** 0-based line of the original. */
  readonly at: number;
  readonly fit: Fit;
}

/** Options of {@linkcode place}. */
export interface PlaceOptions extends LocateOptions {
  /** Where a hunk without old lines may go. */
  readonly insertAt: readonly number[];
  readonly ref: HunkRef;
}

/** Finds the place of a hunk. A hunk that only adds lines needs a place that is given, or an empty file. */
export function place(haystack: Haystack, lines: readonly HunkLine[], options: PlaceOptions): Location {
  const wanted = oldTexts(lines);
  if (wanted.length === 0) return placeInsertion(haystack, options);
  return bounded(options.ref, () => locate(haystack, wanted, options));
}

/** Runs a search; one that would take too long is a refusal. */
export function bounded<T>(ref: HunkRef, search: () => T): T {
  try {
    return search();
  } catch (error) {
    if (!(error instanceof SearchTooLong)) throw error;
    throw hunkRefusal(ref, "the search for its place takes too long; add lines that are rare in the file");
  }
}

/**
 * Whether the hunk says that it ends at the end of the file (`\ No newline at end of file`). The marker can
 * only stand behind the last line of a side.
 */
export function endsFile(lines: readonly HunkLine[], ref: HunkRef): boolean {
  const marked = lines.filter((line) => line.noNewline);
  const lastOld = lines.findLast((line) => line.op !== "+");
  const lastNew = lines.findLast((line) => line.op !== "-");
  if (marked.some((line) => line !== lastOld && line !== lastNew)) {
    throw hunkRefusal(ref, `"\\ No newline at end of file" does not stand behind its last line`);
  }
  if (marked.some((line) => line.op === " " && (line !== lastOld || line !== lastNew))) {
    throw hunkRefusal(ref, `"\\ No newline at end of file" stands behind a line that other lines follow`);
  }
  return marked.length > 0;
}

function placeInsertion(haystack: Haystack, { from, atEnd, insertAt, ref }: PlaceOptions): Location {
  const end = haystack.length;
  if (atEnd || end === 0) return { kind: "at", at: end, fit: "exact" };
  const places = [...new Set(insertAt)];
  if (places.length === 0) {
    throw hunkRefusal(
      ref,
      "it only adds lines and does not say where: add an unchanged line before or after them",
    );
  }
  if (places.length > 1) return { kind: "several", candidates: places };
  const at = places[0]!;
  if (at > end) {
    const message =
      `line ${at} should exist to add lines after it, found the end of the file after line ${end}`;
    throw hunkRefusal(ref, message, { expected: null, found: null, line: at });
  }
  return at < from ? { kind: "passed", at } : { kind: "at", at, fit: "exact" };
}
