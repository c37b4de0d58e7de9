/** Files that are there whole or not at all: a temporary file beside the target, synced, then renamed. */
import { TEMPORARY_FILE_PREFIX } from "../core/own_files.ts";
import { isFileSystemError } from "./fs_error.ts";

/** Permission bits of a new file before the umask takes its share. */
const NEW_FILE_MODE = 0o666;

/** A temporary file with its contents on the disk, waiting for its name. */
export interface StagedFile {
  readonly temporary: string;
  readonly target: string;
}

/**
 * Writes `bytes` to a temporary file beside `target` and syncs it. The folder must exist.
 *
 * @param options.id Unique, of letters, digits and `-`.
 * @param options.mode Permission bits that the file shall have whatever the umask says; a new file's when left out.
 */
export async function stage(
  target: string,
  bytes: Uint8Array,
  options: { id: string; mode?: number | undefined },
): Promise<StagedFile> {
  const temporary = `${folderOf(target)}/${TEMPORARY_FILE_PREFIX}${options.id}`;
  try {
    using file = await Deno.open(temporary, {
      write: true,
      createNew: true,
      mode: options.mode ?? NEW_FILE_MODE,
    });
    for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
    if (options.mode !== undefined && Deno.build.os !== "windows") await Deno.chmod(temporary, options.mode);
    await file.sync();
  } catch (error) {
    await discard({ temporary, target });
    throw error;
  }
  return { temporary, target };
}

/** Gives a staged file its name. After it returns, a power cut leaves the new contents. */
export async function publish(staged: StagedFile): Promise<void> {
  await inFolders([staged.target], () => Deno.rename(staged.temporary, staged.target));
}

/** Removes a name. After it returns, a power cut does not bring it back. */
export async function unlink(path: string): Promise<void> {
  await inFolders([path], () => Deno.remove(path));
}

/** Removes a staged file that is not wanted any more. */
export async function discard(staged: StagedFile): Promise<void> {
  await removeIfThere(staged.temporary);
}

/** Removes a file that may be gone already. */
export async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Changes names, then makes them as durable as the files behind them. The folders that hold `paths` are opened first:
 * one that cannot be synced must fail the change before it is made, not after. Windows has no such call.
 */
export async function inFolders(paths: readonly string[], change: () => Promise<void>): Promise<void> {
  if (Deno.build.os === "windows") return await change();
  const handles: Deno.FsFile[] = [];
  try {
    for (const folder of new Set(paths.map(folderOf))) handles.push(await Deno.open(folder, { read: true }));
    await change();
    for (const handle of handles) await handle.sync();
  } finally {
    for (const handle of handles) handle.close();
  }
}

/** Makes `folder` and what is missing above it, durably and all or none, and returns what was made, outermost first. */
export async function makeFolders(folder: string): Promise<string[]> {
  const missing: string[] = [];
  let existing = folder;
  while (!(await exists(existing))) {
    missing.unshift(existing);
    existing = folderOf(existing);
  }
  if (missing.length === 0) return [];
  try {
    for (const made of missing) await inFolders([made], () => makeFolder(made));
  } catch (error) {
    await removeEmptyFolders(missing);
    throw error;
  }
  return missing;
}

/** Removes folders that {@linkcode makeFolders} made and nobody has used since. */
export async function removeEmptyFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders.toReversed()) {
    try {
      await Deno.remove(folder);
    } catch (error) {
      // One that something else has moved into stays, as do those above it; one that was never made is passed over.
      if (!isFileSystemError(error)) throw error;
    }
  }
}

/** Moves a file or a link, durably, and makes the folders above its new name. */
export async function move(from: string, to: string): Promise<void> {
  const made = await makeFolders(folderOf(to));
  try {
    await inFolders([to, from], () => Deno.rename(from, to));
  } catch (error) {
    await removeEmptyFolders(made);
    throw error;
  }
}

/** Another call may make the same folder at the same time. */
async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

/** The folder that holds an absolute path. */
export function folderOf(absolute: string): string {
  return absolute.slice(0, Math.max(1, absolute.lastIndexOf("/")));
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
