/** Which files a caller's `path` means: a folder, a file, or a glob. */
import { compileGlob } from "../repo/glob.ts";
import type { RepoRoot } from "../repo/root.ts";
import type { InScope } from "./index_reader.ts";

/**
 * Whether a path is in the folder, or fits the glob, that the caller named; undefined for the whole root.
 *
 * @throws {ToolError} `invalid_arguments`, `path_outside_root`, `path_denied`.
 */
export function searchScope(root: RepoRoot, path: string | undefined): InScope | undefined {
  if (path === undefined) return undefined;
  if (/[*?[{!]/.test(path)) {
    const fits = compileGlob(path);
    // It may be a folder's name all the same: `app/[id]`.
    const isNamed = isAtOrBelow(path.replace(/^(?:\.?\/)+|\/+$/g, ""));
    return (candidate) => fits(candidate) || isNamed(candidate);
  }
  const { realPath } = root.resolve(path);
  return realPath === "" ? undefined : isAtOrBelow(realPath);
}

function isAtOrBelow(path: string): InScope {
  return (candidate) => candidate === path || candidate.startsWith(`${path}/`);
}
