/** Lets a launcher say when it makes its indexer, in that moment: one that was not announced was never made. */

/** What is said. */
export const INDEXER_MADE = "an indexer is made";

/** From now on each indexer is announced on stderr, before anything that is logged later. */
export function announceIndexer(): void {
  globalThis.Worker = class extends Worker {
    constructor(specifier: string | URL, options?: WorkerOptions) {
      if (options?.name === "indexer") Deno.stderr.writeSync(new TextEncoder().encode(`${INDEXER_MADE}\n`));
      super(specifier, options);
    }
  };
}
