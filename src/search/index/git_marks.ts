/** Notices a checkout, a commit or a reset by what git writes last: its index, HEAD, and the branch behind HEAD. */
import { lstat } from "./real_folders.ts";

/** Files of git's folder of which an operation on the work tree or on HEAD changes at least one. */
const MARKS = ["HEAD", "index", "packed-refs", "reftable/tables.list"] as const;

/** Bytes of HEAD when it names a branch. */
const HEAD_BYTES_MAX = 1_024;

/** A text that changes whenever git has done something; undefined when git's folder is not in the root. */
export function gitMarks(root: string): string | undefined {
  const folder = `${root}/.git`;
  // Of a linked worktree, and of a root inside a repository, git's folder lies where nothing but git may look.
  if (lstat(folder)?.isDirectory !== true) return undefined;
  return [...MARKS, ...branchOf(folder)].map((name) => {
    const info = lstat(`${folder}/${name}`);
    return info === undefined ? "" : `${info.ino}:${info.size}:${(info.ctime ?? info.mtime)?.getTime()}`;
  }).join(" ");
}

/** The file of the branch that is checked out, where it has one. */
function branchOf(folder: string): string[] {
  const info = lstat(`${folder}/HEAD`);
  if (info?.isFile !== true || info.size > HEAD_BYTES_MAX) return [];
  const [, branch] = /^ref: (refs\/[^\0\n]+)\n$/.exec(Deno.readTextFileSync(`${folder}/HEAD`)) ?? [];
  return branch === undefined || branch.split("/").includes("..") ? [] : [branch];
}
