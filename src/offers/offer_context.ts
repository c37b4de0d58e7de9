/** What an offer can reach: a part of what a tool can. */
import type { FileReader } from "../repo/file_reader.ts";
import type { FileStore } from "../repo/file_store.ts";
import type { Git } from "../repo/git.ts";

/** See the module. Services come from here and not from a constructor: reaching for one brings the root's rules up to date. */
export interface OfferContext {
  /** Aborted when the answer is not wanted any more. */
  readonly signal: AbortSignal;
  readonly files: FileStore;
  readonly reader: FileReader;
  readonly git: Git;
  /** A caller's path, judged, as git is to see it. */
  readonly gitPath: (path: string) => string;
}
