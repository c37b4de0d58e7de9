/** Keeps the server's own files out of `git status` by `.git/info/exclude`, where that file is this repository's own. */
import { OWN_FILE_PATTERNS } from "../core/own_files.ts";
import { isUnwritable } from "./file_looks.ts";

const HEADER = "# Files of lukhas-mcp";

/**
 * Adds the patterns that are missing from the exclude file of the repository that `root` is in. Nothing is written
 * where `.git` is no folder (a linked worktree shares the file with others) or where it may not be written: commits
 * leave the files out all the same.
 */
export async function excludeOwnFiles(root: string): Promise<void> {
  const gitFolder = await findGitFolder(root);
  if (gitFolder === undefined) return;
  const path = `${gitFolder}/info/exclude`;
  try {
    if (await isOtherThanFolder(`${gitFolder}/info`)) return;
    const before = await readOwnFile(path);
    const lines = new Set(before.split(/\r?\n/));
    const missing = OWN_FILE_PATTERNS.filter((pattern) => !lines.has(pattern));
    if (missing.length === 0) return;
    const gap = before === "" || before.endsWith("\n") ? "" : "\n";
    await Deno.mkdir(`${gitFolder}/info`, { recursive: true });
    await Deno.writeTextFile(path, `${gap}${HEADER}\n${missing.join("\n")}\n`, { append: true });
  } catch (error) {
    if (!isUnwritable(error)) throw error;
  }
}

/** The `.git` folder of the root or of the nearest folder above it. */
async function findGitFolder(root: string): Promise<string | undefined> {
  for (let folder = root;; folder = folder.slice(0, folder.lastIndexOf("/"))) {
    const info = await lstat(`${folder}/.git`);
    if (info?.isDirectory) return `${folder}/.git`;
    if (info !== undefined || folder === "") return undefined;
  }
}

/** The file's text, empty when there is none. A link is not followed: it could lead anywhere. */
async function readOwnFile(path: string): Promise<string> {
  const info = await lstat(path);
  if (info === undefined) return "";
  if (!info.isFile) throw new Deno.errors.PermissionDenied(`Cannot write ${path}: it is not a file`);
  return await Deno.readTextFile(path);
}

/** Whether something stands there that is no folder: a link to one could lead anywhere. */
async function isOtherThanFolder(path: string): Promise<boolean> {
  const info = await lstat(path);
  return info !== undefined && !info.isDirectory;
}

async function lstat(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    // A file that was compiled for one root cannot look above it.
    if (
      error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory ||
      error instanceof Deno.errors.NotCapable
    ) return undefined;
    throw error;
  }
}
