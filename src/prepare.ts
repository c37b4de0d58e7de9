/** What the app does before its first call. */
import type { Log } from "./core/log.ts";
import { loadHashes } from "./core/node_modules.ts";
import { stackOf } from "./http/handler.ts";
import type { FileStore } from "./repo/file_store.ts";
import type { Journal } from "./repo/journal/journal.ts";
import type { RepoRoot } from "./repo/root.ts";
import { sweepTemporaryFiles } from "./repo/sweep.ts";
import type { GitLook } from "./readiness.ts";
import type { AppSettings } from "./sandbox.ts";
import { describeRecovery, recoverChanges } from "./repo/journal/recovery.ts";

/** What has to be known before the first call: where git's folder lies, and what a killed process has left half done. */
export async function prepare(
  { settings, lookAtGit, files, journal, log }: {
    settings: AppSettings;
    lookAtGit: GitLook;
    files: FileStore;
    journal: Journal;
    log: Log;
  },
): Promise<void> {
  // What it fails of is told to whoever needs git.
  await lookAtGit().catch(() => undefined);
  // Behind the answer to whoever has asked whether the server is ready.
  await new Promise((resolve) => setTimeout(resolve));
  loadHashes();
  if (settings.config.access.readOnly) return;
  try {
    const recovered = await recoverChanges(journal, files);
    const text = describeRecovery(recovered);
    if (text !== undefined) log({ msg: "note", text });
  } catch (error) {
    // Without its journal a server still reads, and each write says what is wrong.
    log({ msg: "bug", stack: stackOf(error) });
  }
}

/** Removes what killed writes left behind, unless nothing may be written. */
export async function sweep(settings: AppSettings, root: RepoRoot, signal: AbortSignal): Promise<void> {
  if (!settings.config.access.readOnly) {
    await sweepTemporaryFiles(root, { before: settings.startedAt, signal });
  }
}
