/** Search with control: by words, a string, a regular expression, a definition's name, or a path; page by page. */
import type { Clock } from "../../core/clock.ts";
import { ANSWER_BYTES_MAX } from "../../core/limits.ts";
import { encodeRecordId } from "../../repo/record_id.ts";
import type { RepoRoot } from "../../repo/root.ts";
import type { DirectScan } from "../index/direct_scan.ts";
import type { IndexReader, InScope } from "../index_reader.ts";
import { languageOf } from "../language.ts";
import type { IndexStatus } from "../receipt.ts";
import { searchScope } from "../search_scope.ts";
import { decodeCursor, digestOf, encodeCursor, wrongCursor } from "./cursor.ts";
import {
  type CodeAnswer,
  type CodeHit,
  type CodeMode,
  type CodeQuery,
  type ModeParts,
  type OrderedHits,
  type Page,
  sizeOf,
} from "./code_query.ts";
import { isRegex } from "./linear_regex.ts";
import { chooseMode } from "./mode.ts";
import { findPaths } from "./path_search.ts";
import { findSymbols } from "./symbol_search.ts";
import { TextScan } from "./text_scan.ts";
import { findWords } from "./word_search.ts";

/** What a search is made of. */
export interface CodeSearchParts {
  readonly root: RepoRoot;
  readonly index: IndexReader;
  readonly status: IndexStatus;
  readonly scan: DirectScan;
  readonly clock: Clock;
  /** How long one search may take, in milliseconds. */
  readonly budgetMs: number;
}

/** See the module. */
export class CodeSearch {
  readonly #parts: CodeSearchParts;
  readonly #texts: TextScan;

  constructor(parts: CodeSearchParts) {
    this.#parts = parts;
    this.#texts = new TextScan(parts.clock);
  }

  /**
   * One page of hits.
   *
   * @throws {ToolError} `invalid_arguments` for a pattern that is none and for a cursor of another query; and what
   * naming a path throws.
   */
  async find(query: CodeQuery, signal: AbortSignal): Promise<CodeAnswer> {
    const { root, index, status, scan, clock, budgetMs } = this.#parts;
    const started = clock.elapsed();
    const inScope = scopeOf(root, query);
    const digest = digestOf([
      query.mode,
      query.query,
      query.path,
      query.language,
      query.caseSensitive,
      query.context,
    ]);
    const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, digest);
    await status.settle(signal);
    const isOver = () => clock.elapsed() - started > budgetMs;
    const { mode, page } = await this.#page({
      index,
      scan,
      query,
      inScope,
      after: cursor?.after,
      isOver,
      signal,
    });
    const before = cursor?.before ?? 0;
    const total = before + page.hits.length;
    return {
      mode,
      hits: page.hits.map((hit) => withIdentity(hit)),
      total,
      truncated: page.next !== undefined || page.isPartial,
      ...(page.next !== undefined &&
        { nextCursor: encodeCursor({ digest, before: total, after: page.next.after }) }),
      tookMs: Math.round((clock.elapsed() - started) * 10) / 10,
      index: status.receipt(),
    };
  }

  async #page(parts: ModeParts): Promise<{ mode: CodeMode; page: Page }> {
    const { query: { mode: asked, query }, after } = parts;
    const chosen = asked === "auto" ? chooseMode(query) : asked;
    // What only looks like an expression is looked for as it is.
    const mode = asked === "auto" && chosen === "regex" && !isRegex(query) ? "literal" : chosen;
    // A name that nothing defines is looked for as it is.
    const mayBeLiteral = asked === "auto" && mode === "symbol";
    if (mayBeLiteral && typeof after === "object") {
      return { mode: "literal", page: await this.#inMode("literal", parts) };
    }
    const page = await this.#inMode(mode, parts);
    if (!mayBeLiteral || page.hits.length > 0 || after !== undefined) return { mode, page };
    return { mode: "literal", page: await this.#inMode("literal", parts) };
  }

  async #inMode(mode: CodeMode, parts: ModeParts): Promise<Page> {
    switch (mode) {
      case "literal":
      case "regex":
        return await this.#texts.find(mode, parts);
      case "symbol":
        return pageOf(await findSymbols(parts), parts);
      case "path":
        return pageOf(await findPaths(parts), parts);
      case "words":
        return pageOf(await findWords(parts), parts);
      default:
        return mode satisfies never;
    }
  }
}

function scopeOf(root: RepoRoot, { path, language }: CodeQuery): InScope {
  const inFolder = searchScope(root, path);
  return (candidate) =>
    (language === undefined || languageOf(candidate) === language) && inFolder?.(candidate) !== false;
}

function withIdentity(hit: CodeHit): CodeAnswer["hits"][number] {
  const language = languageOf(hit.path);
  return { id: encodeRecordId(hit.path), ...hit, ...(language !== undefined && { language }) };
}

/** One page of a list that is in order as a whole. */
function pageOf(
  { hits, isPartial }: OrderedHits,
  { after, query: { limit } }: ModeParts,
): Page {
  if (after !== undefined && typeof after !== "number") throw wrongCursor();
  const page: CodeHit[] = [];
  let bytes = 0;
  let at = after ?? 0;
  for (; at < hits.length && page.length < limit; at++) {
    const hit = hits[at]?.();
    if (hit === undefined) continue;
    bytes += sizeOf(hit);
    if (bytes > ANSWER_BYTES_MAX && page.length > 0) break;
    page.push(hit);
  }
  return { hits: page, next: at < hits.length ? { after: at } : undefined, isPartial };
}
