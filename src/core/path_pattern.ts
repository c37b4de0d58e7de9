/** Patterns over paths, as the operator and a repository's policy write them. */
import { GLOB_CHARS_MAX } from "./limits.ts";

/** Why a pattern over paths cannot be used; undefined when it can. */
export function patternProblem(pattern: string): string | undefined {
  if (pattern.trim() === "" || pattern.length > GLOB_CHARS_MAX) {
    return `has to have 1 to ${GLOB_CHARS_MAX} characters`;
  }
  if (pattern.startsWith("!")) return "cannot be negated: name what is meant";
  if (pattern.includes("\0") || pattern.includes("\\")) return "cannot hold a NUL or a backslash";
  if (pattern.split("/").includes("..")) return "is relative to the root, and leads out of it";
  if (/^\/*$/.test(pattern.replace(/^\.?\//, ""))) return "names no path";
  return undefined;
}
