/** Finds files without the index: while it is not whole, and where there is none. */
import { ToolError } from "../../core/errors.ts";
import { SCAN_BUDGET_MS, SCAN_ONLY_BUDGET_MS } from "../../core/limits.ts";
import { Turns } from "../../core/turns.ts";
import type { Git } from "../../repo/git.ts";
import type { ProjectFiles } from "../../repo/project_files.ts";

/** What a scan found. */
export interface ScanResult {
  /** Files that hold at least one of the terms, each once. */
  readonly paths: readonly string[];
  /** Whether there may be more. */
  readonly isPartial: boolean;
}

/** Files that a scan for terms names at most. */
export const SCANNED_FILES_MAX = 300;

/** Looks for terms in the files themselves, within a bounded time. */
export interface DirectScan {
  /** Nothing when the index is whole: it knows better. */
  scan(terms: readonly string[], signal: AbortSignal): Promise<ScanResult>;
  /** Every file, whatever it holds. Nothing, too, when the index is whole. */
  all(signal: AbortSignal): Promise<ScanResult>;
  /** Whether a file may have changed that neither the index has as it is nor anybody can name. */
  mayMissChanges(): boolean;
}

/** What a scan is made of. */
export interface GrepScanParts {
  readonly git: Git;
  readonly project: ProjectFiles;
  /** Whether the index knows better, knows some, or is not there. */
  readonly need: () => "none" | "beside" | "alone";
  /** A file's text as a caller may know it; undefined when there is none. */
  readonly textOf: (path: string) => string | undefined;
  readonly elapsed: () => number;
}

/**
 * A scan by `git grep`, which works in a folder without a repository too. It looks into files as they lie there, with what is
 * masked for callers: whether it found something must depend on nothing that stands in a secret alone. So a file counts
 * when a term stands in its masked text.
 */
export class GrepScan implements DirectScan {
  readonly #git: Git;
  readonly #project: ProjectFiles;
  readonly #need: GrepScanParts["need"];
  readonly #textOf: GrepScanParts["textOf"];
  readonly #elapsed: () => number;
  #nextAt = 0;

  constructor(parts: GrepScanParts) {
    this.#git = parts.git;
    this.#elapsed = parts.elapsed;
    this.#project = parts.project;
    this.#need = parts.need;
    this.#textOf = parts.textOf;
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

  mayMissChanges(): boolean {
    return this.#need() === "beside";
  }

  async #grep(
    terms: readonly string[],
    query: { budgetMs: number; oneThread?: boolean },
    signal: AbortSignal,
  ): Promise<ScanResult> {
    const end = this.#elapsed() + query.budgetMs;
    try {
      const { paths, truncated } = await this.#git.grep(terms, query, signal);
      const { held, isCut } = await this.#holding(paths, terms, { end, signal });
      return { paths: held, isPartial: truncated || isCut };
    } catch (error) {
      if (!(error instanceof ToolError) || error.code !== "unavailable") throw error;
      return { paths: [], isPartial: true };
    }
  }

  /** Those of the files that hold a term where a caller may see it; one at least is looked into, however late it is. */
  async #holding(
    paths: readonly string[],
    terms: readonly string[],
    { end, signal }: { end: number; signal: AbortSignal },
  ): Promise<{ held: string[]; isCut: boolean }> {
    const folded = terms.map((term) => term.toLowerCase());
    const held: string[] = [];
    const turns = new Turns(this.#elapsed, signal);
    for (const [index, path] of paths.entries()) {
      if (index > 0 && this.#elapsed() > end) return { held, isCut: true };
      await turns.wait();
      const text = this.#textOf(path);
      if (text === undefined || !holdsAny(text, terms, folded)) continue;
      if (held.length === SCANNED_FILES_MAX) return { held, isCut: true };
      held.push(path);
    }
    return { held, isCut: false };
  }
}

/** As they stand there, or without regard to case. */
function holdsAny(text: string, terms: readonly string[], folded: readonly string[]): boolean {
  if (terms.some((term) => text.includes(term))) return true;
  const lower = text.toLowerCase();
  return folded.some((term) => lower.includes(term));
}
