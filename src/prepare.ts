/** What the app does before its first call. */
import type { Later } from "./core/clock.ts";
import type { Log } from "./core/log.ts";
import { loadHashes } from "./core/node_modules.ts";
import { giveWay } from "./core/turns.ts";
import { stackOf } from "./http/handler.ts";
import type { FileStore } from "./repo/file_store.ts";
import type { Journal } from "./repo/journal/journal.ts";
import type { RepoRoot } from "./repo/root.ts";
import { sweepTemporaryFiles } from "./repo/sweep.ts";
import type { GitLook } from "./readiness.ts";
import type { AppSettings } from "./sandbox.ts";
import { describeRecovery, recoverChanges } from "./repo/journal/recovery.ts";

/** How long jobs and canaries of the last run wait for the first look at git, which takes some 20 ms. */
const GIT_LOOK_MS = 1_000;

/** What is done from the moment the app listens on. None of it rejects. */
export interface Preparation {
  /** What goes on by itself may begin: git has answered, or has had its time, and hashes can be made. */
  readonly mayBegin: Promise<void>;
  /** What a killed process has left half done is in order too: the first call may come. */
  readonly prepared: Promise<void>;
}

/** What it takes. */
export interface PreparationParts {
  readonly settings: AppSettings;
  readonly lookAtGit: GitLook;
  readonly files: FileStore;
  readonly journal: Journal;
  readonly log: Log;
  readonly later: Later;
  /** Makes what only a list of the tools needs. */
  readonly describeTools: () => void;
  /** Aborted when the app closes. */
  readonly signal: AbortSignal;
}

/** Prepares for the first call, in turn. */
export function prepare(parts: PreparationParts): Preparation {
  const { later, describeTools, signal } = parts;
  // What it fails of is told to whoever needs git.
  const looked = parts.lookAtGit().then(() => {}, () => {});
  const mayBegin = loadHashesAfter(looked, later);
  const prepared = Promise.all([looked, mayBegin]).then(() => recover(parts)).then(() => {
    // Whoever is served first does not wait for the list: it is made behind them.
    if (!signal.aborted) signal.addEventListener("abort", later(describeTools, 0));
  });
  return { mayBegin, prepared };
}

/** Behind the answer to whoever has asked whether the server is ready; but a git that hangs holds up no canary. */
async function loadHashesAfter(looked: Promise<void>, later: Later): Promise<void> {
  const late = Promise.withResolvers<void>();
  const cancel = later(late.resolve, GIT_LOOK_MS);
  await Promise.race([looked, late.promise]);
  cancel();
  await giveWay();
  loadHashes();
}

async function recover({ settings, files, journal, log }: PreparationParts): Promise<void> {
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
