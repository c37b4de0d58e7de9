/** The files below a folder, straight from the file system: for a root that is not a git repository. */
import { ToolError } from "../core/errors.ts";
import { fromFileSystemError, isFileSystemError } from "./fs_error.ts";
import { IgnoreRules } from "./ignore_rules.ts";
import type { RepoRoot } from "./root.ts";

/** Most files that a walk lists. */
export const WALK_FILES_MAX = 500_000;

/** Folders that hold what tools have made or fetched, never what people wrote. */
const SKIPPED_FOLDERS = new Set(["node_modules", ".hg", ".svn"]);

/**
 * Paths of all regular files below `under`, relative to the root, in code unit order. Links are not followed,
 * reserved names, folders that cannot be read and what a `.gitignore` excludes are left out.
 *
 * @throws {ToolError} What the file system says of `under` itself, and `too_large` past {@linkcode WALK_FILES_MAX}.
 */
export async function walkFiles(
  root: RepoRoot,
  { under, signal }: { under: string; signal?: AbortSignal | undefined },
): Promise<string[]> {
  const files: string[] = [];
  const rules = new IgnoreRules(root.real);
  const pending = under !== "" && rules.ignores(under, { isFolder: true }) ? [] : [under];
  while (pending.length > 0) {
    signal?.throwIfAborted();
    const folder = pending.pop() as string;
    try {
      for await (const entry of Deno.readDir(folder === "" ? root.real || "/" : `${root.real}/${folder}`)) {
        const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
        if (!entry.isDirectory && !entry.isFile) continue;
        if (!root.mayRead(path) || rules.excludes(path, { isFolder: entry.isDirectory })) continue;
        if (entry.isFile) files.push(path);
        else if (!SKIPPED_FOLDERS.has(entry.name)) pending.push(path);
      }
    } catch (error) {
      if (folder === under || !isFileSystemError(error)) throw fromFileSystemError(error, folder);
    }
    if (files.length > WALK_FILES_MAX) {
      throw new ToolError("too_large", `Cannot list more than ${WALK_FILES_MAX} files: name a folder`, {
        under,
      });
    }
  }
  return files.sort();
}

/** Those of the paths that a walk would find. Of a folder, nothing: a walk through it finds the files. */
export function walkedAmong(root: RepoRoot, paths: readonly string[]): string[] {
  const rules = new IgnoreRules(root.real);
  return paths.filter((path) => {
    const isSkipped = path.split("/").slice(0, -1).some((folder) => SKIPPED_FOLDERS.has(folder));
    return !isSkipped && root.mayRead(path) && !rules.ignores(path, { isFolder: false });
  }).sort();
}
