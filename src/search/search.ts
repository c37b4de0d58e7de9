/** What a search answers. */
import type { IndexReceipt } from "./receipt.ts";

/** One file, with its best lines. */
export interface SearchResult {
  readonly id: string;
  /** The file's name. */
  readonly title: string;
  readonly url: string;
  readonly path: string;
  readonly snippet: string;
  readonly startLine: number;
  readonly endLine: number;
  /** Comparable within one answer; higher is better. */
  readonly score: number;
  /** Other files with the same contents. */
  readonly duplicates?: readonly string[];
}

/** The results, and a receipt of what they were found in. */
export interface SearchAnswer {
  readonly results: readonly SearchResult[];
  /** Files that fit the query. */
  readonly total: number;
  /** Whether there is more: files past the limit, or text that was not looked at. */
  readonly truncated: boolean;
  readonly tookMs: number;
  readonly index: IndexReceipt;
}

/** Finds files. */
export interface Search {
  /**
   * The best files for a query, best first.
   *
   * @param options.path A folder or a glob that results must be in.
   * @throws {ToolError} `invalid_arguments`, `path_outside_root`, `path_denied`, `unavailable`.
   */
  search(
    query: string,
    options: { limit: number; path?: string | undefined; signal: AbortSignal },
  ): Promise<SearchAnswer>;
}
