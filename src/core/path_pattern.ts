/** Patterns over paths, as the operator and a repository's policy write them. */
import { GLOB_CHARS_MAX } from "./limits.ts";

/** Why a pattern over paths cannot be used; undefined when it can. */
export function patternProblem(pattern: string): string | undefined {
  if (pattern.trim() === "" || pattern.length > GLOB_CHARS_MAX) {
    return `has to have 1 to ${GLOB_CHARS_MAX} characters`;
  }
  if (pattern.startsWith("!")) return "cannot be negated: name what is meant";
  if (pattern.includes("\0") || pattern.includes("\\")) return "cannot hold a NUL or a backslash";
  if (pattern.includes("\ufffd")) return "is not UTF-8";
  if (!isBalanced(pattern)) {
    return "has a brace without its other half (a comma between patterns cannot stand in braces)";
  }
  if (pattern.split("/").includes("..")) return "is relative to the root, and leads out of it";
  if (/^\/*$/.test(pattern.replace(/^\.?\//, ""))) return "names no path";
  // It would fit nothing, and a rule that holds back nothing must not look like one that does.
  const inner = pattern.trim().replace(/^\.?\/+/, "").replace(/\/+$/, "").split("/");
  if (inner.some((segment) => /^[. ]*$/.test(segment))) return "has a segment that no path has";
  return undefined;
}

function isBalanced(pattern: string): boolean {
  let open = 0;
  for (const character of pattern) {
    if (character === "{") open++;
    if (character === "}" && --open < 0) return false;
  }
  return open === 0;
}
