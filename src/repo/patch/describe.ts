/** Says what was read into a hunk, beyond what it says itself. */

import { oldTexts, type RawHunk, statedLine } from "./hunk.ts";
import type { Placed } from "./place.ts";
import type { Reading } from "./readings.ts";
import { quote } from "./refusal.ts";
import { noise } from "./unwrap.ts";

/** A reading of a hunk, and its place. */
export type Choice = { readonly reading: Reading } & Placed;

/** Unprefixed lines up to this number are named one by one. */
const NAMED_LINES_MAX = 3;

/** The repairs of one hunk; none when it stands as it was written. */
export function describeRepairs(raw: RawHunk, { reading, at, fit }: Choice, label: string): string[] {
  const repaired: string[] = [];
  for (const [op, kind] of [["+", "an added line"], [" ", "a context line"]] as const) {
    const lines = reading.unprefixed.filter((line) => line.op === op);
    if (lines.length > NAMED_LINES_MAX) {
      repaired.push(`read ${lines.length} lines without a prefix in ${label}, each as ${kind}`);
    } else repaired.push(...lines.map((line) => `read ${quote(line.text)} in ${label} as ${kind}`));
  }
  repaired.push(...noise(reading.ignored, `after ${label}`));
  const oldLines = oldTexts(reading.lines).length;
  const newLines = reading.lines.filter((line) => line.op !== "-").length;
  const { range } = raw;
  if (range === undefined) repaired.push(`found ${label}, which has no line numbers, at line ${at + 1}`);
  else {
    if (range.oldLines !== oldLines || range.newLines !== newLines) {
      const stated = `${range.oldLines},${range.newLines}`;
      repaired.push(`corrected the line counts of ${label} from ${stated} to ${oldLines},${newLines}`);
    }
    if (at !== statedLine(raw)) {
      repaired.push(
        `moved ${label} from line ${range.oldStart} to line ${at + (range.oldLines === 0 ? 0 : 1)}`,
      );
    }
  }
  if (fit === "trimmed") repaired.push(`matched ${label} without regard to whitespace at line ends`);
  return repaired;
}
