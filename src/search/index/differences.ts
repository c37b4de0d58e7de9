/** What has become different between the index and the disk, found by looking at every file without reading one. */
import { lstat, type RealFolders } from "../../repo/real_folders.ts";
import type { IndexStore } from "./index_store.ts";
import { type Held, stampOf } from "./stamp.ts";

/** The files that belong into the index. */
export interface ListedFiles {
  /** Relative to the root. */
  readonly paths: readonly string[];
  /** Whether there are more than could be listed. */
  readonly isTruncated: boolean;
}

/** Looks at every file of the index, and says of each whether it is on disk as it was. */
export function* lookAtFiles(
  { root, store, folders }: { root: string; store: IndexStore; folders: RealFolders },
): Generator<{ readonly path: string; readonly held: Held }, void> {
  for (const path of store.paths()) {
    const info = folders.leadTo(path) ? lstat(`${root}/${path}`) : undefined;
    yield { path, held: info?.isFile === true ? store.holds(path, stampOf(info)) : "no" };
  }
}

/**
 * How a list differs from the index: files that the index lacks, and files that the list lacks. The latter may be newer
 * than the list.
 */
export function compareLists(
  { paths, isTruncated }: ListedFiles,
  store: IndexStore,
): { missing: string[]; unlisted: string[] } {
  const missing = paths.filter((path) => !store.has(path));
  const listed = new Set(paths);
  const unlisted = isTruncated ? [] : [...store.paths().filter((path) => !listed.has(path))];
  return { missing, unlisted };
}
