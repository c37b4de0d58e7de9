/** What has become different between the index and the disk, found by looking at every file without reading one. */
import type { IndexStore } from "./index_store.ts";
import { lstat, type RealFolders } from "./real_folders.ts";
import { stampOf } from "./stamp.ts";

/** The files that belong into the index. */
export interface ListedFiles {
  /** Relative to the root. */
  readonly paths: readonly string[];
  /** Whether there are more than could be listed. */
  readonly isTruncated: boolean;
}

/** A file that the index does not have as it is. */
export interface Difference {
  readonly path: string;
  /**
   * `changed`: it is to be read, or it is gone. `unlisted`: the index has it, and the list does not; it may be newer than
   * the list.
   */
  readonly kind: "changed" | "unlisted";
}

/** Goes through all files once. Yields undefined for one that is as it was, so that others can have their turn. */
export function* differences(
  { paths, isTruncated }: ListedFiles,
  { root, store, folders }: { root: string; store: IndexStore; folders: RealFolders },
): Generator<Difference | undefined, void> {
  for (const path of paths) {
    const isSame = store.has(path) && isCurrent(path);
    yield isSame ? undefined : { path, kind: "changed" };
  }
  if (isTruncated) return;
  const listed = new Set(paths);
  for (const path of store.paths()) yield listed.has(path) ? undefined : { path, kind: "unlisted" };

  function isCurrent(path: string): boolean {
    const info = folders.leadTo(path) ? lstat(`${root}/${path}`) : undefined;
    return info?.isFile === true && store.isCurrent(path, stampOf(info));
  }
}
