/** Applies a unified diff to one file: settles what each hunk says and where it stands, in order. */

import { checkNames, createsFile } from "./headers.ts";
import { oldTexts, type PlacedHunk, type RawHunk } from "./hunk.ts";
import { standsAt } from "./line_index.ts";
import { type FileText, readFileText } from "./lines.ts";
import { Haystack, type Location } from "./locate.ts";
import { misplaced } from "./misplaced.ts";
import { endsFile, place, type Placed } from "./place.ts";
import { asContext, readHunk, type Reading } from "./readings.ts";
import { excerpt, type HunkRef, hunkRefusal, patchRefusal, plural, quote, type Target } from "./refusal.ts";
import { render } from "./render.ts";
import type { UnifiedPatch } from "./unified.ts";
import { noise } from "./unwrap.ts";

/** What is known about the file beside its text. */
export interface ApplyUnifiedOptions extends Target {
  /** Whether a path, relative to the root, names a file. */
  readonly fileExists: (path: string) => boolean;
}

/** The new text, and what had to be mended to get there. */
export interface Applied {
  readonly text: string;
  readonly hunks: number;
  readonly repaired: readonly string[];
}

/** Where the hunks before left off. */
interface Cursor {
  readonly from: number;
  /** How far the hunk before stood from the line that its header states. */
  readonly drift: number;
}

/** Applies `patch` to `original`, the decoded text with its byte order mark and line endings. */
export function applyUnifiedPatch(
  patch: UnifiedPatch,
  original: string,
  options: ApplyUnifiedOptions,
): Applied {
  const { fileExists, ...target } = options;
  const file = readFileText(original, { keepBom: patch.namesBom });
  const repaired = [...patch.repaired, ...checkNames(patch.names, target, fileExists)];
  if (createsFile(patch.names) && file.lines.length > 0) throw alreadyThere(file, target);
  const haystack = new Haystack(file.lines);
  const placed: PlacedHunk[] = [];
  let cursor: Cursor = { from: 0, drift: 0 };
  for (const [index, raw] of patch.hunks.entries()) {
    const ref: HunkRef = { label: `hunk ${index + 1}`, hunk: index + 1, target };
    const { reading, at, fit } = chooseReading(raw, { haystack, cursor, ref });
    repaired.push(...describe(raw, { reading, at, fit }, ref));
    placed.push({ label: ref.label, at, lines: reading.lines });
    const drift = raw.range === undefined ? cursor.drift : at - statedLine(raw);
    cursor = { from: at + oldTexts(reading.lines).length, drift };
  }
  const text = render(file, placed, repaired);
  return { text, hunks: placed.length, repaired };
}

/** The 0-based line that the header states. With no old lines it names the line before. */
function statedLine({ range }: RawHunk): number {
  if (range === undefined) return 0;
  return range.oldLines === 0 ? range.oldStart : Math.max(0, range.oldStart - 1);
}

type Choice = { readonly reading: Reading } & Placed;

/** The one reading of the hunk that stands in exactly one place; refuses when there is none, or a rival. */
function chooseReading(
  raw: RawHunk,
  { haystack, cursor, ref }: { haystack: Haystack; cursor: Cursor; ref: HunkRef },
): Choice {
  const { likely, fallback } = readHunk(raw, ref);
  const preferred = raw.range === undefined ? [] : [statedLine(raw), statedLine(raw) + cursor.drift];
  const insertAt = raw.range?.oldLines === 0 ? preferred : [];
  const locateReading = (reading: Reading): { reading: Reading; location: Location } => {
    const atEnd = endsFile(reading.lines, ref);
    return {
      reading,
      location: place(haystack, reading.lines, { from: cursor.from, atEnd, preferred, insertAt, ref }),
    };
  };
  let tried = likely.map(locateReading);
  if (fallback !== undefined && tried.every(({ location }) => location.kind === "nowhere")) {
    tried = [locateReading(fallback)];
  }
  const fitting = distinct(
    tried.filter(({ location }) => location.kind === "at" || location.kind === "several"),
  );
  const [choice = tried[0]!] = fitting;
  if (fitting.length > 1) throw severalReadings(choice.reading, ref);
  const { reading, location } = choice;
  if (location.kind !== "at") throw misplaced(location, reading.lines, { haystack, near: preferred[0], ref });
  refuseRival(reading, { haystack, at: location.at, ref });
  return { reading, at: location.at, fit: location.fit };
}

/** Readings that lead to the same text in the same place are one. */
function distinct<T extends { reading: Reading; location: Location }>(tried: T[]): T[] {
  if (tried.length < 2) return tried;
  const byResult = new Map<string, T>();
  for (const option of tried) {
    const result = option.reading.lines.filter((line) => line.op !== "-").map((line) => line.text);
    byResult.set(JSON.stringify([option.location, result]), option);
  }
  return [...byResult.values()];
}

/** The counts made a line an added one; when the file has that very line there, it may be context. */
function refuseRival(
  reading: Reading,
  { haystack, at, ref }: { haystack: Haystack; at: number; ref: HunkRef },
): void {
  const added = reading.unprefixed.filter((line) => line.op === "+");
  if (added.length === 0) return;
  const lines = asContext(reading);
  const rival = haystack.trimmed.normalized(oldTexts(lines));
  const offset = oldTexts(lines.slice(0, reading.lines.indexOf(added[0]!))).length;
  for (let start = Math.max(0, at - added.length); start <= at; start++) {
    if (standsAt(haystack.trimmed.texts, rival, start)) {
      throw severalReadings(reading, ref, start + offset + 1);
    }
  }
}

function severalReadings(reading: Reading, ref: HunkRef, line?: number) {
  const { text } = reading.unprefixed.find((unprefixed) => unprefixed.op === "+") ?? reading.unprefixed[0]!;
  return hunkRefusal(
    ref,
    `its line ${quote(text)} has no prefix and may be an added line or a line that the file already has: ` +
      `start it with "+" or " "`,
    { expected: excerpt(text), found: excerpt(text), ...(line === undefined ? {} : { line }) },
  );
}

function alreadyThere(file: FileText, target: Target) {
  const found = excerpt(file.lines[0]!.text);
  return patchRefusal(
    `Cannot create ${quote(target.path)}: the file exists and has ${plural(file.lines.length, "line")}; ` +
      `send a patch against its contents`,
    { path: target.path, hunk: 1, expected: null, found, line: 1, sha256: target.sha256 },
  );
}

/** Unprefixed lines up to this number are named one by one. */
const NAMED_LINES_MAX = 3;

/** Says what was read into the hunk, beyond what it says itself. */
function describe(raw: RawHunk, { reading, at, fit }: Choice, { label }: HunkRef): string[] {
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
