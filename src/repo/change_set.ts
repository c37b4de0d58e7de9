/** Several files changed all or none: everything is staged first, then renamed; a failure restores what was there. */
import type { NewId } from "../core/clock.ts";
import {
  discard,
  folderOf,
  inFolders,
  makeFolders,
  publish,
  removeEmptyFolders,
  removeIfThere,
  stage,
  type StagedFile,
} from "./atomic_write.ts";
import { fromFileSystemError } from "./fs_error.ts";
import type { RepoPath } from "./root.ts";
import type { Snapshot } from "./snapshot.ts";

/** A file that is to have these contents. `before` is what stands there, undefined when nothing does. */
export interface PutChange {
  readonly kind: "put";
  readonly at: RepoPath;
  readonly before: Snapshot | undefined;
  readonly bytes: Uint8Array;
  /** Permission bits of the result, where they are neither those of `before` nor a new file's. */
  readonly mode?: number;
}

/** A file that is to be gone. */
export interface RemoveChange {
  readonly kind: "remove";
  readonly at: RepoPath;
  readonly before: Snapshot;
}

/** One file's part of a change. */
export type FileChange = PutChange | RemoveChange;

/** Told after each step how many are done, and of how many. */
export type OnStep = (done: number, total: number) => void;

/** How to take back one step that was done. */
type Undo = () => Promise<void>;

/**
 * Carries out the changes in order. The caller holds the locks of every path.
 *
 * @param onStep A file counts twice: when its new contents are on the disk, and when they have its name.
 * @throws {ToolError} What the file system says (disk full, read-only, …), with every file as it was before.
 */
export async function applyChanges(
  changes: readonly FileChange[],
  newId: NewId,
  onStep?: OnStep,
): Promise<void> {
  const undo: Undo[] = [];
  let path = "";
  let done = 0;
  try {
    const staged = new Map<FileChange, StagedFile>();
    for (const change of changes) {
      path = change.at.path;
      if (change.kind === "put") staged.set(change, await stagePut(change, { newId, undo }));
      onStep?.(++done, changes.length * 2);
    }
    for (const change of changes) {
      path = change.at.path;
      const file = staged.get(change);
      await inFolders([change.at.absolute], async () => {
        if (file !== undefined) await Deno.rename(file.temporary, file.target);
        else await Deno.remove(change.at.absolute);
        // Only now is there something to take back: what stands at a name that could not be changed is not ours.
        undo.push(() => restore(change, newId));
      });
      onStep?.(++done, changes.length * 2);
    }
  } catch (error) {
    await takeBack(undo);
    throw fromFileSystemError(error, path);
  }
}

async function stagePut(
  change: PutChange,
  { newId, undo }: { newId: NewId; undo: Undo[] },
): Promise<StagedFile> {
  const made = await makeFolders(folderOf(change.at.absolute));
  undo.push(() => removeEmptyFolders(made));
  const mode = change.mode ?? change.before?.mode;
  const file = await stage(change.at.absolute, change.bytes, { id: newId(), mode });
  undo.push(() => discard(file));
  return file;
}

async function restore(change: FileChange, newId: NewId): Promise<void> {
  const { at: { absolute }, before } = change;
  if (before === undefined) {
    await inFolders([absolute], () => removeIfThere(absolute));
  } else {
    await publish(await stage(absolute, before.bytes, { id: newId(), mode: before.mode }));
  }
}

/** Newest first. One step that cannot be taken back does not keep the others from it. */
async function takeBack(undo: readonly Undo[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of undo.toReversed()) await step().catch((error) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, "Cannot restore every file of a failed change");
}
