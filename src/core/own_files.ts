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

/** The folder of the journal, unless the configuration names another one. */
export const JOURNAL_FOLDER = ".mcp-journal";

const OWN_NAMES = new Set([JOURNAL_FOLDER, LOCK_FILE]);
const OWN_PREFIXES = [".mcp-state.", ".mcp-index.", TEMPORARY_FILE_PREFIX];

/**
 * Code points that HFS+ ignores when it compares names (git's `utf8.c`, `next_hfs_char`): `.g\u200cit` opens
 * `.git` there.
 */
const HFS_IGNORED = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/**
 * The spelling under which some file system would find a name: without case, composed, without what HFS+ ignores,
 * without the dots and spaces that Windows drops from the end, without an NTFS stream (`.git::$DATA`).
 */
function foldName(segment: string): string {
  const folded = /^[\x20-\x7e]*$/.test(segment) ? segment.toLowerCase() : foldUnicode(segment);
  const stream = folded.indexOf(":");
  return (stream > 0 ? folded.slice(0, stream) : folded).replace(/[. ]+$/, "");
}

/** By way of upper case, because a long s and a sharp s are an s to APFS. */
function foldUnicode(segment: string): string {
  return segment.replace(HFS_IGNORED, "").normalize().toUpperCase().toLowerCase();
}

/** A backslash separates segments on Windows, and git for Windows reads it so from any index. */
const SEPARATOR = /[/\\]/;

/** What a path has none of when folding changes nothing in its segments but their case. */
const UNUSUAL = /[^\x20-\x7e]|:|[. ](?:[/\\]|$)/;

/** The segments of a path, each in the spelling that every other spelling of it shares. */
export function foldedSegments(path: string): string[] {
  // Nearly every path, at a third of the cost: lists of ten thousands are judged.
  if (!UNUSUAL.test(path)) return path.toLowerCase().split(SEPARATOR);
  return path.split(SEPARATOR).map(foldName);
}

/** Whether one path segment names git's folder in any spelling (`.git`, `.GIT`, `.git.`, `git~1`, …). */
export function isGitName(segment: string): boolean {
  return isFoldedGitName(foldName(segment));
}

/** Whether one path segment is the name of a file or folder that the server keeps for itself. */
export function isOwnName(segment: string): boolean {
  return isFoldedOwnName(foldName(segment));
}

/** Why a path must not be touched, or undefined. `path` is relative to the root, with `/` between segments. */
export function reservedReason(path: string): string | undefined {
  return reservedReasonOf(foldedSegments(path));
}

/** The same for the segments that {@linkcode foldedSegments} returned. */
export function reservedReasonOf(folded: readonly string[]): string | undefined {
  for (const name of folded) {
    if (isFoldedGitName(name)) return "git's own folder";
    if (isFoldedOwnName(name)) return "one of the server's own files";
  }
  return undefined;
}

function isFoldedGitName(name: string): boolean {
  return name === ".git" || (name.startsWith("git~") && /^git~[0-9]+$/.test(name));
}

function isFoldedOwnName(name: string): boolean {
  return name.startsWith(".mcp-") &&
    (OWN_NAMES.has(name) || OWN_PREFIXES.some((prefix) => name.startsWith(prefix)));
}
