/** How well a query fits a file's path and name. */
import { foldSymbol, splitWords, stemOf } from "../words.ts";
import type { Name, Term } from "./query_plan.ts";
import { weightedShare } from "./weighted_share.ts";

/** A path, as words. */
export interface PathWords {
  /** Of the folders. */
  readonly folders: readonly string[];
  /** Of the file's name without its extension. */
  readonly stem: readonly string[];
  /** The same, or the folder's where the name says nothing (`cors/index.ts` is `cors`). */
  readonly name: readonly string[];
}

/** Names that say nothing: such a file is what its folder is. */
const GENERIC_NAMES = new Set(["index", "mod", "main", "lib", "init", "package", "readme", "doc"]);

/** Takes a path apart. */
export function pathWords(path: string): PathWords {
  const segments = path.split("/");
  const stem = splitWords(withoutExtension(segments.pop() ?? ""));
  const parent = splitWords(segments.at(-1) ?? "");
  const isGeneric = stem.length === 1 && GENERIC_NAMES.has(stem[0] ?? "") && parent.length > 0;
  return { folders: segments.flatMap(splitWords), stem, name: isGeneric ? parent : stem };
}

/** How much of the query a list of words covers. */
export interface Cover {
  readonly cover: number;
  /** For each term how well it is found: 1 as it is, less as an inflection. */
  readonly found: readonly number[];
}

/** An inflection in a name. */
const INFLECTION = 0.8;

/** Measures how much of the query `words` cover. */
export function coverOf(terms: readonly Term[], weights: readonly number[], words: readonly string[]): Cover {
  const stems = words.map(stemOf);
  const found = terms.map(({ word, stem }) =>
    words.includes(word) ? 1 : stems.includes(stem) ? INFLECTION : 0
  );
  return { cover: weightedShare(found, weights), found };
}

/** Whether a file is called what the query, or a part of it, spells: 1 for the whole query. */
export function nameExact(names: readonly Name[], nameWords: readonly string[]): number {
  const folded = nameWords.join("");
  let best = 0;
  for (const name of names) if (name.folded === folded) best = Math.max(best, Math.sqrt(name.share));
  return best;
}

/** How well the areas that a commit's subject names are folders, or the file, of a path. */
export function scopeFit(scopes: readonly string[], path: string): number {
  if (scopes.length === 0) return 0;
  const segments = path.toLowerCase().split("/").map((segment) =>
    foldSymbol(segment.replace(/(?<!^)\..*$/, ""))
  );
  const isSame = (part: string) =>
    segments.some((segment) => segment === part || segment === `${part}s` || `${segment}s` === part);
  const isNear = (part: string) => part.length > 3 && segments.some((segment) => segment.includes(part));
  let best = 0;
  for (const scope of scopes) {
    const parts = scope.split("/").map(foldSymbol).filter((part) => part !== "");
    const fits = parts.map((part): number => isSame(part) ? 1 : isNear(part) ? 0.5 : 0);
    if (parts.length > 0) best = Math.max(best, fits.reduce((sum, fit) => sum + fit, 0) / parts.length);
  }
  return best;
}

/**
 * How well the query's words are the end of a path: 1 for all of them side by side up to the file's name, with or
 * without its extension; less for all of them in their order.
 */
export function tailFit(words: readonly string[], path: readonly string[]): number {
  if (words.length === 0 || words.length > path.length + EXTENSION_WORDS_MAX) return 0;
  for (let extension = 0; extension <= EXTENSION_WORDS_MAX && extension < words.length; extension++) {
    const asked = extension === 0 ? words : words.slice(0, -extension);
    const start = path.length - asked.length;
    if (start >= 0 && asked.every((word, index) => word === path[start + index])) {
      return asked.length === 1 ? 0.5 : 1;
    }
  }
  let at = 0;
  for (const word of path) if (word === words[at]) at++;
  return at === words.length && at > 1 ? 0.5 : 0;
}

/** `test.ts` is two words of an extension. */
const EXTENSION_WORDS_MAX = 2;

/** 1 for the whole path, less for its end, for whole segments, for a part of one; 0 for none. Pieces are in lower case. */
export function pathFit(pieces: readonly string[], path: string): number {
  if (pieces.length === 0) return 0;
  const lower = path.toLowerCase();
  return Math.max(...pieces.map((piece) => lower.includes(piece) ? pieceFit(piece, lower) : 0));
}

function pieceFit(piece: string, path: string): number {
  if (path === piece) return 1;
  if (endsAtSegment(path, piece)) return 0.95;
  const slash = path.lastIndexOf("/") + 1;
  const name = path.slice(slash);
  if (endsAtSegment(path.slice(0, slash) + withoutExtension(name), piece)) return 0.9;
  if (endsAtSegment(path.slice(0, slash) + name.replace(/(?<!^)\..*$/, ""), piece)) return 0.9;
  const at = path.indexOf(piece);
  const after = path[at + piece.length];
  if (at > 0 && path[at - 1] !== "/") return 0.25;
  return after === "/" || after === "." ? 0.6 : 0.4;
}

function endsAtSegment(path: string, piece: string): boolean {
  return path.endsWith(piece) &&
    (path.length === piece.length || path[path.length - piece.length - 1] === "/");
}

function withoutExtension(name: string): string {
  return name.replace(/(?<!^)\.[^.]*$/, "");
}
