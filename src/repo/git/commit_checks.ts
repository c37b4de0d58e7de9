/** Why a path that the caller named cannot be committed. */

import { ToolError } from "../../core/errors.ts";
import { localFilters } from "./config_overrides.ts";
import { argumentGroups, isAtOrBelow, nulFields, nulTerminated } from "./paths.ts";
import type { GitSession } from "./session.ts";

/**
 * Judges named paths at which git sees no change. A tracked path or a folder is fine (nothing to do there);
 * throws `not_found` for one that is nowhere, `path_denied` for one that is ignored or not git's to track.
 */
export async function judgeUnchanged(
  session: GitSession,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const unknown = await untracked(session, paths, signal);
  if (unknown.length === 0) return;
  const kinds = await Promise.all(unknown.map((path) => kindOnDisk(session, path)));
  for (const [index, path] of unknown.entries()) {
    if (kinds[index] !== undefined) continue;
    throw new ToolError("not_found", `Cannot commit "${path}": it is neither on disk nor tracked by git`);
  }
  const ignored = await ignoredAmong(session, unknown, signal);
  for (const [index, path] of unknown.entries()) {
    if (ignored.has(path)) throw denied(path, "it is ignored by .gitignore or another exclude file");
    if (kinds[index] === "file") {
      throw denied(path, "git does not track it (a special file, or another repository's)");
    }
  }
}

/** Throws `path_denied` when a path's content would go through a filter that only the repository defines. */
export async function refuseLocalFilters(
  session: GitSession,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  if (session.options.trustHooks || paths.length === 0) return;
  const local = localFilters(session.config);
  if (local.size === 0) return;
  const stdin = nulTerminated(paths);
  const output = await session.read(["check-attr", "-z", "--stdin", "filter"], { signal, stdin });
  const fields = nulFields(output.stdout);
  for (let index = 0; index + 2 < fields.length; index += 3) {
    const [path = "", , filter = ""] = fields.slice(index, index + 3);
    if (!local.has(filter)) continue;
    const reason = `its filter "${filter}" is defined only by the repository's own configuration; ` +
      "define it in your global git configuration, or start the server with MCP_GIT_HOOKS=1";
    throw new ToolError("path_denied", `Cannot commit "${path}": ${reason}`, { path, filter });
  }
}

async function untracked(session: GitSession, paths: readonly string[], signal: AbortSignal | undefined) {
  const tracked: string[] = [];
  for (const group of argumentGroups(paths)) {
    const output = await session.read(["ls-files", "-z", "--cached", "--", ...group], { signal });
    tracked.push(...nulFields(output.stdout));
  }
  const exact = new Set(tracked);
  return paths.filter((path) => !exact.has(path) && !tracked.some((known) => isAtOrBelow(known, path)));
}

async function kindOnDisk(session: GitSession, path: string): Promise<"file" | "folder" | undefined> {
  try {
    const info = await Deno.lstat(`${session.options.root}/${path}`);
    return info.isDirectory ? "folder" : "file";
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

// A name that is too long for the file system is nowhere either; Deno has no class for it.
function isMissing(error: unknown): boolean {
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return true;
  return error instanceof Error && "code" in error && error.code === "ENAMETOOLONG";
}

async function ignoredAmong(session: GitSession, paths: readonly string[], signal: AbortSignal | undefined) {
  // check-ignore refuses literal pathspecs. It expands no wildcard, and "./" keeps a leading colon from being magic.
  const stdin = nulTerminated(paths.map((path) => `./${path}`));
  const env = { GIT_LITERAL_PATHSPECS: "0" };
  const output = await session.run(["check-ignore", "-z", "--stdin"], { signal, stdin, env });
  // 1: none is ignored.
  if (output.code <= 1) return new Set(nulFields(output.stdout).map((path) => path.slice("./".length)));
  const [, path, reason] = /pathspec '(.*)' is (beyond a symbolic link|in submodule)/is.exec(output.stderr) ??
    [];
  if (path === undefined) throw session.failure("check-ignore", output);
  throw denied(
    path.replace(/^\.\//, ""),
    reason === "in submodule" ? "it lies in a submodule" : "it lies beyond a symbolic link",
  );
}

function denied(path: string, reason: string): ToolError {
  return new ToolError("path_denied", `Cannot commit "${path}": ${reason}`);
}
