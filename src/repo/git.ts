/** The git repository that the root belongs to: everything that a tool can ask of it. */

import { ToolError } from "../core/errors.ts";
import { type HeadBlobs, headBlobs } from "./git/blobs.ts";
import type { Citation, CitedFile } from "./git/citation.ts";
import { CitationCache } from "./git/citation_cache.ts";
import { commit, type CommitRequest } from "./git/commit.ts";
import type { CommitResult } from "./git/commit_result.ts";
import { type DiffQuery, type DiffResult, readDiff } from "./git/diff.ts";
import { discover, gitEntryKey, type Location } from "./git/discovery.ts";
import { refuseForeign } from "./git/foreign.ts";
import { grep, type GrepQuery, type GrepResult } from "./git/grep.ts";
import { type FileList, listFiles, type ListQuery } from "./git/list_files.ts";
import { type LogQuery, type LogResult, readLog } from "./git/log.ts";
import type { GitOptions } from "./git/options.ts";
import { remotes } from "./git/remotes.ts";
import { GitRunner } from "./git/runner.ts";
import { Semaphore } from "../core/semaphore.ts";
import { GitSession } from "./git/session.ts";
import { readStatus, type StatusQuery, type StatusResult } from "./git/status.ts";

/** A place that was found, and what `.git` the root had then. */
interface Found {
  location: Location;
  entryKey: string;
}

/**
 * Paths go in and come out relative to the root. Every method throws `unavailable` when the root is in no
 * repository that git may use, `git_failed` with git's own message, and the signal's reason on abort.
 */
export class Git {
  readonly #options: GitOptions;
  readonly #runner: GitRunner;
  readonly #cited: CitationCache;
  readonly #writes = new Semaphore(1);
  #found: Found | undefined;

  constructor(options: GitOptions) {
    this.#options = options;
    this.#runner = new GitRunner(options);
    this.#cited = new CitationCache({ root: options.root, open: (signal) => this.#session(signal) });
  }

  /** Why git cannot be used here; `undefined` when it can. */
  async unavailableReason(signal?: AbortSignal): Promise<string | undefined> {
    try {
      await this.#session(signal);
      return undefined;
    } catch (error) {
      if (error instanceof ToolError) return error.message;
      throw error;
    }
  }

  /** What differs between HEAD, the index and the work tree. */
  async status(query: StatusQuery, signal?: AbortSignal): Promise<StatusResult> {
    return await readStatus(await this.#session(signal), query, signal);
  }

  /** A unified diff with figures per file. */
  async diff(query: DiffQuery, signal?: AbortSignal): Promise<DiffResult> {
    return await readDiff(await this.#session(signal), query, signal);
  }

  /** Commits, newest first. */
  async log(query: LogQuery, signal?: AbortSignal): Promise<LogResult> {
    return await readLog(await this.#session(signal), query, signal);
  }

  /** Tracked files, and new ones that are not ignored. */
  async listFiles(query: ListQuery, signal?: AbortSignal): Promise<FileList> {
    return await listFiles(await this.#session(signal), query, signal);
  }

  /** Lines that hold any of the fixed strings; works without a repository too. */
  async grep(terms: readonly string[], query: GrepQuery, signal?: AbortSignal): Promise<GrepResult> {
    const session = await this.#session(signal).catch((error) => {
      if (error instanceof ToolError && error.code === "unavailable" && this.#options.program) {
        return undefined;
      }
      throw error;
    });
    const { isHidden } = this.#options;
    const place = session
      ? {
        bare: false,
        isHidden,
        run: session.run.bind(session),
        failure: session.failure.bind(session),
      }
      : { bare: true, isHidden, ...bareFiles(this.#runner) };
    return await grep(place, terms, { query, signal });
  }

  /** HEAD, and the ids of the blobs that it has at these paths. */
  async headBlobs(paths: readonly string[], signal?: AbortSignal): Promise<HeadBlobs> {
    return await headBlobs(await this.#session(signal), paths, signal);
  }

  /** Name → URL of the remotes. A URL may hold credentials: not for a caller's eyes. */
  async remotes(signal?: AbortSignal): Promise<Map<string, string>> {
    return remotes((await this.#session(signal)).config);
  }

  /** Commit-pinned links for those of the files that are on a forge exactly as they are here; none without a repository. */
  async citations(files: readonly CitedFile[], signal?: AbortSignal): Promise<Map<string, Citation>> {
    try {
      return await this.#cited.citations(files, signal);
    } catch (error) {
      if (error instanceof ToolError && error.code === "unavailable") return new Map();
      throw error;
    }
  }

  /** The link for one file; `undefined` when it has none. */
  async citation(path: string, bytes: Uint8Array, signal?: AbortSignal): Promise<Citation | undefined> {
    return (await this.citations([{ path, bytes }], signal)).get(path);
  }

  /** Makes one commit. Commits wait for each other. */
  async commit(request: CommitRequest, signal?: AbortSignal): Promise<CommitResult> {
    using _turn = await this.#writes.acquire(signal);
    return await commit(await this.#session(signal), request, signal);
  }

  async #session(signal: AbortSignal | undefined): Promise<GitSession> {
    const parts = { runner: this.#runner, options: this.#options };
    const location = await this.#locate(signal);
    try {
      return await GitSession.open({ ...parts, location }, signal);
    } catch (error) {
      // The repository may have gone since it was found, or lie elsewhere now: look again, once.
      if (!(error instanceof ToolError)) throw error;
      this.#found = undefined;
      return await GitSession.open({ ...parts, location: await this.#locate(signal) }, signal);
    }
  }

  // Kept once found, and looked for anew when the root's own `.git` comes, goes or becomes another one.
  async #locate(signal: AbortSignal | undefined): Promise<Location> {
    const { root } = this.#options;
    const entryKey = await gitEntryKey(root);
    if (this.#found?.entryKey === entryKey) return this.#found.location;
    const location = await discover(this.#runner, root, signal);
    const folders = [location.gitDir, location.commonDir].filter((path) => path.startsWith(`${root}/`));
    this.#options.onGitFolders?.(folders.map((path) => path.slice(root.length + 1)));
    await refuseForeign({ runner: this.#runner, options: this.#options, location }, signal);
    this.#found = { location, entryKey };
    return location;
  }
}

// /dev/null is no repository: git then reads no local configuration at all. Nor any other: where it lies in the
// reach of tools may be the reason why the repository is not used.
const BARE_ENV = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };

function bareFiles(runner: GitRunner) {
  return {
    run: (args: readonly string[], options: Parameters<GitRunner["run"]>[1]) =>
      runner.run(["--git-dir=/dev/null", "--literal-pathspecs", "--no-pager", ...args], {
        ...options,
        env: { ...options?.env, ...BARE_ENV },
      }),
    failure: () => new ToolError("git_failed", "Cannot search the files: git grep failed"),
  };
}
