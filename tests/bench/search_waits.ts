/** What a benchmark of search waits for, each for a bounded time: an indexer that never comes is said, and not waited for. */
import type { ServerProcess } from "../../scripts/server_process.ts";
import { known, type Touch } from "./search_corpus.ts";

/** Ten times what the slowest of them, a first build of 250,000 files, takes on a busy machine. */
const WAIT_MS_MAX = 20 * 60_000;

/** Changed files that are asked for, one by one. */
const FOUND_FILES = 20;

/** What is waited for, how it is asked for, and how often. */
export interface Wait {
  /** What is not so yet; undefined once it is so. */
  readonly missing: () => Promise<string | undefined>;
  readonly what: string;
  readonly pauseMs: number;
  /** @default {@linkcode WAIT_MS_MAX} */
  readonly atMostMs?: number;
}

/**
 * Waits until nothing is missing.
 *
 * @throws {Error} After the longest time, with what was waited for and what was missing last.
 */
export async function waitFor({ missing, what, pauseMs, atMostMs = WAIT_MS_MAX }: Wait): Promise<void> {
  let last: string | undefined = "no answer";
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    over.reject(new Error(`Waited ${atMostMs / 1000} s in vain for ${what}: ${last}`));
  }, atMostMs);
  try {
    while (last !== undefined) {
      last = await Promise.race([missing(), over.promise]);
      if (last === undefined) return;
      await Promise.race([new Promise((resolve) => setTimeout(resolve, pauseMs)), over.promise]);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until the index has every file. Health routes ask it for nothing else. */
export async function untilWhole(server: ServerProcess): Promise<void> {
  await waitFor({
    what: "an index that has every file",
    pauseMs: 50,
    async missing() {
      const { parts } = await (await fetch(`${server.url}/readyz`)).json();
      return parts.search.detail;
    },
  });
}

/** Waits until the files that were touched are found: some of them, spread over all. */
export async function untilFound(server: ServerProcess, { count, word }: Touch): Promise<void> {
  for (let at = 0; at < count; at += Math.ceil(count / FOUND_FILES)) {
    const { path } = known(at);
    await waitFor({
      what: `the changed file ${path}`,
      pauseMs: 5,
      async missing() {
        const { results, index } = await server.call("search", { query: `${word}${at}`, limit: 1 });
        if (results[0]?.path !== path) return `the first hit is ${results[0]?.path ?? "none"}`;
        return index.pending === 0 ? undefined : `${index.pending} files are pending`;
      },
    });
  }
}
