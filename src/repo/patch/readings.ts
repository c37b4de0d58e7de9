/** What the lines of a hunk may be, as far as its own prefixes and counts say. */

import { type BodyLine, type HunkLine, isDebris, type RawHunk } from "./hunk.ts";
import { type HunkRef, hunkRefusal } from "./refusal.ts";

/** One way to read a hunk: every line settled. */
export interface Reading {
  readonly lines: readonly HunkLine[];
  /** Lines without a prefix, in order; a part of `lines`. */
  readonly unprefixed: readonly HunkLine[];
  /** Lines after the hunk that are no part of it. */
  readonly ignored: readonly BodyLine[];
}

/** All readings that the counts allow, and one to fall back on when none of them fits. */
export interface Readings {
  readonly likely: readonly Reading[];
  readonly fallback: Reading | undefined;
}

/** Readings that are tried for one hunk. */
const READINGS_MAX = 64;

/** Lines of all readings of one hunk together, which bounds their memory. */
const READING_LINES_MAX = 1_000_000;

/**
 * Reads a hunk without looking at the file. Where the counts of the header agree with the lines, they
 * settle how many lines without a prefix are context and where the hunk ends; where they do not, a
 * line without a prefix is context or nothing.
 */
export function readHunk(raw: RawHunk, ref: HunkRef): Readings {
  const { core, tail } = splitTail(raw.body);
  const counted = countLines(raw, core, tail);
  if (counted === undefined) return { likely: [readWithoutCounts(core, tail)], fallback: undefined };
  const { lines, ignored, context } = counted;
  const likely = choices(lines, { context, ref }).map((isContext) => settle(lines, ignored, isContext));
  return { likely, fallback: lines.length > core.length ? readWithoutCounts(core, tail) : undefined };
}

/** The tail begins at the first line without a prefix after the last change; it may be prose. */
function splitTail(body: readonly BodyLine[]): { core: readonly BodyLine[]; tail: readonly BodyLine[] } {
  const lastChange = body.findLastIndex((line) => line.op === "+" || line.op === "-");
  const start = body.findIndex((line, at) => at > lastChange && line.op === "?");
  const end = start === -1 ? body.length : start;
  return { core: body.slice(0, end), tail: body.slice(end) };
}

/** How many lines of the tail belong to the hunk, and how many unprefixed lines are context, by the counts. */
function countLines(raw: RawHunk, core: readonly BodyLine[], tail: readonly BodyLine[]) {
  if (raw.range === undefined) return undefined;
  const used = raw.range.newLines - core.filter((line) => line.op !== "-").length;
  if (used < 0 || used > tail.length) return undefined;
  const lines = [...core, ...tail.slice(0, used)];
  const context = raw.range.oldLines - lines.filter((line) => line.op === " " || line.op === "-").length;
  const unprefixed = lines.filter((line) => line.op === "?").length;
  if (context < 0 || context > unprefixed) return undefined;
  return { lines, context, ignored: tail.slice(used) };
}

/** Every way to make exactly `context` of the unprefixed lines context and the others added. */
function choices(
  lines: readonly BodyLine[],
  { context, ref }: { context: number; ref: HunkRef },
): boolean[][] {
  const unprefixed = lines.filter((line) => line.op === "?").length;
  if (context === 0 || context === unprefixed) return [new Array<boolean>(unprefixed).fill(context > 0)];
  let partial: boolean[][] = [[]];
  for (let left = unprefixed; left > 0; left--) {
    partial = partial.flatMap((chosen) => {
      const missing = context - chosen.filter(Boolean).length;
      return [
        ...(missing > 0 ? [[...chosen, true]] : []),
        ...(missing < left ? [[...chosen, false]] : []),
      ];
    });
    if (partial.length > READINGS_MAX || partial.length * lines.length > READING_LINES_MAX) {
      throw hunkRefusal(ref, `too many of its lines have no prefix: start each with " ", "+" or "-"`);
    }
  }
  return partial;
}

function settle(lines: readonly BodyLine[], ignored: readonly BodyLine[], isContext: boolean[]): Reading {
  const unprefixed: HunkLine[] = [];
  const settled = lines.map((line): HunkLine => {
    if (line.op !== "?") return { ...line, op: line.op };
    const read: HunkLine = { ...line, op: isContext[unprefixed.length] ? " " : "+" };
    unprefixed.push(read);
    return read;
  });
  return { lines: settled, unprefixed, ignored };
}

function readWithoutCounts(core: readonly BodyLine[], tail: readonly BodyLine[]): Reading {
  const end = tail.findLastIndex((line) => !isDebris(line)) + 1;
  const lines = [...core, ...tail.slice(0, end)];
  return settle(lines, tail.slice(end), lines.map(() => true));
}
