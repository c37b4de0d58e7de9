/** Puts the search together: the index of the root, and what ranks what it finds. */
import type { Clock } from "./core/clock.ts";
import type { Log } from "./core/log.ts";
import { indexPath } from "./index_place.ts";
import type { Cite } from "./repo/file_reader.ts";
import type { Git } from "./repo/git.ts";
import type { ProjectFiles } from "./repo/project_files.ts";
import type { RepoRoot } from "./repo/root.ts";
import type { AppSettings } from "./sandbox.ts";
import { RepoIndex } from "./search/index/repo_index.ts";
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

/** The search over an index. */
export function createSearch(
  { settings, clock }: SearchParts,
  { root, index, cite }: { root: RepoRoot; index: RepoIndex; cite: Cite },
): RankedSearch {
  const { budgetMs } = settings.config.search;
  return new RankedSearch({
    root,
    index: index.reader,
    status: index,
    scan: index.scan,
    cite,
    clock,
    budgetMs,
  });
}
