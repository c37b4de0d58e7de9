/** Puts together what tools, resources and prompts reach of the repository. */
import { createIndex, createSearch } from "./app_search.ts";
import type { SharedContext } from "./call_context.ts";
import type { Clock, Later, NewId } from "./core/clock.ts";
import type { Log } from "./core/log.ts";
import { POLICY_PATH } from "./core/policy_document.ts";
import { FileLinks } from "./http/file_links.ts";
import { IdempotentCalls } from "./idempotent_calls.ts";
import { judgedPaths } from "./judged_paths.ts";
import { Changes } from "./mcp/changes.ts";
import { AnnouncingGit } from "./offers/announcing_git.ts";
import { createOffers, type Offers } from "./offers/offers.ts";
import { ReleaseChanges } from "./offers/release_changes.ts";
import { RepoChanges } from "./offers/repo_changes.ts";
import type { GatePolicy } from "./ops/gates/gate_policy.ts";
import type { Why } from "./ops/why/why.ts";
import { Citations } from "./repo/citations.ts";
import { FileReader } from "./repo/file_reader.ts";
import { FileStore } from "./repo/file_store.ts";
import { ChangeHistory } from "./repo/journal/history.ts";
import { ResultLog } from "./repo/journal/result_log.ts";
import { Journal } from "./repo/journal/journal.ts";
import { Listing } from "./repo/listing.ts";
import { PatchApplier } from "./repo/patch_applier.ts";
import { ProjectFiles } from "./repo/project_files.ts";
import type { RepoRoot } from "./repo/root.ts";
import type { AppSettings } from "./sandbox.ts";
import type { RepoIndex } from "./search/index/repo_index.ts";
import type { Store } from "./store/store.ts";

/** What the services are made of. */
export interface ServiceParts {
  readonly settings: AppSettings;
  readonly store: Store;
  readonly clock: Clock;
  readonly later: Later;
  readonly newId: NewId;
  readonly log: Log;
  readonly address: () => string;
  readonly startIndexer?: (path: string) => MessagePort;
}

/** What the release loop makes itself. */
type ReleaseContext = "jobs" | "models" | "canaries" | "why";

/** See the module. */
export type Services = Omit<SharedContext, ReleaseContext> & {
  readonly links: FileLinks;
  readonly offers: Offers;
  readonly index: RepoIndex;
  readonly journal: Journal;
  /** Clients are told of no more changes. */
  readonly closeOffers: () => void;
};

/** Makes them. */
export function createServices(
  parts: ServiceParts,
  { root, why, policy }: { root: RepoRoot; why: Why; policy: () => GatePolicy },
): Services {
  const { settings, store, clock, later, newId, address, log } = parts;
  const changes = new Changes();
  const repoChanges = new RepoChanges({ changes, later });
  const releaseChanges = new ReleaseChanges({ changes, events: store.events });
  const git = openGit(parts, root, () => {
    repoChanges.committed();
    index.committed();
  });
  const links = new FileLinks({ secret: settings.linkSecret, now: clock.now, signed: !settings.isOpen });
  const citations = new Citations({
    git,
    linkFor: (file) => (settings.config.publicUrl ?? address()) + links.pathFor(file),
  });
  const { allowSecrets, readOnly, journalBytesMax: bytesMax } = settings.config.access;
  const journal = new Journal({ folder: settings.journal, bytesMax, readOnly, newId, now: clock.now });
  const onTouch: ConstructorParameters<typeof FileStore>[0]["onTouch"] = (touched) => {
    repoChanges.filesTouched(touched);
    index.written(touched.map(({ path }) => path));
  };
  const files = new FileStore({ root, newId, journal, allowSecrets, onTouch });
  const project = new ProjectFiles({ root, git });
  const index = createIndex(parts, { root, git, project });
  tellUnusablePolicy(root, log);
  root.whenRulesChange(() => {
    tellUnusablePolicy(root, log);
    index.rulesChanged();
  });
  const offers = { root, project, changes, repoChanges, store, releaseChanges, why, gatePolicy: policy };
  return {
    files,
    reader: new FileReader({ files, cite: (cited) => citations.urlsFor(cited) }),
    listing: new Listing({ root, project }),
    patches: new PatchApplier(files),
    git,
    ...judgedPaths(root),
    ...createSearch(parts, { root, files, index, cite: (cited) => citations.urlsFor(cited) }),
    history: new ChangeHistory({ journal, files }),
    idempotency: new IdempotentCalls({
      now: clock.now,
      log: new ResultLog({ folder: settings.journal, newId }),
    }),
    links,
    offers: createOffers(offers),
    index,
    journal,
    closeOffers() {
      repoChanges.close();
      releaseChanges.close();
    },
  };
}

/** It closes every file: who wrote it is to know why. */
function tellUnusablePolicy(root: RepoRoot, log: Log): void {
  const { problem } = root.policy;
  if (problem === undefined) return;
  log({ msg: "note", text: `no tool may use a file: ${POLICY_PATH} cannot be used (${problem})` });
}

/** Git as the tools have it: it shows what they may read, and commits what the policy lets. */
function openGit({ settings, clock }: ServiceParts, root: RepoRoot, onCommit: () => void): AnnouncingGit {
  return new AnnouncingGit({
    program: settings.git.program,
    root: settings.root,
    env: settings.git.env,
    trustHooks: settings.config.trustGitHooks,
    identity: {
      ...(settings.config.gitName !== undefined && { name: settings.config.gitName }),
      ...(settings.config.gitEmail !== undefined && { email: settings.config.gitEmail }),
    },
    isHidden: (path) => !root.mayRead(path),
    readOnly: settings.config.access.readOnly,
    allowSecrets: settings.config.access.allowSecrets,
    checkCommit: (commit) => root.policy.checkCommit(commit),
    onGitFolders: (paths) => root.deny(paths),
    now: clock.now,
  }, onCommit);
}
