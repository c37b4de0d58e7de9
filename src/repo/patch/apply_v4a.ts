/** Applies the chunks of one `*** Update File` to the file's text. */

import type { Applied } from "./apply_unified.ts";
import { type HunkLine, oldTexts, type PlacedHunk } from "./hunk.ts";
import { BOM, readFileText } from "./lines.ts";
import { Haystack } from "./locate.ts";
import { misplaced } from "./misplaced.ts";
import { bounded, place } from "./place.ts";
import { type HunkRef, hunkRefusal, quote, type Target } from "./refusal.ts";
import { render } from "./render.ts";
import type { V4aUpdate } from "./v4a.ts";
import type { V4aChunk } from "./v4a_chunks.ts";

/** Anchors with the same text that are looked at. */
const ANCHORS_MAX = 1_000;

/** Applies `operation` to `original`, the decoded text with its byte order mark and line endings. */
export function applyV4aChunks(operation: V4aUpdate, original: string, { path, sha256 }: Target): Applied {
  const { chunks } = operation;
  const keepBom = chunks.some((chunk) => chunk.body.some((line) => line.text.startsWith(BOM)));
  const file = readFileText(original, { keepBom });
  const haystack = new Haystack(file.lines);
  const repaired: string[] = [];
  const placed: PlacedHunk[] = [];
  let from = 0;
  for (const [index, chunk] of chunks.entries()) {
    const label = `chunk ${index + 1} of ${quote(path)}`;
    const ref: HunkRef = { label, hunk: index + 1, target: { path, sha256 } };
    const lines = settle(chunk, label, repaired);
    const at = placeChunk(chunk, lines, { haystack, from, ref, repaired });
    placed.push({ label, at, lines });
    from = at + oldTexts(lines).length;
  }
  return { text: render(file, placed, repaired), hunks: placed.length, repaired };
}

/** Without counts, a line without a prefix can only be context that the file confirms. */
function settle(chunk: V4aChunk, label: string, repaired: string[]): HunkLine[] {
  return chunk.body.map((line): HunkLine => {
    if (line.op !== "?") return { ...line, op: line.op };
    repaired.push(`read ${quote(line.text)} in ${label} as a context line`);
    return { ...line, op: " " };
  });
}

interface PlaceChunkOptions {
  readonly haystack: Haystack;
  readonly from: number;
  readonly ref: HunkRef;
  readonly repaired: string[];
}

function placeChunk(chunk: V4aChunk, lines: readonly HunkLine[], options: PlaceChunkOptions): number {
  const { haystack, ref, repaired } = options;
  const { from, preferred } = followAnchors(chunk.anchors, options);
  const location = place(haystack, lines, { from, atEnd: chunk.endsFile, preferred, insertAt: [], ref });
  if (location.kind !== "at") {
    throw misplaced(location, lines, {
      haystack,
      near: chunk.anchors.length > 0 ? from : undefined,
      ref,
      from,
    });
  }
  if (location.fit === "trimmed") {
    repaired.push(`matched ${ref.label} without regard to whitespace at line ends`);
  }
  return location.at;
}

/**
 * Each anchor narrows the search to what begins at it. The place right below the last anchor (or at it, for
 * models that repeat the anchor as context) is what it means, if only one line is that anchor. A first
 * anchor above an earlier chunk may mean that one again, and says nothing about the lines further down.
 */
function followAnchors(
  anchors: readonly string[],
  { haystack, from: start, ref, repaired }: PlaceChunkOptions,
) {
  let from = start;
  let preferred: number[] = [];
  for (const [depth, anchor] of anchors.entries()) {
    const search = { from: depth === 0 ? 0 : from, max: depth < anchors.length - 1 ? 1 : ANCHORS_MAX };
    const { found, stripped } = bounded(ref, () => findAnchor(haystack, anchor, search));
    if (found[0] === undefined) {
      const message = `no line is its anchor ${quote(anchor)}: read the file and use a line that is there`;
      throw hunkRefusal(ref, message, { expected: anchor, found: null, line: from + 1 });
    }
    if (stripped) {
      repaired.push(`matched the anchor ${quote(anchor)} of ${ref.label} without regard to indentation`);
    }
    const ahead = found[0] >= start;
    from = Math.max(from, found[0]);
    preferred = ahead ? found.flatMap((at) => [at, at + 1]) : [];
  }
  return { from, preferred };
}

function findAnchor(haystack: Haystack, anchor: string, search: { from: number; max: number }) {
  const found = haystack.exact.index.find([anchor], search);
  if (found.length > 0) return { found, stripped: false };
  return { found: haystack.stripped.index.find([anchor.trim()], search), stripped: true };
}
