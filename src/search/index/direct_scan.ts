/** Finds files without the index: while it is not whole, and where there is none. */
import { ToolError } from "../../core/errors.ts";
import { SCAN_BUDGET_MS, SCAN_ONLY_BUDGET_MS } from "../../core/limits.ts";
import type { Git } from "../../repo/git.ts";
import type { ProjectFiles } from "../../repo/project_files.ts";

/** What a scan found. */
export interface ScanResult {
  /** Files that hold at least one of the terms, each once. */
  readonly paths: readonly string[];
  /** Whether not every file was looked at. */
  readonly isPartial: boolean;
}

/** Looks for terms in the files themselves, within a bounded time. */
export interface DirectScan {
  /** Nothing when the index is whole: it knows better. */
  scan(terms: readonly string[], signal: AbortSignal): Promise<ScanResult>;
  /** Every file, whatever it holds. Nothing, too, when the index is whole. */
  all(signal: AbortSignal): Promise<ScanResult>;
}

/** What a scan is made of. */
export interface GrepScanParts {
  readonly git: Git;
  readonly project: ProjectFiles;
  /** Whether the index knows better, knows some, or is not there. */
  readonly need: () => "none" | "beside" | "alone";
  readonly elapsed: () => number;
}

/** A scan by `git grep`, which works in a folder without a repository too. */
export class GrepScan implements DirectScan {
  readonly #git: Git;
  readonly #project: ProjectFiles;
  readonly #need: GrepScanParts["need"];
  readonly #elapsed: () => number;
  #nextAt = 0;

  constructor(parts: GrepScanParts) {
    this.#git = parts.git;
    this.#elapsed = parts.elapsed;
    this.#project = parts.project;
    this.#need = parts.need;
  }

  async scan(terms: readonly string[], signal: AbortSignal): Promise<ScanResult> {
    const need = this.#need();
    if (need === "none" || terms.length === 0) return { paths: [], isPartial: false };
    if (need === "alone") return await this.#grep(terms, { budgetMs: SCAN_ONLY_BUDGET_MS }, signal);
    // While the index is built, searches may take half a core from it, however many there are.
    if (this.#elapsed() < this.#nextAt) return { paths: [], isPartial: true };
    this.#nextAt = Infinity;
    const started = this.#elapsed();
    try {
      return await this.#grep(terms, { budgetMs: SCAN_BUDGET_MS, oneThread: true }, signal);
    } finally {
      this.#nextAt = 2 * this.#elapsed() - started;
    }
  }

  async all(signal: AbortSignal): Promise<ScanResult> {
    if (this.#need() === "none") return { paths: [], isPartial: false };
    const { paths, truncated } = await this.#project.list("", signal);
    return { paths, isPartial: truncated };
  }

  async #grep(
    terms: readonly string[],
    query: { budgetMs: number; oneThread?: boolean },
    signal: AbortSignal,
  ): Promise<ScanResult> {
    try {
      const { paths, truncated } = await this.#git.grep(terms, query, signal);
      return { paths, isPartial: truncated };
    } catch (error) {
      if (!(error instanceof ToolError) || error.code !== "unavailable") throw error;
      return { paths: [], isPartial: true };
    }
  }
}
