/**
 * Which folders can be watched with everything below them. The watcher of the runtime follows links, out of the root as
 * well (three seconds and 17,000 watches for a link to /usr), so a tree with a link to a folder is watched in parts.
 */
import { setImmediate } from "node:timers/promises";
import { isFileSystemError } from "../../repo/fs_error.ts";
import { absolutePath } from "../../repo/git/paths.ts";
import { lstat, RealFolders } from "../../repo/real_folders.ts";

/** Folders below one that is watched. Each takes a watch of the system's, which has some ten thousands for everybody. */
const FOLDERS_MAX = 20_000;

/** Folders that are named to the watcher: for each removed file it looks at all of them. */
const WATCHES_MAX = 32;

/** How far down a tree is taken apart. */
const DEPTH_MAX = 3;

/** Folders between which others have their turn. */
const FOLDERS_PER_SLICE = 200;

/** Relative to the root; `""` is the root itself. */
export interface WatchPlan {
  /** With everything below them. */
  readonly deep: readonly string[];
  /** With what stands in them directly. */
  readonly flat: readonly string[];
  /** Whether something is left unwatched. */
  readonly isPartial: boolean;
}

/**
 * Looks through the folders of the root.
 *
 * @param root Its real path.
 * @param holdsFiles Whether files of the index lie below a folder: nothing else is worth a watch.
 */
export async function planWatch(
  root: string,
  holdsFiles: (folder: string) => boolean,
): Promise<WatchPlan> {
  const plan = { deep: [] as string[], flat: [] as string[], isPartial: false };
  const judge = async (folder: string, depth: number): Promise<void> => {
    if (plan.deep.length + plan.flat.length >= WATCHES_MAX) plan.isPartial = true;
    else if (await isPlain(root, folder)) plan.deep.push(folder);
    else if (depth === DEPTH_MAX) plan.isPartial = true;
    else {
      plan.flat.push(folder);
      for (const { name, isDirectory } of entriesOf(root, folder)) {
        const below = folder === "" ? name : `${folder}/${name}`;
        if (isDirectory && holdsFiles(below)) await judge(below, depth + 1);
      }
    }
  };
  await judge("", 0);
  return plan;
}

/** Whether a tree has no link to a folder, and not too many folders. */
async function isPlain(root: string, top: string): Promise<boolean> {
  const pending = [top];
  for (let seen = 1; pending.length > 0; seen++) {
    const folder = pending.pop() as string;
    for (const { name, isDirectory, isSymlink } of entriesOf(root, folder)) {
      const path = folder === "" ? name : `${folder}/${name}`;
      if (isSymlink && !leadsToFile(root, path)) return false;
      if (isDirectory) pending.push(path);
    }
    if (seen + pending.length > FOLDERS_MAX) return false;
    if (seen % FOLDERS_PER_SLICE === 0) await setImmediate();
  }
  return true;
}

/**
 * Whether a link leads to a file of the root, in one step. Everything else counts as a folder: what lies outside is not
 * looked at, and where there is nothing now, there may be a folder later.
 */
function leadsToFile(root: string, path: string): boolean {
  const link = `${root}/${path}`;
  const target = absolutePath(linkText(link), link.slice(0, link.lastIndexOf("/")));
  if (!target.startsWith(`${root}/`)) return false;
  const isReached = new RealFolders(root).leadTo(target.slice(root.length + 1));
  return isReached && lstat(target)?.isFile === true;
}

function linkText(absolute: string): string {
  try {
    return Deno.readLinkSync(absolute);
  } catch (error) {
    if (isFileSystemError(error)) return "/";
    throw error;
  }
}

function entriesOf(root: string, folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder === "" ? root : `${root}/${folder}`)];
  } catch (error) {
    if (isFileSystemError(error)) return [];
    throw error;
  }
}
