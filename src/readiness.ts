/** Whether the parts of the app can serve, as `/readyz` says it. */
import type { Readiness } from "./http/health.ts";
import type { Git } from "./repo/git.ts";
import type { RepoIndex } from "./search/index/repo_index.ts";

/** Resolves with why git cannot be used here; `undefined` when it can. */
export type GitLook = () => Promise<string | undefined>;

/**
 * Looks whether git can be used. Anybody may ask, and each look costs a few git processes, so those who ask at the same
 * time share one: the first look of a start is also what its first client waits for.
 */
export function gitLook(git: Pick<Git, "unavailableReason">, signal: AbortSignal): GitLook {
  let looking: Promise<string | undefined> | undefined;
  const look = async () => {
    try {
      return await git.unavailableReason(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      return "the server is stopping";
    } finally {
      looking = undefined;
    }
  };
  return () => looking ??= look();
}

/**
 * A root without git is ready: its files are served, and the git tools say why they are not. So is a search whose index
 * is not whole: it scans the rest.
 */
export function readinessOf(lookAtGit: GitLook, index: Pick<RepoIndex, "receipt">): () => Promise<Readiness> {
  return async () => {
    const reason = await lookAtGit();
    const without = reason === undefined ? {} : { detail: reason };
    const { pending } = index.receipt();
    const waiting = pending === 0 ? {} : { detail: `files that are not in the index yet: ${pending}` };
    return { repository: { ready: true, ...without }, search: { ready: true, ...waiting } };
  };
}
