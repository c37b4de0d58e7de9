/** What the journal is told before files change: what stands there, and what will. */
import { ToolError } from "../../core/errors.ts";
import type { FileChange } from "../change_set.ts";
import { sha256Hex } from "../digest.ts";
import type { RepoPath } from "../root.ts";
import { readSnapshot, type Snapshot } from "../snapshot.ts";
import type { ChangeDraft, Draft } from "./journal.ts";
import { type Image, MODE_BITS } from "./record.ts";

/** Of a change of contents, which has read what stands there. */
export function contentsDraft(change: FileChange): Draft {
  const { at, before } = change;
  return {
    path: at.realPath,
    before: before === undefined ? null : imageOf(before),
    after: change.kind === "put" ? sha256Hex(change.bytes) : null,
    ...(before !== undefined && { bytes: before.bytes }),
  };
}

/** Of the removal of a file or a link. */
export async function removeDraft(at: RepoPath, sha256: string): Promise<ChangeDraft> {
  const kept = await keptOf(at, sha256);
  return {
    files: [{ path: at.realPath, after: null, ...kept.file }],
    ...(kept.final !== undefined && { final: kept.final }),
  };
}

/** Of a move, which may replace what stands at the new name. The moved file itself is at its new name afterwards. */
export async function moveDraft(
  { source, target, sha256, undoes }: {
    source: RepoPath;
    target: RepoPath;
    sha256: string;
    undoes: string | undefined;
  },
): Promise<ChangeDraft> {
  if (target.info === undefined) {
    const image = { sha256, mode: modeOf(source), size: source.info?.size ?? 0 };
    const files = [
      { path: source.realPath, before: image, after: null },
      { path: target.realPath, before: null, after: sha256 },
    ];
    return { files, moved: true, undoes };
  }
  const [moved, replaced] = await Promise.all([keptOf(source, sha256), keptOf(target, "0".repeat(64))]);
  const final = moved.final ?? replaced.final;
  return {
    files: [
      { path: source.realPath, after: null, ...moved.file },
      { path: target.realPath, after: sha256, ...replaced.file },
    ],
    ...(final !== undefined && { final }),
    undoes,
  };
}

/** Why what is removed is not kept, as a clause; undefined when it is. */
async function keptOf(
  at: RepoPath,
  sha256: string,
): Promise<{ file: Pick<Draft, "before" | "bytes">; final?: string }> {
  const size = at.info?.size ?? 0;
  const before: Image = { sha256, mode: modeOf(at), size };
  if (at.info?.isFile !== true) {
    return { file: { before }, final: "it removed a symbolic link, which the server may not make" };
  }
  try {
    const snapshot = await readSnapshot(at);
    return { file: { before: imageOf(snapshot), bytes: snapshot.bytes } };
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== "too_large") throw error;
    return { file: { before }, final: "the file was larger than what the journal keeps" };
  }
}

function imageOf({ sha256, mode, bytes }: Snapshot): Image {
  return { sha256, mode: mode & MODE_BITS, size: bytes.length };
}

function modeOf({ info }: RepoPath): number {
  return (info?.mode ?? 0o644) & MODE_BITS;
}
