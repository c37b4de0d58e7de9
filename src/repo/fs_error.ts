/** What the operating system says, in the words of the contract. */
import { ToolError } from "../core/errors.ts";

/** What a caller is told for each code of errno(3) that a path of theirs can cause. */
const MEANINGS: Readonly<Record<string, (path: string) => ToolError>> = {
  ENOENT: notFound,
  ENOTDIR: (path) =>
    new ToolError("not_a_file", `Cannot go below a part of "${path}": it is not a folder`, { path }),
  EISDIR: (path) => new ToolError("not_a_file", `Cannot use "${path}" as a file: it is a folder`, { path }),
  EACCES: notAllowed,
  EPERM: notAllowed,
  EROFS: (path) =>
    new ToolError("read_only", `Cannot write "${path}": the file system is read-only`, { path }),
  ENOSPC: (path) => new ToolError("unavailable", `Cannot write "${path}": the disk is full`, { path }),
  EDQUOT: (path) =>
    new ToolError("unavailable", `Cannot write "${path}": the disk quota is used up`, { path }),
  EFBIG: (path) =>
    new ToolError("too_large", `Cannot write "${path}": the system allows no file of that size`, { path }),
  EXDEV: (path) =>
    new ToolError(
      "unavailable",
      `Cannot move "${path}" to another file system: write it there, then delete it here`,
      { path },
    ),
  EBUSY: (path) => new ToolError("busy", `Cannot change "${path}": the system is using it`, { path }),
  ENAMETOOLONG: (path) =>
    new ToolError("invalid_arguments", `Cannot use "${path}": a name in it is too long`, { path }),
  ELOOP: (path) =>
    new ToolError("not_found", `Cannot use "${path}": its symbolic links go in a circle`, { path }),
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
};

/**
 * The {@linkcode ToolError} for what a file system call on `path` (relative to the root) threw. What has no
 * meaning for a caller is returned as it came: it is a bug, and treated as one.
 */
export function fromFileSystemError(error: unknown, path: string): unknown {
  return isFileSystemError(error) ? MEANINGS[error.code]?.(path) ?? error : error;
}

/**
 * Does `action` on `path`.
 *
 * @throws What {@linkcode fromFileSystemError} makes of its failure.
 */
export async function inCallersWords(path: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    throw fromFileSystemError(error, path);
  }
}

/** Whether the operating system refused something: the error has a code of errno(3), such as `ENOENT`. */
export function isFileSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && !(error instanceof ToolError) && "code" in error &&
    typeof error.code === "string";
}

/** Nothing stands at `path`. */
export function notFound(path: string): ToolError {
  return new ToolError("not_found", `Cannot find "${path}": list_dir and find_files show what exists`, {
    path,
  });
}

function notAllowed(path: string): ToolError {
  return new ToolError("read_only", `Cannot use "${path}": the server's user has no permission`, { path });
}

function tooManyFiles(path: string): ToolError {
  return new ToolError("busy", `Cannot open "${path}": too many files are open; try again`, { path });
}
