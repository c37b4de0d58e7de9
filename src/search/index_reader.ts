/** What ranking asks of the index: candidates, symbols, paths, and the text of a file as it is now. */
import type { DocumentSymbol } from "./document.ts";
import type { Language } from "./language.ts";

/** How much a match counts in each column of the full-text table (`bm25`). */
export interface ColumnWeights {
  readonly name: number;
  readonly path: number;
  readonly definitions: number;
  readonly headings: number;
  readonly body: number;
}

/** A file that the full-text table found. */
export interface FullTextHit {
  readonly path: string;
  /** Higher is better (SQLite's `bm25` with its sign turned). */
  readonly score: number;
}

/** A definition, and the file that it stands in. */
export interface SymbolHit extends DocumentSymbol {
  readonly path: string;
}

/** What is known of a file without reading it. */
export interface IndexedFile {
  readonly path: string;
  readonly language: Language | undefined;
  /** Bytes. */
  readonly size: number;
  /** False for a file whose path alone is in the index: it is binary, or larger than 1 MiB. */
  readonly hasText: boolean;
}

/** A file as it is on disk in this moment. */
export interface CurrentFile {
  readonly path: string;
  /** With its secrets masked: the one text that may be shown. */
  readonly text: string;
  /** The same text for judging alone, without a look for secrets where the index knows of none: never shown. */
  readonly judged: string;
  readonly bytes: Uint8Array;
  /** Whether the index holds an older state: its symbols and columns are not those of `text`. */
  readonly isNewer: boolean;
}

/** The tokens of the full-text table. */
export interface Vocabulary {
  /** All tokens, folded, each on its line. Some may not be in any file any more. */
  readonly tokens: string;
  /** Files that came into the index later: their tokens may be missing. */
  readonly since: readonly string[];
}

/** Which files a question is about. Called with paths relative to the root. */
export type InScope = (path: string) => boolean;

/**
 * The index, for reading. Every method answers at once from SQLite or from memory; none waits for the indexer. Paths are
 * relative to the root. What the index says of a file may be older than the file; {@linkcode read} never is.
 */
export interface IndexReader {
  /** Counts up whenever an answer of another method may have changed. What is derived from answers can be kept until then. */
  readonly generation: number;

  /** Every file of the index, sorted by path. The same array until the generation changes. */
  files(): readonly IndexedFile[];

  /** Facts of one file. */
  file(path: string): IndexedFile | undefined;

  /**
   * The best `limit` files for an FTS5 expression, best first.
   *
   * @param expression Made by ranking alone, never a caller's text as it is.
   */
  match(
    expression: string,
    options: {
      readonly weights: ColumnWeights;
      readonly limit: number;
      readonly inScope?: InScope | undefined;
    },
  ): readonly FullTextHit[];

  /** All files that an FTS5 expression fits, in no order, at most `limit`. */
  matching(expression: string, limit: number): readonly string[];

  /** In how many files a term stands. `term` is one token as the tokenizer folds it. */
  documentFrequency(term: string): number;

  /** The words of the index, to find those that hold a piece; undefined while they are not gathered. */
  vocabulary(): Vocabulary | undefined;

  /** Definitions whose name, folded by `foldSymbol`, is `folded`; with `inScope`, those in its files. */
  symbolsNamed(folded: string, limit: number, inScope?: InScope): readonly SymbolHit[];

  /** Definitions of a file as the index has them, in the order of lines. */
  symbolsOf(path: string): readonly DocumentSymbol[];

  /**
   * The same of many files at once, by path. Files that have none may be left out, and so may definitions that hold none of the
   * strings `holding`, in lower case: it then takes a fraction of the time.
   */
  symbolsHolding(
    paths: Iterable<string>,
    holding: readonly string[],
  ): ReadonlyMap<string, readonly DocumentSymbol[]>;

  /**
   * Files that have changed or appeared and are not in the index as they are now, at most a few hundred: ranking reads
   * and scores them beside the candidates.
   */
  unindexed(): readonly string[];

  /** Whether a file stands at the path now, with or without text, and may be read. */
  exists(path: string): boolean;

  /**
   * A file's bytes as they are now, secrets among them: to be looked into, and never to be shown. Undefined unless the index
   * holds the file as it is. The array is good until the next call.
   */
  indexedBytes(path: string): Uint8Array | undefined;

  /**
   * A file's text as it is now, checked against the disk. Undefined when it is gone, has become binary or too large, or
   * may not be read.
   */
  read(path: string): CurrentFile | undefined;
}
