/** What is asked of a code search, and what it answers. */
import type { DirectScan } from "../index/direct_scan.ts";
import type { IndexReader, InScope } from "../index_reader.ts";
import type { Language } from "../language.ts";
import type { IndexReceipt } from "../receipt.ts";
import type { Cursor } from "./cursor.ts";

/** What can be looked for. */
export type CodeMode = "words" | "literal" | "regex" | "symbol" | "path";

/** What is asked. */
export interface CodeQuery {
  readonly query: string;
  readonly mode: CodeMode | "auto";
  /** A folder or a glob. */
  readonly path?: string | undefined;
  readonly language?: Language | undefined;
  /** By default strings and expressions mind the case, everything else does not. */
  readonly caseSensitive?: boolean | undefined;
  /** Hits of one page. */
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Lines before and after a hit. */
  readonly context: number;
}

/** Some lines of a file. Hits that touch are one. */
export interface CodeHit {
  readonly path: string;
  /** Lines count from 1. Absent, like the text, where a path alone was asked for. */
  readonly startLine?: number;
  readonly endLine?: number;
  readonly text?: string;
  /** The lines of those that fit. */
  readonly matches?: readonly number[];
  readonly symbol?: { readonly name: string; readonly kind: string };
}

/** Where one page ended, for the mode that it is of. */
export interface Page {
  readonly hits: readonly CodeHit[];
  /** Where the next page begins: `after` is what the mode made of it. */
  readonly next: Pick<Cursor, "after"> | undefined;
  /** Whether files were left out that no later page has: the time was over, or a line was too long. */
  readonly isPartial: boolean;
}

/** All hits of a mode that knows their order; each is made when its page is. Undefined for one that is gone. */
export interface OrderedHits {
  readonly hits: readonly (() => CodeHit | undefined)[];
  readonly isPartial: boolean;
}

/** A page of hits, and the receipt. */
export interface CodeAnswer {
  readonly mode: CodeMode;
  readonly hits: readonly (CodeHit & { readonly id: string; readonly language?: Language })[];
  /** Hits up to the end of this page; all of them when `truncated` is false. */
  readonly total: number;
  readonly truncated: boolean;
  readonly nextCursor?: string;
  readonly tookMs: number;
  readonly index: IndexReceipt;
}

/** What each mode is given. */
export interface ModeParts {
  readonly index: IndexReader;
  readonly scan: DirectScan;
  readonly query: CodeQuery;
  readonly inScope: InScope;
  readonly after: Cursor["after"] | undefined;
  readonly isOver: () => boolean;
  readonly signal: AbortSignal;
}

/** Bytes of a hit in JSON, with what is added to it. */
export function sizeOf(hit: CodeHit): number {
  return encoder.encode(JSON.stringify(hit)).length + 2 * hit.path.length + 60;
}

const encoder = new TextEncoder();
