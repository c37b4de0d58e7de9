/** Parses a unified diff into headers and hunks. What a line without a prefix means is settled later. */

import { type FileNames, readFileHeaders } from "./headers.ts";
import { type BodyLine, type HunkRange, isDebris, type RawHunk, readBodyLine } from "./hunk.ts";
import { BOM, type Line } from "./lines.ts";
import { patchRefusal } from "./refusal.ts";
import { noise } from "./unwrap.ts";

/** A unified diff for one file, before the file has been read. */
export interface UnifiedPatch {
  readonly format: "unified";
  /** The one file that the headers name, without `a/` and `b/`, if they agree. */
  readonly path?: string;
  readonly names: FileNames;
  readonly hunks: readonly RawHunk[];
  /** Some line of the patch begins with a byte order mark. */
  readonly namesBom: boolean;
  readonly repaired: readonly string[];
}

/** The lines of one file's part of a diff. */
interface Section {
  readonly headers: string[];
  readonly hunks: RawHunk[];
}

const RANGE = /^@@+\s{0,8}-(\d{1,9})(?:,(\d{1,9}))?\s{1,8}\+(\d{1,9})(?:,(\d{1,9}))?\s{0,8}@@/;

/** Reads the lines of a unified diff, or refuses what cannot be applied to one text file. */
export function parseUnified(lines: readonly Line[], unwrapped: readonly string[]): UnifiedPatch {
  const repaired = [...unwrapped];
  const sections = splitSections(lines, repaired);
  const [section] = sections;
  if (section === undefined || sections.length > 1) {
    throw patchRefusal(
      `Cannot apply a unified diff with ${sections.length} file headers: put all hunks of one file under one header, ` +
        `and send changes to several files in the format that begins with "*** Begin Patch"`,
      { files: sections.length },
    );
  }
  const { names, path } = readFileHeaders(section.headers, repaired);
  if (section.hunks.length === 0) {
    throw patchRefusal(`Cannot apply the patch: it has headers but no hunk ("@@ -1,2 +1,3 @@" and lines)`);
  }
  const empty = section.hunks.findIndex((hunk) =>
    hunk.body.every((line) => line.op === "?" && isDebris(line))
  );
  if (empty !== -1) {
    throw patchRefusal(`Cannot apply hunk ${empty + 1}: it has no lines`, { hunk: empty + 1 });
  }
  return {
    format: "unified",
    ...(path === undefined ? {} : { path }),
    names,
    hunks: section.hunks,
    namesBom: section.hunks.some((hunk) => hunk.body.some((line) => line.text.startsWith(BOM))),
    repaired,
  };
}

function splitSections(lines: readonly Line[], repaired: string[]): Section[] {
  const sections: Section[] = [];
  let at = 0;
  while (at < lines.length) {
    const start = at;
    at = endOfHeaders(lines, start);
    const above = lines.slice(start, at);
    const headers = above.map((line) => line.text).filter(isHeaderLine);
    const section: Section = { headers, hunks: [] };
    repaired.push(...noise(above.filter((line) => !isHeaderLine(line.text)), "between the headers"));
    while (at < lines.length && lines[at]!.text.startsWith("@@")) {
      const { hunk, next } = readRawHunk(lines, at);
      section.hunks.push(hunk);
      at = next;
    }
    sections.push(section);
  }
  return sections;
}

/** The headers end at the first hunk, or where the headers of another file begin. */
function endOfHeaders(lines: readonly Line[], start: number): number {
  const seen = new Set<string>();
  for (let at = start; at < lines.length; at++) {
    const text = lines[at]!.text;
    if (text.startsWith("@@")) return at;
    const kind = /^(diff --git|diff --cc|---|\+\+\+|Index:) /.exec(text)?.[1];
    if (kind === undefined) continue;
    if (seen.has(kind) || (kind === "diff --git" && seen.has("+++"))) return at;
    seen.add(kind);
  }
  return lines.length;
}

function isHeaderLine(text: string): boolean {
  return /^(--- |\+\+\+ |diff --git |diff --cc |Index: |={67}|index [0-9a-f]|old mode |new mode |new file mode )/
    .test(text) ||
    /^(deleted file mode |similarity index |dissimilarity index |rename from |rename to |copy from )/.test(
      text,
    ) ||
    /^(copy to |GIT binary patch|Binary files )/.test(text);
}

function readRawHunk(lines: readonly Line[], start: number): { hunk: RawHunk; next: number } {
  const header = lines[start]!.text;
  if (header.startsWith("@@@")) {
    throw patchRefusal(
      `Cannot apply the combined diff of a merge: send a diff against the file as it is now`,
    );
  }
  const range = readRange(header);
  const left = { old: range?.oldLines ?? 0, new: range?.newLines ?? 0 };
  const body: BodyLine[] = [];
  let at = start + 1;
  for (; at < lines.length; at++) {
    const line = lines[at]!;
    if (line.text.startsWith("@@")) break;
    if (startsSection(lines, at) && !(left.old === 1 && left.new === 1 && line.text.startsWith("--- "))) {
      break;
    }
    if (/^\\ /.test(line.text) && markNoNewline(body, line)) continue;
    const read = readBodyLine(line);
    body.push(read);
    if (read.op !== "+") left.old--;
    if (read.op !== "-") left.new--;
  }
  return { hunk: { range, body }, next: at };
}

function readRange(header: string): HunkRange | undefined {
  const numbers = RANGE.exec(header);
  if (numbers === null) return undefined;
  const [, oldStart, oldLines = "1", , newLines = "1"] = numbers;
  return { oldStart: Number(oldStart), oldLines: Number(oldLines), newLines: Number(newLines) };
}

/**
 * Whether the headers of another file begin here. `--- x` may also remove the line `-- x`: only in front
 * of `+++ y` and `@@` is it a header, unless the counts still want exactly those two lines.
 */
function startsSection(lines: readonly Line[], at: number): boolean {
  const text = lines[at]!.text;
  if (/^(diff --git |diff --cc |GIT binary patch|={67}$)/.test(text)) return true;
  const next = lines[at + 1]?.text ?? "";
  if (text.startsWith("Index: ")) return next.startsWith("=====");
  return text.startsWith("--- ") && next.startsWith("+++ ") && (lines[at + 2]?.text ?? "").startsWith("@@");
}

/** Marks the last line as the file's last, without a newline. Git ends the marker itself with LF. */
function markNoNewline(body: BodyLine[], marker: Line): boolean {
  const last = body.at(-1);
  if (last === undefined) return false;
  const text = last.eol === "\r\n" && marker.eol === "\n" ? `${last.text}\r` : last.text;
  body[body.length - 1] = { ...last, text, eol: "", noNewline: true };
  return true;
}
