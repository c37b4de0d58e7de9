/** Which files belong to the project: what git tracks or would add; without git, what stands in the root. */
import { ToolError } from "../core/errors.ts";
import type { Git } from "./git.ts";
import type { RepoRoot } from "./root.ts";
import { walkedAmong, walkFiles } from "./walk.ts";

/** Paths relative to the root, in code unit order. A tracked path may be missing on disk. */
export interface FileNames {
  readonly paths: readonly string[];
  /** Whether there are more than could be listed. */
  readonly truncated: boolean;
}

/** The project's files. */
export class ProjectFiles {
  readonly #root: RepoRoot;
  readonly #git: Git;

  constructor(parts: { root: RepoRoot; git: Git }) {
    this.#root = parts.root;
    this.#git = parts.git;
  }

  /**
   * The files below the folder `under`; `""` is the root.
   *
   * @throws {ToolError} `git_failed`, `too_large`.
   */
  async list(under: string, signal: AbortSignal): Promise<FileNames> {
    return await this.#orWithoutGit(
      () => this.#git.listFiles({ under }, signal),
      async () => ({ paths: await walkFiles(this.#root, { under, signal }), truncated: false }),
    );
  }

  /**
   * Those of the files, by their paths relative to the root, that are the project's. They need not exist.
   *
   * @throws {ToolError} `git_failed`.
   */
  async among(paths: readonly string[], signal: AbortSignal): Promise<FileNames> {
    return await this.#orWithoutGit(
      () => this.#git.listFiles({ among: paths }, signal),
      async () => ({ paths: walkedAmong(this.#root, paths), truncated: false }),
    );
  }

  async #orWithoutGit<Result>(
    withGit: () => Promise<Result>,
    without: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await withGit();
    } catch (error) {
      if (!(error instanceof ToolError) || error.code !== "unavailable") throw error;
      return await without();
    }
  }
}
