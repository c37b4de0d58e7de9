/** Looks at what stands where the launcher keeps files of its own: a link is a link, whatever it leads to. */

/** Undefined when nothing stands there. */
export async function lstat(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Whether something stands there that is no file: what is written to a link is written to what it leads to. */
export async function isOtherThanFile(path: string): Promise<boolean> {
  return (await lstat(path))?.isFile === false;
}

/** Whether an error says that the folder, or the file system that it is on, may not be written to. */
export function isUnwritable(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied ||
    error instanceof Error && "code" in error && error.code === "EROFS";
}
