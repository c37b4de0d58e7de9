/** Paths as callers name them, and lists of paths as git reads and prints them. */

import { ToolError } from "../../core/errors.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

// Linux takes 2 MiB of arguments and environment, macOS 1 MiB; the environment has its own part of that.
const ARGUMENT_BYTES_MAX = 128 * 1024;

/**
 * A root-relative path as a pathspec; the empty path is the root. The caller has normalised it: this is the
 * second lock. Throws `path_denied`.
 */
export function pathspec(path: string): string {
  const segments = path.split("/");
  const isWrong = path.startsWith("/") || path.includes("\0") || segments.includes("..");
  if (isWrong || segments.some((segment) => segment.toLowerCase() === ".git")) {
    throw new ToolError("path_denied", `Cannot use path "${path}": it is not a path of the work tree`);
  }
  return path === "" ? "." : path;
}

/** Whether `path` is `folder` or lies in it. The empty folder holds everything. */
export function isAtOrBelow(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

/** The complete fields of a NUL-separated output; what a cut-off output ends with is left out. */
export function nulFields(output: Uint8Array): string[] {
  const fields = decoder.decode(output).split("\0");
  fields.pop();
  return fields;
}

/** Paths as the NUL-terminated standard input of a git command. */
export function nulTerminated(paths: readonly string[]): Uint8Array<ArrayBuffer> {
  return encoder.encode(paths.map((path) => `${path}\0`).join(""));
}

/** Paths in groups that each fit on a command line. At least one group, which may be empty. */
export function argumentGroups(paths: readonly string[]): string[][] {
  const groups: string[][] = [];
  let group: string[] = [];
  let size = 0;
  for (const path of paths) {
    const bytes = 3 * path.length + 9;
    if (size + bytes > ARGUMENT_BYTES_MAX && group.length > 0) {
      groups.push(group);
      group = [];
      size = 0;
    }
    group.push(path);
    size += bytes;
  }
  return [...groups, group];
}

/** Whether an absolute path is a folder or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

/** An absolute path without `.`, `..` and doubled slashes; a relative one begins at `base`. */
export function absolutePath(path: string, base: string): string {
  const segments: string[] = [];
  for (const segment of (path.startsWith("/") ? path : `${base}/${path}`).split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return `/${segments.join("/")}`;
}
