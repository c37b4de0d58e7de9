/**
 * Patterns over paths, as `.gitignore` has them: one without a slash is about a name in any folder, one with a slash
 * about a path below the root, and each takes with it everything below what it fits.
 */
import { Minimatch } from "minimatch";
import { GLOB_BRACES_MAX } from "../../core/limits.ts";
import { foldedSegments } from "../../core/own_files.ts";

/** A pattern that is ready to be asked, about a name or about the segments of a path. Both come folded. */
export type PathPattern =
  | {
    readonly kind: "name";
    readonly text: string;
    readonly fits: (name: string) => boolean;
    /** The same as a regular expression; undefined where that could take long. */
    readonly source: string | undefined;
  }
  | {
    readonly kind: "path";
    readonly text: string;
    /** Whether it fits the path, or a folder above it. */
    readonly fits: (path: readonly string[]) => boolean;
    /** The folders and the name that the pattern begins with, up to its first wildcard. */
    readonly beginning: readonly string[];
  };

/** Makes a pattern ready. Its text was judged by `patternProblem`. */
export function compilePathPattern(text: string): PathPattern {
  const isAnchored = /^\.?\//.test(text.trim());
  const segments = foldedSegments(text.trim().replace(/^\.?\/+/, "").replace(/\/+$/, ""));
  const glob = segments.join("/");
  if (segments.length === 1 && !isAnchored) {
    return { kind: "name", text, fits: compileName(glob), source: sourceOf(glob) };
  }
  const wild = segments.findIndex((segment) => WILDCARD.test(segment));
  return {
    kind: "path",
    text,
    fits: compilePath(segments),
    beginning: wild < 0 ? segments : segments.slice(0, wild + 1),
  };
}

/** Whether a text fits a glob, whatever its case; a dot is a character like any other. */
export function compileGlobFold(glob: string): (text: string) => boolean {
  const matcher = new Minimatch(glob, {
    dot: true,
    nocase: true,
    nonegate: true,
    nocomment: true,
    noext: true,
    braceExpandMax: GLOB_BRACES_MAX,
  });
  return (text) => matcher.match(text);
}

const WILDCARD = /[*?[{]/;

/** The shapes that nearly all patterns have need no glob: listings ask of ten thousands of paths. */
function compilePath(pattern: readonly string[]): (path: readonly string[]) => boolean {
  const wild = pattern.findIndex((segment) => WILDCARD.test(segment));
  if (wild < 0) return (path) => standsAt(pattern, { path, start: 0 });
  const tail = pattern.slice(1);
  if (pattern[0] === "**" && !tail.some((segment) => WILDCARD.test(segment))) {
    return (path) => path.some((_, start) => standsAt(tail, { path, start }));
  }
  const beginning = pattern.slice(0, wild);
  const fitsWhole = compileGlobFold(pattern.join("/"));
  return (path) =>
    standsAt(beginning, { path, start: 0 }) &&
    path.some((_, index) => index >= wild && fitsWhole(path.slice(0, index + 1).join("/")));
}

function standsAt(
  pattern: readonly string[],
  { path, start }: { path: readonly string[]; start: number },
): boolean {
  if (start + pattern.length > path.length) return false;
  for (let index = 0; index < pattern.length; index++) {
    if (path[start + index] !== pattern[index]) return false;
  }
  return true;
}

/** With more than one wildcard a regular expression would go back and forth. */
function sourceOf(glob: string): string | undefined {
  const parts = glob.split("*");
  if (parts.length > 2 || /[?[{]/.test(glob)) return undefined;
  return parts.map((part) => part.replace(/[.+^$()|\\\]}]/g, "\\$&")).join(".*");
}

/** The same for a pattern about a name. */
function compileName(glob: string): (name: string) => boolean {
  if (!WILDCARD.test(glob)) return (name) => name === glob;
  const [, before = "", after = ""] = /^([^*?[{]*)\*([^*?[{]*)$/.exec(glob) ?? [];
  if (before + after === "") return compileGlobFold(glob);
  const least = before.length + after.length;
  return (name) => name.length >= least && name.startsWith(before) && name.endsWith(after);
}
