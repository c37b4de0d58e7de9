/** Notices what git does by what it writes last: its index, HEAD, the branch behind HEAD, its configuration, its excludes. */
import { lstat } from "../real_folders.ts";

/** Files of git's folder: what changes the work tree, HEAD, a remote or what is ignored changes at least one of them. */
const MARKS = ["HEAD", "index", "config", "packed-refs", "reftable/tables.list", "info/exclude"] as const;

/** Bytes of HEAD when it names a branch. */
const HEAD_BYTES_MAX = 1_024;

/** A text that changes whenever git has done something; undefined when git's folder is not in the root. */
export function gitMarks(root: string): string | undefined {
  const folder = `${root}/.git`;
  // Of a linked worktree, and of a root inside a repository, git's folder lies where nothing but git may look.
  if (lstat(folder)?.isDirectory !== true) return undefined;
  return [...MARKS, ...branchOf(folder)].map((name) => {
    const info = lstat(`${folder}/${name}`);
    // Git replaces these files: another inode tells of two changes within a tick of the clock.
    return info && [info.ino, info.size, info.mtime?.getTime(), info.ctime?.getTime()].join(":");
  }).join(" ");
}

/** The file of the branch that is checked out, where it has one. */
function branchOf(folder: string): string[] {
  const info = lstat(`${folder}/HEAD`);
  if (info?.isFile !== true || info.size > HEAD_BYTES_MAX) return [];
  const [, branch] = /^ref: (refs\/[^\0\n]+)\n$/.exec(Deno.readTextFileSync(`${folder}/HEAD`)) ?? [];
  return branch === undefined || branch.split("/").includes("..") ? [] : [branch];
}
