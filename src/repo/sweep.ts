/** Removes what an atomic write left behind when the process was killed in the middle. */
import { TEMPORARY_FILE_PREFIX } from "../core/own_files.ts";
import { isFileSystemError } from "./fs_error.ts";
import type { RepoRoot } from "./root.ts";

/**
 * Removes temporary files below the root that are older than `before` (milliseconds since 1970): a younger one may
 * belong to a write that is under way. What cannot be read or removed is passed over.
 */
export async function sweepTemporaryFiles(
  root: RepoRoot,
  { before, signal }: { before: number; signal: AbortSignal },
): Promise<void> {
  const pending = [root.real || "/"];
  while (pending.length > 0 && !signal.aborted) {
    const folder = pending.pop() as string;
    await passOver(async () => {
      for await (const entry of Deno.readDir(folder)) {
        const path = `${folder}/${entry.name}`;
        if (entry.isDirectory && entry.name !== ".git") pending.push(path);
        else if (entry.isFile && entry.name.startsWith(TEMPORARY_FILE_PREFIX)) {
          await passOver(() => removeOld(path, before));
        }
      }
    });
  }
}

async function removeOld(path: string, before: number): Promise<void> {
  const { mtime } = await Deno.lstat(path);
  if ((mtime?.getTime() ?? before) < before) await Deno.remove(path);
}

/** Goes on after what the system refuses: a file may be gone by now, or belong to somebody else. */
async function passOver(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!isFileSystemError(error)) throw error;
  }
}
