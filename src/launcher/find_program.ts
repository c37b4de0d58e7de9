/** Finds a program on the PATH, once and by its absolute path: later changes of folders or names mean nothing. */

/**
 * The absolute path of `name`; undefined when there is none. Entries that are relative, or inside the folder
 * `outside`, are passed over: a repository must not be able to bring its own git.
 */
export async function findProgram(
  name: string,
  { path, outside }: { path: string; outside?: string },
): Promise<string | undefined> {
  const windows = Deno.build.os === "windows";
  for (const folder of path.split(windows ? ";" : ":")) {
    const candidate = `${folder.replace(/[/\\]+$/, "")}/${name}${windows ? ".exe" : ""}`;
    if (!(windows ? /^[A-Za-z]:[/\\]/ : /^\//).test(folder)) continue;
    try {
      const real = await Deno.realPath(candidate);
      const isInside = (place: string) => outside !== undefined && `${place}/`.startsWith(`${outside}/`);
      if (isInside(real) || isInside(folder)) continue;
      const info = await Deno.stat(candidate);
      if (info.isFile && (windows || ((info.mode ?? 0) & 0o111) !== 0)) return candidate;
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }
  return undefined;
}

/** What this process may not look at is none of its programs: a file that was compiled for one root sees little. */
function isAbsent(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory ||
    error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable ||
    error instanceof Deno.errors.FilesystemLoop;
}
