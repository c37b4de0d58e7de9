/** Applies a unified diff to one file: settles what each hunk says and where it stands, in order. */

import { type Choice, describeRepairs } from "./describe.ts";
import { distinct, refuseDoubts, severalReadings } from "./doubts.ts";
import { checkNames, createsFile } from "./headers.ts";
import { oldTexts, type PlacedHunk, type RawHunk, statedLine } from "./hunk.ts";
import { type FileText, readFileText } from "./lines.ts";
import { Haystack, type Location } from "./locate.ts";
import { misplaced } from "./misplaced.ts";
import { endsFile, place } from "./place.ts";
import { readHunk, type Reading } from "./readings.ts";
import { excerpt, type HunkRef, patchRefusal, plural, quote, type Target } from "./refusal.ts";
import { render } from "./render.ts";
import type { UnifiedPatch } from "./unified.ts";

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
    repaired.push(...describeRepairs(raw, { reading, at, fit }, ref.label));
    placed.push({ label: ref.label, at, lines: reading.lines });
    const drift = raw.range === undefined ? cursor.drift : at - statedLine(raw);
    cursor = { from: at + oldTexts(reading.lines).length, drift };
  }
  const text = render(file, placed, repaired);
  return { text, hunks: placed.length, repaired };
}

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
    const last = locateReading(fallback);
    if (last.location.kind !== "nowhere") tried = [last];
  }
  const fitting = distinct(tried.filter(({ location: { kind } }) => kind === "at" || kind === "several"));
  const [choice = tried[0]!] = fitting;
  if (fitting.length > 1) throw severalReadings(choice.reading.unprefixed[0]!, ref);
  const { reading, location } = choice;
  if (location.kind !== "at") throw misplaced(location, reading.lines, { haystack, near: preferred[0], ref });
  refuseDoubts(reading, { texts: haystack.trimmed.texts, at: location.at, ref });
  return { reading, at: location.at, fit: location.fit };
}

function alreadyThere(file: FileText, target: Target) {
  const found = excerpt(file.lines[0]!.text);
  return patchRefusal(
    `Cannot create ${quote(target.path)}: the file exists and has ${plural(file.lines.length, "line")}; ` +
      `send a patch against its contents`,
    { path: target.path, hunk: 1, expected: null, found, line: 1, sha256: target.sha256 },
  );
}
