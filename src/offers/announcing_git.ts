/** Git that tells of the commits it makes. */
import { Git } from "../repo/git.ts";
import type { CommitRequest } from "../repo/git/commit.ts";
import type { CommitResult } from "../repo/git/commit_result.ts";
import type { GitOptions } from "../repo/git/options.ts";

/** See the module. */
export class AnnouncingGit extends Git {
  readonly #onCommit: () => void;

  constructor(options: GitOptions, onCommit: () => void) {
    super(options);
    this.#onCommit = onCommit;
  }

  override async commit(request: CommitRequest, signal?: AbortSignal): Promise<CommitResult> {
    const result = await super.commit(request, signal);
    this.#onCommit();
    return result;
  }
}
