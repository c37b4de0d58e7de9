/** Puts the search together: the index of the root, and what ranks what it finds. */
import type { SharedContext } from "./call_context.ts";
import type { Clock } from "./core/clock.ts";
import type { Log } from "./core/log.ts";
import { indexPath } from "./launcher/index_place.ts";
import type { Cite } from "./repo/file_reader.ts";
import type { FileStore } from "./repo/file_store.ts";
import type { Git } from "./repo/git.ts";
import type { ProjectFiles } from "./repo/project_files.ts";
import type { RepoRoot } from "./repo/root.ts";
import type { AppSettings } from "./sandbox.ts";
import { RepoIndex } from "./search/index/repo_index.ts";
import type { CodeSearch, CodeSearchParts } from "./search/code/code_search.ts";
import { CodeViews } from "./search/code_views.ts";
import { RankedSearch } from "./search/ranked_search.ts";

/** What both are made of. */
export interface SearchParts {
  readonly settings: AppSettings;
  readonly clock: Clock;
  readonly log: Log;
  /** Starts an indexer beside the app, at its first search, for an index at this path. @default none */
  readonly startIndexer?: (path: string) => MessagePort;
}

/** The index of the root. It has no indexer until one is connected, or started at the first search. */
export function createIndex(
  { settings, clock, log, startIndexer }: SearchParts,
  services: { root: RepoRoot; git: Git; project: ProjectFiles },
): RepoIndex {
  const path = indexPath(settings);
  return new RepoIndex({
    ...services,
    path,
    clock,
    log,
    startIndexer: startIndexer === undefined ? undefined : () => startIndexer(path),
  });
}

/** What tools search with. */
export function createSearch(
  { settings, clock }: SearchParts,
  { root, files, index, cite }: { root: RepoRoot; files: FileStore; index: RepoIndex; cite: Cite },
): Pick<SharedContext, "search" | "codeSearch" | "codeViews"> {
  const { budgetMs } = settings.config.search;
  const indexed = { index: index.reader, status: index };
  return {
    search: new RankedSearch({ root, ...indexed, scan: index.scan, cite, clock, budgetMs }),
    codeSearch: codeSearch({ root, ...indexed, scan: index.scan, clock, budgetMs }),
    codeViews: new CodeViews({ files, ...indexed }),
  };
}

/** The engine of regular expressions is a quarter of all code: it is loaded for the first search that can need it. */
function codeSearch(parts: CodeSearchParts): Pick<CodeSearch, "find"> {
  let loaded: Promise<CodeSearch> | undefined;
  return {
    async find(query, signal) {
      loaded ??= import("./search/code/code_search.ts").then(({ CodeSearch }) => new CodeSearch(parts));
      return await (await loaded).find(query, signal);
    },
  };
}
