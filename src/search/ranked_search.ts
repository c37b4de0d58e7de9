/** Search by the index: candidates, read again as they are now, in order; each with its best lines. */
import { nodeCrypto } from "../core/node_modules.ts";
import type { Clock } from "../core/clock.ts";
import { ANSWER_BYTES_MAX, SNIPPET_LINES } from "../core/limits.ts";
import type { Cite, CitedFile } from "../repo/file_reader.ts";
import { encodeRecordId } from "../repo/record_id.ts";
import type { RepoRoot } from "../repo/root.ts";
import { bestLines } from "./best_lines.ts";
import type { DirectScan } from "./index/direct_scan.ts";
import type { IndexReader } from "./index_reader.ts";
import { planQuery } from "./ranking/query_plan.ts";
import { rank, type RankedFile } from "./ranking/ranking.ts";
import type { IndexStatus } from "./receipt.ts";
import type { Search, SearchAnswer, SearchResult } from "./search.ts";
import { searchScope } from "./search_scope.ts";
import type { ShownLines } from "./shown_lines.ts";

/** What a search is made of. */
export interface RankedSearchParts {
  readonly root: RepoRoot;
  readonly index: IndexReader;
  readonly status: IndexStatus;
  readonly scan: DirectScan;
  readonly cite: Cite;
  readonly clock: Clock;
  /** How long one search may take before it answers the best that it has, in milliseconds. */
  readonly budgetMs: number;
}

/** A file that is shown, and others with the same contents. */
interface Shown {
  readonly ranked: RankedFile;
  readonly cited: CitedFile;
  readonly lines: ShownLines;
  readonly duplicates: string[];
}

/** See {@linkcode Search}. */
export class RankedSearch implements Search {
  readonly #parts: RankedSearchParts;

  constructor(parts: RankedSearchParts) {
    this.#parts = parts;
  }

  async search(
    text: string,
    { limit, path, signal }: { limit: number; path?: string | undefined; signal: AbortSignal },
  ): Promise<SearchAnswer> {
    const { root, index, status, scan, clock, budgetMs } = this.#parts;
    const started = clock.elapsed();
    const inScope = searchScope(root, path);
    const plan = planQuery(text);
    await status.settle(signal);
    const scanned = await scan.scan(plan.terms.map(({ word }) => word), signal);
    signal.throwIfAborted();
    const { files, isPartial } = rank(index, plan, {
      inScope,
      extra: [...index.unindexed(), ...scanned.paths],
      isOver: () => clock.elapsed() - started > budgetMs,
    });
    const found = files.filter(({ score }) => score > 0);
    const { results, shown } = await this.#results(found, limit);
    const isCut = isPartial || scanned.isPartial;
    return {
      results,
      total: found.length,
      truncated: isCut || shown < found.length,
      tookMs: Math.round((clock.elapsed() - started) * 10) / 10,
      index: status.receipt(),
    };
  }

  /** The results that fit into one answer, and how many files they stand for. */
  async #results(
    found: readonly RankedFile[],
    limit: number,
  ): Promise<{ results: SearchResult[]; shown: number }> {
    const shown = fold(found, limit);
    const urls = await this.#parts.cite(shown.map(({ cited }) => cited));
    const results: SearchResult[] = [];
    let [bytes, files] = [0, 0];
    for (const [at, { ranked: { file: { path }, score }, lines, duplicates }] of shown.entries()) {
      const result = {
        id: encodeRecordId(path),
        title: path.slice(path.lastIndexOf("/") + 1),
        url: urls[at] ?? "",
        path,
        snippet: lines.text,
        startLine: lines.startLine,
        endLine: lines.endLine,
        score: Math.round(score * 1000) / 1000,
        ...(duplicates.length > 0 && { duplicates }),
      };
      bytes += encoder.encode(JSON.stringify(result)).length;
      if (bytes > ANSWER_BYTES_MAX && results.length > 0) break;
      results.push(result);
      files += 1 + duplicates.length;
    }
    return { results, shown: files };
  }
}

/** Paths that are named beside a file of the same contents. */
const DUPLICATES_MAX = 5;

const encoder = new TextEncoder();

/** The first `limit` files of different contents. */
function fold(found: readonly RankedFile[], limit: number): Shown[] {
  const shown = new Map<string, Shown>();
  for (const ranked of found) {
    const { path, bytes } = ranked.file;
    const sha256 = nodeCrypto().createHash("sha256").update(bytes).digest("hex");
    const same = shown.get(sha256);
    if (same !== undefined) {
      if (same.duplicates.length < DUPLICATES_MAX) same.duplicates.push(path);
      continue;
    }
    if (shown.size === limit) break;
    const lines = bestLines(ranked, SNIPPET_LINES);
    const { startLine, endLine } = lines;
    shown.set(sha256, {
      ranked,
      lines,
      cited: { path, bytes, sha256, lines: { startLine, endLine } },
      duplicates: [],
    });
  }
  return [...shown.values()];
}
