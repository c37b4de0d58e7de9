/**
 * Patterns over paths, as `.gitignore` has them: one without a slash is about a name in any folder, one with a slash
 * about a path below the root, and each takes with it everything below what it fits.
 */
import { Minimatch } from "minimatch";
import { GLOB_BRACES_MAX } from "../../core/limits.ts";
import { foldedSegments } from "../../core/own_files.ts";

/** A pattern that is ready to be asked, about names or about paths. Both come folded. */
export type PathPattern =
  | { readonly kind: "name"; readonly text: string; readonly fits: (name: string) => boolean }
  | {
    readonly kind: "path";
    readonly text: string;
    readonly fits: (path: string) => boolean;
    /** The folders and the name that the pattern begins with, up to its first wildcard. */
    readonly beginning: readonly string[];
  };

/** Makes a pattern ready. Its text was judged by `patternProblem`. */
export function compilePathPattern(text: string): PathPattern {
  const isAnchored = /^\.?\//.test(text.trim());
  const segments = foldedSegments(text.trim().replace(/^\.?\/+/, "").replace(/\/+$/, ""));
  const glob = segments.join("/");
  if (segments.length === 1 && !isAnchored) return { kind: "name", text, fits: compileName(glob) };
  const wild = segments.findIndex((segment) => WILDCARD.test(segment));
  return {
    kind: "path",
    text,
    fits: compileGlobFold(glob),
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

/** The shapes that nearly all patterns have need no glob. */
function compileName(glob: string): (name: string) => boolean {
  if (!WILDCARD.test(glob)) return (name) => name === glob;
  const [, before = "", after = ""] = /^([^*?[{]*)\*([^*?[{]*)$/.exec(glob) ?? [];
  if (before + after === "") return compileGlobFold(glob);
  const least = before.length + after.length;
  return (name) => name.length >= least && name.startsWith(before) && name.endsWith(after);
}
