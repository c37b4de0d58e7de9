/** Names that no tool may list, read, search, write or commit: git's own folder and the server's own files. */

/** Patterns of the server's own files, in the syntax of `.git/info/exclude`. */
export const OWN_FILE_PATTERNS = [
  ".mcp-state.*",
  ".mcp-index.*",
  ".mcp-journal/",
  ".mcp-lock",
  ".mcp-tmp-*",
] as const;

/** How the temporary files begin that an atomic write renames over its target. */
export const TEMPORARY_FILE_PREFIX = ".mcp-tmp-";

/** The file that holds the lock on a root. */
export const LOCK_FILE = ".mcp-lock";

const OWN_NAMES = new Set([".mcp-journal", LOCK_FILE]);
const OWN_PREFIXES = [".mcp-state.", ".mcp-index.", TEMPORARY_FILE_PREFIX];

/**
 * Code points that HFS+ ignores when it compares names (git's `utf8.c`, `next_hfs_char`): `.g\u200cit` opens
 * `.git` there.
 */
const HFS_IGNORED = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/**
 * The spelling under which some file system would find a name: without case, without what HFS+ ignores,
 * without the dots and spaces that Windows drops from the end, without an NTFS stream (`.git::$DATA`).
 */
function foldName(segment: string): string {
  const folded = segment.replace(HFS_IGNORED, "").toLowerCase();
  const stream = folded.indexOf(":");
  return (stream > 0 ? folded.slice(0, stream) : folded).replace(/[. ]+$/, "");
}

/** Whether one path segment names git's folder in any spelling (`.git`, `.GIT`, `.git.`, `git~1`, …). */
export function isGitName(segment: string): boolean {
  const name = foldName(segment);
  return name === ".git" || /^git~[0-9]+$/.test(name);
}

/** Whether one path segment is the name of a file or folder that the server keeps for itself. */
export function isOwnName(segment: string): boolean {
  const name = foldName(segment);
  return OWN_NAMES.has(name) || OWN_PREFIXES.some((prefix) => name.startsWith(prefix));
}

/** Why a path must not be touched, or undefined. `path` is relative to the root, with `/` between segments. */
export function reservedReason(path: string): string | undefined {
  // A backslash separates segments on Windows, and git for Windows reads it so from any index.
  for (const segment of path.split(/[/\\]/)) {
    if (isGitName(segment)) return "git's own folder";
    if (isOwnName(segment)) return "one of the server's own files";
  }
  return undefined;
}
