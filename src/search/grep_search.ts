/** Search without an index: ranks what `git grep` and the file names say. Nothing it answers is ever stale. */
import type { Clock } from "../core/clock.ts";
import { ToolError } from "../core/errors.ts";
import { redact } from "../core/secrets.ts";
import type { Cite, CitedFile } from "../repo/file_reader.ts";
import type { FileStore } from "../repo/file_store.ts";
import type { Git } from "../repo/git.ts";
import { compileGlob } from "../repo/glob.ts";
import type { ProjectFiles } from "../repo/project_files.ts";
import { encodeRecordId } from "../repo/record_id.ts";
import { decodeText } from "../repo/text.ts";
import { parseQuery, type Query } from "./query.ts";
import type { Search, SearchAnswer, SearchResult } from "./search.ts";
import { bestSnippet, type Snippet } from "./snippet.ts";

/** Lines that one search reads of `git grep`. */
const HITS_MAX = 20_000;

/** Largest file whose bytes are kept until all are cited; a larger one is cited at this server, not on a forge. */
const CITED_FILE_BYTES_MAX = 1024 * 1024;

/** How much more a term counts in a file's name, and in its path, than once in its text. */
const NAME_WEIGHT = 3;
const PATH_WEIGHT = 1.5;

interface Candidate {
  readonly path: string;
  readonly score: number;
}

/** What a search is made of. */
export interface GrepSearchParts {
  readonly git: Git;
  readonly project: ProjectFiles;
  readonly files: FileStore;
  readonly cite: Cite;
  readonly clock: Clock;
}

/** See {@linkcode Search}. */
export class GrepSearch implements Search {
  readonly #parts: GrepSearchParts;

  constructor(parts: GrepSearchParts) {
    this.#parts = parts;
  }

  async search(
    text: string,
    { limit, path, signal }: { limit: number; path?: string | undefined; signal: AbortSignal },
  ): Promise<SearchAnswer> {
    const started = this.#parts.clock.elapsed();
    const query = parseQuery(text);
    const inScope = this.#scope(path);
    const [names, grep, head] = await Promise.all([
      this.#parts.project.list("", signal),
      this.#parts.git.grep(query.terms, { hitsMax: HITS_MAX }, signal),
      this.#head(signal),
    ]);
    const paths = names.paths.filter(inScope);
    const candidates = rank(query, {
      paths,
      hits: grep.hits.filter((hit) => inScope(hit.path)).map(withoutSecrets),
    });
    const { results, more } = await this.#show(candidates, { query, limit });
    return {
      results,
      total: candidates.length,
      truncated: more || grep.truncated || names.truncated,
      tookMs: Math.round((this.#parts.clock.elapsed() - started) * 10) / 10,
      index: { files: names.paths.length, pending: 0, head },
    };
  }

  /** Whether a path is in the folder, or fits the glob, that the caller named. */
  #scope(path: string | undefined): (path: string) => boolean {
    if (path === undefined) return () => true;
    if (/[*?[{!]/.test(path)) return compileGlob(path);
    const { realPath } = this.#parts.files.root.resolve(path);
    return (candidate) => realPath === "" || candidate === realPath || candidate.startsWith(`${realPath}/`);
  }

  async #head(signal: AbortSignal): Promise<string | null> {
    try {
      return (await this.#parts.git.headBlobs([], signal)).head;
    } catch (error) {
      if (error instanceof ToolError && error.code === "unavailable") return null;
      throw error;
    }
  }

  /** Reads the best files, skipping those that cannot be read any more, and cites what it shows. */
  async #show(
    candidates: readonly Candidate[],
    { query, limit }: { query: Query; limit: number },
  ): Promise<{ results: SearchResult[]; more: boolean }> {
    const shown: { candidate: Candidate; cited: CitedFile; snippet: Snippet }[] = [];
    for (const candidate of candidates) {
      if (shown.length === limit) break;
      const file = await this.#read(candidate.path);
      if (file === undefined) continue;
      const { text, redacted } = redact(decodeText(file.bytes) ?? "");
      // What only a secret fits is not said to fit: else a secret could be guessed letter by letter.
      if (redacted > 0 && !holdsAny(`${candidate.path}\n${text}`, query.terms)) continue;
      const snippet = bestSnippet(text, query.terms);
      const lines = { startLine: snippet.startLine, endLine: snippet.endLine };
      const bytes = file.bytes.length > CITED_FILE_BYTES_MAX ? new Uint8Array() : file.bytes;
      shown.push({ candidate, snippet, cited: { path: candidate.path, sha256: file.sha256, bytes, lines } });
    }
    const urls = await this.#parts.cite(shown.map(({ cited }) => cited));
    const results = shown.map(({ candidate: { path, score }, snippet: { text, ...lines } }, index) => ({
      id: encodeRecordId(path),
      title: path.slice(path.lastIndexOf("/") + 1),
      url: urls[index] ?? "",
      path,
      snippet: text,
      ...lines,
      score: Math.round(score * 1000) / 1000,
    }));
    return { results, more: candidates.length > shown.length && shown.length === limit };
  }

  async #read(path: string): Promise<{ bytes: Uint8Array; sha256: string } | undefined> {
    try {
      return await this.#parts.files.read(path);
    } catch (error) {
      if (error instanceof ToolError) return undefined;
      throw error;
    }
  }
}

/** A line of a key alone looks like any base64: it fits nothing. */
function withoutSecrets({ path, text }: { path: string; text: string }): { path: string; text: string } {
  return { path, text: /^\s*[A-Za-z0-9+/]{40,}={0,2}\s*$/.test(text) ? "" : redact(text).text };
}

function holdsAny(text: string, terms: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return terms.some((term) => lower.includes(term));
}

/**
 * Files that hold or are named by at least one term, best first. A term counts by its rarity (inverse document
 * frequency) and with falling returns for repeats, so that a file with all the terms beats one with much of one.
 */
function rank(
  { terms, phrase }: Query,
  { paths, hits }: { paths: readonly string[]; hits: readonly { path: string; text: string }[] },
): Candidate[] {
  const counts = new Map<string, number[]>();
  const countsOf = (path: string): number[] => {
    const known = counts.get(path);
    if (known !== undefined) return known;
    const fresh = terms.map(() => 0);
    counts.set(path, fresh);
    return fresh;
  };
  for (const { path, text } of hits) {
    const lower = text.toLowerCase();
    const count = countsOf(path);
    terms.forEach((term, index) => {
      if (lower.includes(term)) count[index] = (count[index] ?? 0) + 1;
    });
  }
  for (const path of paths) {
    const lower = path.toLowerCase();
    if (terms.some((term) => lower.includes(term))) countsOf(path);
  }
  const rarity = terms.map((_, index) => {
    const files = [...counts.values()].filter((count) => (count[index] ?? 0) > 0).length;
    return Math.log(1 + paths.length / (1 + files));
  });
  return Array.from(
    counts,
    ([path, count]) => ({ path, score: scoreOf(path, { terms, phrase, count, rarity }) }),
  )
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
}

function scoreOf(
  path: string,
  { terms, phrase, count, rarity }: {
    terms: readonly string[];
    phrase: string;
    count: readonly number[];
    rarity: readonly number[];
  },
): number {
  const lower = path.toLowerCase();
  const name = lower.slice(lower.lastIndexOf("/") + 1);
  let score = lower.endsWith(phrase) ? NAME_WEIGHT : 0;
  terms.forEach((term, index) => {
    const inText = Math.log2(1 + (count[index] ?? 0));
    const inPath = name.includes(term) ? NAME_WEIGHT : lower.includes(term) ? PATH_WEIGHT : 0;
    score += (rarity[index] ?? 0) * (inText + inPath);
  });
  return score;
}
