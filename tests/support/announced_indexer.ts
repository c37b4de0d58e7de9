/** Lets a launcher say when it makes its indexer, in its log: one that was not announced was never made. */
import type { LineWriter } from "../../src/line_writer.ts";

/** What is said. */
export const INDEXER_MADE = "an indexer is made";

/** From now on each indexer is announced, behind what was logged before it and before what is logged later. */
export function announceIndexer(stderr: LineWriter): void {
  globalThis.Worker = class extends Worker {
    constructor(specifier: string | URL, options?: WorkerOptions) {
      if (options?.name === "indexer") stderr.write(INDEXER_MADE);
      super(specifier, options);
    }
  };
}
