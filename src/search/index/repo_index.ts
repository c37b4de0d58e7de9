/** The index of the root, as the rest of the app sees it: something to read, a receipt, and news of what was written. */
import type { Clock } from "../../core/clock.ts";
import { ToolError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Git } from "../../repo/git.ts";
import type { ProjectFiles } from "../../repo/project_files.ts";
import type { RepoRoot } from "../../repo/root.ts";
import type { IndexReader } from "../index_reader.ts";
import type { IndexReceipt, IndexStatus } from "../receipt.ts";
import type { ListedFiles } from "./differences.ts";
import { type DirectScan, GrepScan } from "./direct_scan.ts";
import { HeadState } from "./head_state.ts";
import { IndexClient } from "./index_client.ts";
import { SqliteReader } from "./sqlite_reader.ts";

/** What the index is made of. */
export interface RepoIndexParts {
  readonly root: RepoRoot;
  /** Absolute path of its file. */
  readonly path: string;
  readonly git: Git;
  readonly project: ProjectFiles;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Starts an indexer beside the app, at the first search: for an app whose launcher starts none. Without either, files
   * are scanned for every search.
   */
  readonly startIndexer?: (() => MessagePort) | undefined;
  /** How long a search waits for what was written before it. @default INDEX_WAIT_MS */
  readonly settleMs?: number;
}

/** See the module. */
export class RepoIndex implements IndexStatus {
  readonly scan: DirectScan;
  readonly #parts: RepoIndexParts;
  readonly #closing = new AbortController();
  readonly #client: IndexClient;
  readonly #reader: SqliteReader;
  readonly #head: HeadState;

  constructor(parts: RepoIndexParts) {
    const { root, path, git, clock } = parts;
    this.#parts = parts;
    this.#head = new HeadState({
      git,
      root: root.real,
      clock,
      signal: this.#closing.signal,
      onMoved: () => this.#client.changedSomewhere(),
    });
    this.#reader = new SqliteReader({
      root,
      path,
      now: clock.now,
      onStale: (stale) => this.#client.noticed(stale),
      onBroken: (reason) => this.#client.broken(reason),
      unindexed: () => this.#client.waiting(),
    });
    this.#client = new IndexClient({
      ...(parts.settleMs === undefined ? {} : { settleMs: parts.settleMs }),
      list: (paths) => this.#list(paths),
      onOpened: () => this.#reader.open(),
      onReport: (report) => {
        this.#reader.take(report);
        if (report.changed?.length !== 0 || report.removed.length > 0) this.#head.changed();
      },
    });
    this.scan = new GrepScan({
      git,
      project: parts.project,
      elapsed: clock.elapsed,
      textOf: (path) => this.#reader.read(path)?.text,
      need: () => this.#client.namesAll ? "none" : this.#reader.isOpen ? "beside" : "alone",
    });
  }

  get reader(): IndexReader {
    return this.#reader;
  }

  /** Works with this indexer from now on. */
  connect(port: MessagePort): void {
    this.#client.connect(port);
  }

  /** Tools have changed these files. */
  written(paths: readonly string[]): void {
    this.#head.changed();
    this.#client.written(paths);
  }

  /** A commit was made: nothing in the files has changed, but perhaps in what is ignored. */
  committed(): void {
    this.#head.changed();
  }

  /** Other files may be read than before. */
  rulesChanged(): void {
    this.#reader.rulesChanged();
    this.#client.changedSomewhere();
  }

  async settle(signal: AbortSignal): Promise<void> {
    const { startIndexer } = this.#parts;
    if (!this.#client.isConnected && startIndexer !== undefined) this.connect(startIndexer());
    await Promise.all([this.#client.settle(signal), this.#head.freshen()]);
    this.#reader.begin();
  }

  receipt(): IndexReceipt {
    const { files, pending } = this.#client;
    return { files, pending, head: this.#head.head, dirty: this.#head.dirty };
  }

  /** Lets the indexer finish what it does. */
  async close(): Promise<void> {
    this.#closing.abort(new DOMException("The server is stopping", "AbortError"));
    // The last one who has the index open folds its log into it: that is to be the one who may write.
    this.#reader[Symbol.dispose]();
    await this.#client.close();
  }

  async #list(paths: readonly string[] | undefined): Promise<ListedFiles | undefined> {
    const { project, log } = this.#parts;
    const { signal } = this.#closing;
    try {
      const listed = paths === undefined
        ? await project.list("", signal)
        : await project.among(paths, signal);
      return { paths: listed.paths, isTruncated: listed.truncated };
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof ToolError)) throw error;
      log({ msg: "note", text: `cannot list the files for the index: ${error.message}` });
      return undefined;
    }
  }
}
