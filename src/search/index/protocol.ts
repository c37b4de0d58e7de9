/** What the app and the indexer tell each other over their port. Everything is plain data: they may be in two workers. */
import type { ListedFiles } from "./differences.ts";
import type { IndexedFacts } from "./index_store.ts";

/** How it stands with the index, and what has changed in it since the last report. */
export interface IndexReport {
  /** Files in the index. */
  readonly files: number;
  /** Files that the index does not have as they are. */
  readonly pending: number;
  /** The first of them, at most {@linkcode WAITING_MAX}. */
  readonly waiting: readonly string[];
  /** Whether every file was looked at since the indexer was started: until then, how many differ is not known. */
  readonly isSwept: boolean;
  /** Null: too many to name, the reader is to read all of them. */
  readonly changed: readonly IndexedFacts[] | null;
  readonly removed: readonly string[];
  /** The sequence of the last file whose words were gathered; 0 before they are. */
  readonly wordsSequence: number;
}

/** Waiting files that a report names. */
export const WAITING_MAX = 300;

/** What the app tells the indexer. */
export type ToIndexer =
  /** Look at these files now; `refreshed` is the answer. */
  | { readonly type: "refresh"; readonly ticket: number; readonly paths: readonly string[] }
  /** The answer to `list`; null when the files cannot be listed now. */
  | { readonly type: "listed"; readonly ticket: number; readonly listed: ListedFiles | null }
  /** Something has changed, and it is not known what: look at every file; `swept` is the answer. */
  | { readonly type: "sweep"; readonly ticket: number }
  /** The index cannot be read. */
  | { readonly type: "broken"; readonly reason: string }
  /** The app is about to end; `closed` is the answer, and the last message. */
  | { readonly type: "close" };

/** What the indexer tells the app. */
export type FromIndexer =
  /** The index can be read from now on. Another file may have taken the place of the one that was read so far. */
  | { readonly type: "opened" }
  /** There is no index, and there will be none. */
  | { readonly type: "unusable"; readonly reason: string }
  | { readonly type: "refreshed"; readonly ticket: number }
  /** A sweep that began after `sweep` is over, and what it found is reported. */
  | { readonly type: "swept"; readonly ticket: number }
  /** Which files belong into the index? With `paths`: which of them do? */
  | { readonly type: "list"; readonly ticket: number; readonly paths?: readonly string[] }
  | { readonly type: "report"; readonly report: IndexReport }
  /** The last message. Spent, it leaves the index as it has reported it, and another one is about to go on. */
  | { readonly type: "closed"; readonly isSpent: boolean };
