/**
 * The patch engine: reads the patches that models write, and applies them to a file's text, or refuses.
 *
 * Pure: it reads and writes nothing. A patch that is not quite well-formed is mended where only one reading
 * is possible, and every mending is listed in `repaired`; where two are, it is refused.
 */

import { type Applied, type ApplyUnifiedOptions, applyUnifiedPatch } from "./patch/apply_unified.ts";
import { applyV4aChunks } from "./patch/apply_v4a.ts";
import { BOM, splitLines } from "./patch/lines.ts";
import { patchRefusal, type Target } from "./patch/refusal.ts";
import { parseUnified, type UnifiedPatch } from "./patch/unified.ts";
import { unwrap } from "./patch/unwrap.ts";
import { parseV4a, type V4aOperation, type V4aPatch, type V4aUpdate } from "./patch/v4a.ts";

export type { Applied, ApplyUnifiedOptions, Target, UnifiedPatch, V4aOperation, V4aPatch, V4aUpdate };

/** What a patch asks for, before any file has been read. */
export type ParsedPatch = UnifiedPatch | V4aPatch;

/** Repairs that one answer lists. */
const REPAIRED_MAX = 100;

/**
 * Reads a patch in either format.
 *
 * @throws {ToolError} `patch_failed`, without `sha256` in the details: no file is known yet.
 */
export function parsePatch(patch: string): ParsedPatch {
  const lines = splitLines(patch.startsWith(BOM) ? patch.slice(1) : patch);
  if (lines.every((line) => line.text.trim() === "")) {
    throw patchRefusal("Cannot read the patch: it is empty");
  }
  const unwrapped = unwrap(lines);
  const { format, repaired } = unwrapped;
  return limited(
    format === "v4a" ? parseV4a(unwrapped.lines, repaired) : parseUnified(unwrapped.lines, repaired),
  );
}

/**
 * Applies a unified diff to one file's text. `original` has its byte order mark and line endings; it is
 * empty for a file that the patch creates.
 *
 * @throws {ToolError} `patch_failed`, with `sha256` in the details.
 */
export function applyUnified(patch: UnifiedPatch, original: string, options: ApplyUnifiedOptions): Applied {
  return limited(applyUnifiedPatch(patch, original, options));
}

/**
 * Applies the chunks of one `*** Update File` to the file's text. Repairs of the patch as a whole are in
 * {@linkcode V4aPatch.repaired}, not here.
 *
 * @throws {ToolError} `patch_failed`, with `sha256` in the details.
 */
export function applyChunks(operation: V4aUpdate, original: string, target: Target): Applied {
  return limited(applyV4aChunks(operation, original, target));
}

function limited<T extends { readonly repaired: readonly string[] }>(result: T): T {
  const { repaired } = result;
  if (repaired.length <= REPAIRED_MAX) return result;
  const rest = `and ${repaired.length - REPAIRED_MAX} more repairs`;
  return { ...result, repaired: [...repaired.slice(0, REPAIRED_MAX), rest] };
}
