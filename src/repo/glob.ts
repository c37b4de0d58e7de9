/**
 * Globs, through minimatch, because a caller's pattern must not be able to stop the server: `*a*a*a*a*b` on a name
 * of 250 letters takes minimatch 2 ms, and a matcher that compiles to a backtracking expression half a minute.
 */
import { Minimatch } from "minimatch";
import { ToolError } from "../core/errors.ts";
import { GLOB_BRACES_MAX, GLOB_CHARS_MAX } from "../core/limits.ts";

/** Whether a path relative to the folder that the glob is about fits it. */
export type GlobMatch = (path: string) => boolean;

/**
 * Understands `*`, `?`, `**`, `{a,b}`, `[x]`, `[!x]`, and a leading `!` for "all but". A name that begins with a dot
 * is matched only where the pattern has that dot itself.
 *
 * @throws {ToolError} `invalid_arguments` for a pattern that is empty, too long, or expands to too much.
 */
export function compileGlob(glob: string): GlobMatch {
  if (glob.length === 0 || glob.length > GLOB_CHARS_MAX) {
    throw invalid(glob.slice(0, 40), `a glob has 1 to ${GLOB_CHARS_MAX} characters`);
  }
  const negated = glob.startsWith("!");
  const pattern = glob.slice(negated ? 1 : 0).replace(/^(?:\.?\/)+/, "");
  if (pattern === "" || pattern.split("/").includes("..")) {
    throw invalid(glob, `a glob is relative to the folder it is about, as in "**/*.ts"`);
  }
  const matcher = new Minimatch(pattern, {
    dot: false,
    nonegate: true,
    nocomment: true,
    noext: true,
    braceExpandMax: GLOB_BRACES_MAX + 1,
  });
  if (matcher.set.length > GLOB_BRACES_MAX) {
    throw invalid(glob, `its braces stand for more than ${GLOB_BRACES_MAX} patterns`);
  }
  return negated ? (path) => !hasHiddenSegment(path) && !matcher.match(path) : (path) => matcher.match(path);
}

function hasHiddenSegment(path: string): boolean {
  return path.startsWith(".") || path.includes("/.");
}

function invalid(glob: string, reason: string): ToolError {
  return new ToolError("invalid_arguments", `Cannot use the glob "${glob}": ${reason}`, { glob });
}
