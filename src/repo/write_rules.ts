/** What a write refuses to do to the file that stands at its path. */
import { ToolError } from "../core/errors.ts";
import { FILE_BYTES_MAX } from "../core/limits.ts";
import { notFound } from "./fs_error.ts";
import type { RepoPath } from "./root.ts";
import { kindOf } from "./kind_of.ts";
import type { Snapshot } from "./snapshot.ts";

/** What a write does about a file that is there already, or is not. */
export type WriteIntent =
  /** There must be none. */
  | "create"
  /** There must be one. */
  | "update"
  /** Either, and an existing one may be replaced. */
  | "replace"
  /** Either, but an existing one may only be confirmed, not replaced. */
  | "keep";

/** @throws {ToolError} `already_exists` or `not_found`, when the intent says so. */
export function checkIntent(
  at: RepoPath,
  before: Snapshot | undefined,
  { intent, sha256 }: { intent: WriteIntent; sha256: string },
): void {
  switch (intent) {
    case "create":
      if (before !== undefined) throw alreadyExists(at, "use update_file with its sha256", before.sha256);
      return;
    case "update":
      if (before === undefined) throw notFound(at.path);
      return;
    case "keep":
      if (before !== undefined && before.sha256 !== sha256) {
        throw alreadyExists(at, "pass overwrite: true, or use update_file with its sha256", before.sha256);
      }
      return;
    case "replace":
      return;
    default:
      intent satisfies never;
  }
}

/** @throws {ToolError} `not_a_file` for what is neither a file nor a link. */
export function refuseFolder(at: RepoPath): void {
  if (at.info !== undefined && !at.info.isFile && !at.info.isSymlink) {
    const kind = kindOf(at.info);
    throw new ToolError("not_a_file", `Cannot replace "${at.path}": it is ${kind}`, { path: at.path, kind });
  }
}

/**
 * Renaming over a file ignores its permission bits, so they are asked here. Those of a link mean nothing.
 *
 * @throws {ToolError} `read_only`.
 */
export function refuseReadOnly(at: RepoPath): void {
  const mode = at.info?.mode;
  if (typeof mode !== "number" || at.info?.isSymlink === true || (mode & 0o222) !== 0) return;
  const octal = (mode & 0o777).toString(8).padStart(4, "0");
  const message = `Cannot change "${at.path}": it is write-protected (mode ${octal})`;
  throw new ToolError("read_only", message, { path: at.path, mode: octal });
}

/** @throws {ToolError} `too_large` for more than can be read again. */
export function refuseTooLarge(at: RepoPath, size: number): void {
  if (size <= FILE_BYTES_MAX) return;
  const message = `Cannot write "${at.path}": it would have ${size} bytes, the limit is ${FILE_BYTES_MAX}`;
  throw new ToolError("too_large", message, { path: at.path, size, limit: FILE_BYTES_MAX });
}

/** A file stands where none may be. */
export function alreadyExists(at: RepoPath, remedy: string, sha256?: string): ToolError {
  const message = `Cannot create "${at.path}": it exists; to replace it, ${remedy}`;
  return new ToolError("already_exists", message, {
    path: at.path,
    ...(sha256 === undefined ? {} : { sha256 }),
  });
}

/** The file is not the one that the caller has read. */
export function shaMismatch(path: string, expected: string, actual: string): ToolError {
  const message = `Cannot change "${path}": its sha256 is ${actual}, not ${expected}; read it again`;
  return new ToolError("sha_mismatch", message, { path, expected, actual });
}
