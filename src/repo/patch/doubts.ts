/** Where a hunk can be read in two ways, and neither the counts nor the file decide: it is refused. */

import { type BodyLine, isDebris } from "./hunk.ts";
import type { Location } from "./locate.ts";
import type { Reading } from "./readings.ts";
import { excerpt, type HunkRef, hunkRefusal, quote } from "./refusal.ts";

/** What a reading is held against. */
export interface Evidence {
  /** The file's lines without whitespace at their ends. */
  readonly texts: readonly string[];
  /** 0-based line where the hunk stands. */
  readonly at: number;
  readonly ref: HunkRef;
}

/** Refuses a reading that has a rival, although it fits in its place. */
export function refuseDoubts(reading: Reading, evidence: Evidence): void {
  if (reading.unprefixed.length === 0 && reading.ignored.length === 0) return;
  refuseDebris(reading, evidence.ref);
  refuseRival(reading, evidence);
}

/**
 * Refuses a reading that adds, on the word of the counts alone, what may be the end of a wrapper: an empty
 * line, quotes or a fence among the lines without a prefix that end the hunk.
 */
function refuseDebris({ lines, unprefixed }: Reading, ref: HunkRef): void {
  const bare = new Set(unprefixed);
  const end = lines.slice(lines.findLastIndex((line) => !bare.has(line)) + 1);
  const debris = end.find((line) => line.op === "+" && isDebris(line));
  if (debris === undefined) return;
  throw hunkRefusal(
    ref,
    `its counts ask for more lines, and ${quote(debris.text)} at its end may be one of them or not: ` +
      `start the line with "+", or correct the counts`,
    { expected: null, found: excerpt(debris.text) },
  );
}

/** Readings that lead to the same text in the same place are one. */
export function distinct<T extends { reading: Reading; location: Location }>(tried: T[]): T[] {
  if (tried.length < 2) return tried;
  const byResult = new Map<string, T>();
  for (const option of tried) {
    const result = option.reading.lines.filter((line) => line.op !== "-").map((line) => line.text);
    byResult.set(JSON.stringify([option.location, result]), option);
  }
  return [...byResult.values()];
}

/**
 * The counts made a line an added one, or ended the hunk in front of it. Where the file says otherwise, the
 * counts may be off by one, and nothing is settled: it has that very line in that place, or it goes on with
 * the context that stands behind the line that was to be ignored.
 */
function refuseRival(reading: Reading, { texts, at, ref }: Evidence): void {
  const added = new Set(reading.unprefixed.filter((line) => line.op === "+"));
  let next = at;
  for (const line of reading.lines) {
    if (line.op !== "+") next++;
    if (!added.has(line)) continue;
    const text = line.text.trimEnd();
    const same = texts[next] === text ? next : next === at && texts[at - 1] === text ? at - 1 : undefined;
    if (same !== undefined) throw severalReadings(line, ref, same + 1);
  }
  const goesOn = reading.ignored.some((line) => line.op === " " && line.text.trimEnd() === texts[next]);
  if (goesOn) throw severalReadings(reading.ignored[0]!, ref, next + 1);
}

/** The refusal of a hunk whose line `text` has no prefix and may be one thing or the other. */
export function severalReadings({ text }: BodyLine, ref: HunkRef, line?: number) {
  return hunkRefusal(
    ref,
    `its line ${quote(text)} has no prefix and may be an added line or a line that the file already has: ` +
      `start it with "+" or " "`,
    { expected: excerpt(text), found: excerpt(text), ...(line === undefined ? {} : { line }) },
  );
}
