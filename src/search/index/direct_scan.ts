/** Finds files without the index: while it is not whole, and where there is none. */
import { ToolError } from "../../core/errors.ts";
import { SCAN_BUDGET_MS, SCAN_ONLY_BUDGET_MS } from "../../core/limits.ts";
import type { Git } from "../../repo/git.ts";

/** Lines that one scan reads. */
const LINES_MAX = 20_000;

/** What a scan found. */
export interface ScanResult {
  /** Files that hold at least one of the terms, each once. */
  readonly paths: readonly string[];
  /** Whether the time, or the room for what was found, was used up before every file was looked at. */
  readonly isPartial: boolean;
}

/** Looks for terms in the files themselves, within a bounded time. */
export interface DirectScan {
  /** Nothing when the index is whole: it knows better. */
  scan(terms: readonly string[], signal: AbortSignal): Promise<ScanResult>;
}

/** A scan by `git grep`, which works in a folder without a repository too. */
export class GrepScan implements DirectScan {
  readonly #git: Git;
  readonly #need: () => "none" | "beside" | "alone";

  /** @param parts.need Whether the index is whole, is there at least, or is not there. */
  constructor(parts: { git: Git; need: () => "none" | "beside" | "alone" }) {
    this.#git = parts.git;
    this.#need = parts.need;
  }

  async scan(terms: readonly string[], signal: AbortSignal): Promise<ScanResult> {
    const need = this.#need();
    if (need === "none" || terms.length === 0) return { paths: [], isPartial: false };
    const budgetMs = need === "alone" ? SCAN_ONLY_BUDGET_MS : SCAN_BUDGET_MS;
    try {
      const { hits, truncated } = await this.#git.grep(terms, { hitsMax: LINES_MAX, budgetMs }, signal);
      return { paths: [...new Set(hits.map(({ path }) => path))], isPartial: truncated };
    } catch (error) {
      if (!(error instanceof ToolError) || error.code !== "unavailable") throw error;
      return { paths: [], isPartial: true };
    }
  }
}
