/** A root and its index, as the app has them; the indexer runs beside the test instead of in a worker. */
import { findProgram } from "../../src/launcher/find_program.ts";
import type { LogEvent } from "../../src/core/log.ts";
import { excludeOwnFiles } from "../../src/launcher/git_exclude.ts";
import { Git } from "../../src/repo/git.ts";
import { ProjectFiles } from "../../src/repo/project_files.ts";
import { RepoRoot } from "../../src/repo/root.ts";
import type { IndexReader } from "../../src/search/index_reader.ts";
import { IndexService } from "../../src/search/index/index_service.ts";
import { RepoIndex } from "../../src/search/index/repo_index.ts";
import { TempRoot } from "./temp_repo.ts";

/** How it differs from the default. */
export interface IndexedRootOptions {
  /** @default true */
  readonly git?: boolean;
  /** An existing root; it is not removed with the index. */
  readonly root?: TempRoot;
  /** Where the index lies. @default `.mcp-index.db` in the root */
  readonly path?: string;
  /** What the operator keeps from tools. */
  readonly deny?: readonly string[];
}

const WEIGHTS = { name: 5, path: 2, definitions: 5, headings: 2, body: 1 };

/** See the module. */
export class IndexedRoot implements AsyncDisposable {
  readonly root: TempRoot;
  readonly repoRoot: RepoRoot;
  readonly git: Git;
  readonly index: RepoIndex;
  readonly path: string;
  readonly logged: LogEvent[] = [];
  readonly #ownsRoot: boolean;
  #serving: Promise<unknown> = Promise.resolve();
  /** Resolved and replaced with every message of the indexer. */
  #news = Promise.withResolvers<void>();

  private constructor(root: TempRoot, options: IndexedRootOptions & { program: string | undefined }) {
    this.root = root;
    this.#ownsRoot = options.root === undefined;
    this.path = options.path ?? `${root.root}/.mcp-index.db`;
    this.repoRoot = RepoRoot.open(root.root, { patterns: options.deny ?? [], defaults: true });
    this.git = new Git({
      program: options.program,
      root: root.root,
      env: { PATH: Deno.env.get("PATH") ?? "", HOME: root.outside },
      trustHooks: false,
      identity: {},
      isHidden: (path) => !this.repoRoot.mayRead(path),
      checkCommit: () => {},
      now: () => Date.now(),
    });
    const parts = { clock: CLOCK, log: (event: LogEvent) => void this.logged.push(event) };
    this.index = new RepoIndex({
      ...parts,
      root: this.repoRoot,
      path: this.path,
      git: this.git,
      project: new ProjectFiles({ root: this.repoRoot, git: this.git }),
      settleMs: SETTLE_MS,
      startIndexer: () => {
        const { port1, port2 } = new MessageChannel();
        port2.addEventListener("message", () => {
          this.#news.resolve();
          this.#news = Promise.withResolvers();
        });
        this.#serving = new IndexService({ ...parts, root: root.root, path: this.path, port: port1 }).run();
        return port2;
      },
    });
  }

  /** A root with these files, committed where it is a repository, and an index that has them. */
  static async create(
    files: Readonly<Record<string, string | Uint8Array>> = {},
    options: IndexedRootOptions = {},
  ): Promise<IndexedRoot> {
    const root = options.root ?? await TempRoot.create({ git: options.git ?? true });
    // What the launcher does.
    if (options.git !== false) await excludeOwnFiles(root.root);
    if (Object.keys(files).length > 0) {
      await (options.git === false ? root.write(files) : root.commit(files));
    }
    const program = await findProgram("git", { path: Deno.env.get("PATH") ?? "", outside: root.root });
    const indexed = new IndexedRoot(root, { ...options, program });
    await indexed.index.settle(new AbortController().signal);
    await indexed.whole();
    return indexed;
  }

  get reader(): IndexReader {
    return this.index.reader;
  }

  /** Waits until it is so; the indexer's next message may make it so. The test's own time limit is the limit. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await this.#news.promise;
  }

  /** Waits until the index has every file. */
  whole(): Promise<void> {
    return this.until(() => this.index.receipt().pending === 0);
  }

  /** Waits until exactly these files hold the word. */
  async untilFound(word: string, paths: readonly string[]): Promise<void> {
    await this.until(() => this.find(word).join() === paths.join());
  }

  /** Files that hold the word, sorted. */
  find(word: string): string[] {
    return this.reader.matching(`"${word}"`, 10_000).toSorted();
  }

  /** The best files for the words, best first. */
  match(words: string): string[] {
    return this.reader.match(words, { weights: WEIGHTS, limit: 10 }).map(({ path }) => path);
  }

  /** Notes of the log. */
  notes(): string[] {
    return this.logged.flatMap((event) => event.msg === "note" ? [event.text] : []);
  }

  /** Ends the index, and leaves the root. */
  async close(): Promise<void> {
    await this.index.close();
    await this.#serving;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    if (this.#ownsRoot) await this.root[Symbol.asyncDispose]();
  }
}

/** Longer than the slowest machine takes: what is asked for after a write has it in the index. */
const SETTLE_MS = 180_000;

const CLOCK = { now: () => Date.now(), elapsed: () => performance.now() };
