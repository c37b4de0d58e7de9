/** Where lines of a patch stand in a file: in exactly one place, or an answer that says why not. */

import { LineIndex, standsAt } from "./line_index.ts";
import type { Line } from "./lines.ts";

/** How lines are compared: as they are, or without whitespace at their ends. */
export type Fit = "exact" | "trimmed";

/** The answer of {@linkcode locate}; lines are 0-based. */
export type Location =
  | { readonly kind: "at"; readonly at: number; readonly fit: Fit }
  | { readonly kind: "several"; readonly candidates: readonly number[] }
  /** Stands only where an earlier hunk has already been. */
  | { readonly kind: "passed"; readonly at: number }
  | { readonly kind: "nowhere" };

/** What is known about the place beforehand. */
export interface LocateOptions {
  /** Lines before this one belong to earlier hunks. */
  readonly from: number;
  /** The lines must be the last ones of the file. */
  readonly atEnd: boolean;
  /** Places that beat any other: a single one of them that fits needs no search. */
  readonly preferred: readonly number[];
}

/** Places that an ambiguous search collects. */
const CANDIDATES_MAX = 6;

/** One way to compare the lines of a file, with an index that is only built when it is needed. */
export class View {
  readonly texts: readonly string[];
  readonly #normalize: (text: string) => string;
  #index: LineIndex | undefined;

  constructor(lines: readonly Line[], normalize: (text: string) => string) {
    this.texts = lines.map((line) => normalize(line.text));
    this.#normalize = normalize;
  }

  /** The index over all lines. */
  get index(): LineIndex {
    return this.#index ??= new LineIndex(this.texts);
  }

  /** Lines of a patch, in the form in which this view compares them. */
  normalized(texts: readonly string[]): string[] {
    return texts.map(this.#normalize);
  }
}

/** The lines of one file, ready to be searched. */
export class Haystack {
  readonly exact: View;
  readonly #lines: readonly Line[];
  #trimmed: View | undefined;
  #stripped: View | undefined;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
    this.exact = new View(lines, (text) => text);
  }

  /** The view without whitespace at line ends. */
  get trimmed(): View {
    return this.#trimmed ??= new View(this.#lines, (text) => text.trimEnd());
  }

  /** The view without whitespace at either end. */
  get stripped(): View {
    return this.#stripped ??= new View(this.#lines, (text) => text.trim());
  }

  /** Number of lines. */
  get length(): number {
    return this.#lines.length;
  }
}

/** Finds the one place where `wanted` (not empty) stands: exactly if possible, else with line ends trimmed. */
export function locate(haystack: Haystack, wanted: readonly string[], options: LocateOptions): Location {
  const exact = locateIn(haystack.exact, wanted, options);
  if (exact.kind !== "nowhere") return exact.kind === "at" ? { ...exact, fit: "exact" } : exact;
  const trimmed = locateIn(haystack.trimmed, haystack.trimmed.normalized(wanted), options);
  return trimmed.kind === "at" ? { ...trimmed, fit: "trimmed" } : trimmed;
}

function locateIn(view: View, wanted: readonly string[], options: LocateOptions): Location {
  const { from, atEnd } = options;
  const preferred = atEnd ? [view.texts.length - wanted.length] : options.preferred;
  let found = [...new Set(preferred)].filter((at) => standsAt(view.texts, wanted, at));
  const passed = found.find((at) => at < from);
  if (passed !== undefined) return { kind: "passed", at: passed };
  if (found.length === 0 && !atEnd) found = view.index.find(wanted, { from, max: CANDIDATES_MAX });
  if (found.length > 1) return { kind: "several", candidates: found };
  if (found[0] !== undefined) return { kind: "at", at: found[0], fit: "exact" };
  const earlier = atEnd || from === 0 ? undefined : view.index.find(wanted, { from: 0, max: 1 })[0];
  return earlier === undefined ? { kind: "nowhere" } : { kind: "passed", at: earlier };
}
