/** The parts of a patch: lines as they were written, lines whose meaning is settled, hunks of both. */

import type { Eol } from "./lines.ts";

/** What a settled line does: stays, is added, is removed. */
export type Op = " " | "+" | "-";

/** A line of a hunk as it was written; `?` is a line without a prefix, empty lines among them. */
export interface BodyLine {
  readonly op: Op | "?";
  readonly text: string;
  readonly eol: Eol;
  /** Followed by `\ No newline at end of file`. */
  readonly noNewline: boolean;
}

/** A line of a hunk whose meaning is settled. */
export interface HunkLine extends BodyLine {
  readonly op: Op;
}

/** The numbers of `@@ -oldStart,oldLines +newStart,newLines @@`. */
export interface HunkRange {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newLines: number;
}

/** One hunk of a unified diff, before the counts or the file have settled what its lines are. */
export interface RawHunk {
  /** Missing when the header has no numbers. */
  readonly range: HunkRange | undefined;
  readonly body: readonly BodyLine[];
}

/** A hunk with its place: `at` is the 0-based line of the original where its old lines begin. */
export interface PlacedHunk {
  /** What messages call it: `hunk 2`. */
  readonly label: string;
  readonly at: number;
  readonly lines: readonly HunkLine[];
}

/** The lines that the original must have. */
export function oldTexts(lines: readonly BodyLine[]): string[] {
  return lines.filter((line) => line.op !== "+").map((line) => line.text);
}

/** An empty line, quotes or a fence: what remains of a wrapper more often than it is a line of a file. */
export function isDebris(line: BodyLine): boolean {
  return /^["'`~]*$/.test(line.text.trim());
}

/** Reads one body line. */
export function readBodyLine(line: { readonly text: string; readonly eol: Eol }): BodyLine {
  const first = line.text[0];
  if (first === " " || first === "+" || first === "-") {
    return { op: first, text: line.text.slice(1), eol: line.eol, noNewline: false };
  }
  return { op: "?", text: line.text, eol: line.eol, noNewline: false };
}

/** The 0-based line that the header states. With no old lines it names the line before. */
export function statedLine({ range }: RawHunk): number {
  if (range === undefined) return 0;
  return range.oldLines === 0 ? range.oldStart : Math.max(0, range.oldStart - 1);
}
