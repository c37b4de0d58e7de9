/** Removes what an atomic write left behind when the process was killed in the middle. */
import { TEMPORARY_FILE_PREFIX } from "../core/own_files.ts";
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
    try {
      for await (const entry of Deno.readDir(folder)) {
        if (entry.isDirectory && entry.name !== ".git") pending.push(`${folder}/${entry.name}`);
        if (!entry.isFile || !entry.name.startsWith(TEMPORARY_FILE_PREFIX)) continue;
        const path = `${folder}/${entry.name}`;
        const info = await Deno.lstat(path);
        if ((info.mtime?.getTime() ?? before) < before) await Deno.remove(path);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotFound)) {
        throw error;
      }
    }
  }
}
