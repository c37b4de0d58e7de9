/** Puts the parts together. Starts nothing: what it returns answers requests and can be closed. */
import { createIndex, createSearch } from "./app_search.ts";
import { contextFactory, type SharedContext } from "./call_context.ts";
import type { Clock, NewId } from "./core/clock.ts";
import type { Log } from "./core/log.ts";
import { type KeyDigest, KeyRing } from "./http/auth.ts";
import { edgeLimits } from "./http/edge_limits.ts";
import { FileLinks } from "./http/file_links.ts";
import { createHttpHandler, type HttpHandler, type HttpParts, stackOf } from "./http/handler.ts";
import type { Readiness } from "./http/health.ts";
import type { Protocol } from "./http/mcp_route.ts";
import { IdempotentCalls } from "./idempotent_calls.ts";
import { judgedPaths } from "./judged_paths.ts";
import { prepare, sweep } from "./prepare.ts";
import { Changes } from "./mcp/changes.ts";
import { Dispatcher } from "./mcp/dispatch.ts";
import { ToolRegistry } from "./mcp/tools.ts";
import { AnnouncingGit } from "./offers/announcing_git.ts";
import { createOffers, type Offers } from "./offers/offers.ts";
import { RepoChanges } from "./offers/repo_changes.ts";
import { Citations } from "./repo/citations.ts";
import { FileReader } from "./repo/file_reader.ts";
import { FileStore } from "./repo/file_store.ts";
import type { Git } from "./repo/git.ts";
import { ChangeHistory } from "./repo/journal/history.ts";
import { Journal } from "./repo/journal/journal.ts";
import { Listing } from "./repo/listing.ts";
import { PatchApplier } from "./repo/patch_applier.ts";
import { ProjectFiles } from "./repo/project_files.ts";
import { RepoRoot } from "./repo/root.ts";
import type { AppSettings } from "./sandbox.ts";
import type { RepoIndex } from "./search/index/repo_index.ts";
import type { Tool, ToolContext } from "./tool.ts";

/** What an app is made of. */
export interface AppParts {
  readonly settings: AppSettings;
  readonly tools: readonly Tool[];
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  /** Where the app can be reached, without a slash at the end; asked when a link is made. */
  readonly address: () => string;
  /** Starts an indexer beside the app, at its first search, for an index at this path. @default none */
  readonly startIndexer?: (path: string) => MessagePort;
}

/** A server without a socket. */
export interface App {
  readonly fetch: HttpHandler;
  /** The protocol itself, for a transport that is not HTTP. */
  readonly protocol: Protocol;
  /** Works with the indexer at the other end of the port from now on. */
  connectIndexer(port: MessagePort): void;
  /** From now on these are the operator's keys. What a key has open that is gone, or good for less, ends. */
  replaceKeys(keys: readonly KeyDigest[]): void;
  /** Ends the streams that have no end of their own, so that a stop waits for the requests under way and no longer. */
  endStreams(): void;
  /** Gives up what is still under way, and what the app does in the background. */
  close(): Promise<void>;
}

/** How to work here, for a model. Clients cut it off after 512 characters. */
const INSTRUCTIONS =
  "This server is one git repository. Find files with search (by content) or find_files (by name), read them with fetch " +
  "or read_file, and keep the sha256 they return. Edit with apply_patch (a unified diff, or *** Begin Patch for several " +
  "files) or update_file, and pass expectSha256 so that no one's change is lost. Check with git_diff, then git_commit with " +
  "add: [paths]. A failed call says what was wrong and what to do. Paths are relative to the repository root.";

/** Makes the app. */
export function createApp(parts: AppParts): App {
  const { settings, clock, newId, log } = parts;
  const closing = new AbortController();
  const root = RepoRoot.open(settings.root, settings.config.access.deny);
  root.deny(settings.denied);
  const keys = new KeyRing(settings);
  const limits = edgeLimits({ ...settings.config.access, elapsed: clock.elapsed });
  const { links, offers, repoChanges, index, journal, ...context } = createServices(parts, root);
  const { tools, cancelPreparing } = registered(offered(parts));
  const dispatcher = new Dispatcher<ToolContext>({
    server: {
      name: "lukhas-mcp",
      title: "lukhas-mcp: one git repository",
      version: settings.version,
      instructions: INSTRUCTIONS,
    },
    tools,
    ...offers,
    createContext: contextFactory(context, { beforeUse: () => refresh(root, index) }),
    onBug: (error, { requestId }) => log({ msg: "bug", requestId, stack: stackOf(error) }),
    clock,
    newId,
    stateSecret: settings.linkSecret,
  });
  let isReady = false;
  const ready = prepare({ ...parts, ...context, journal, signal: closing.signal }).then(() => {
    isReady = true;
  });
  const protocol: Protocol = {
    dispatch: (text, carrier) =>
      isReady ? dispatcher.dispatch(text, carrier) : ready.then(() => dispatcher.dispatch(text, carrier)),
    openStream: (carrier) => dispatcher.openStream(carrier),
    endSession: (carrier) => dispatcher.endSession(carrier),
  };
  const fetch = createHttpHandler({
    guard: settings.config,
    keys,
    ...limits,
    // Without a key everybody may read what nobody can change, where the operator says so.
    insecure: settings.config.insecure || settings.config.access.readOnly,
    bodyBytesMax: settings.config.bodyBytesMax,
    protocol,
    files: { links, readText: (path) => ready.then(() => readText(path, context.reader, root)) },
    readiness: readinessOf(context.git),
    description: descriptionOf(settings.version),
    clock,
    newId,
    log,
    logsRequests: settings.config.logFormat !== "off",
  });
  const sweeping = sweep(settings, root, closing.signal);
  return {
    fetch,
    protocol,
    connectIndexer: (port) => index.connect(port),
    replaceKeys: (replaced) => dispatcher.endCallers(keys.replace(replaced)),
    endStreams: () => dispatcher.endStreams(),
    async close() {
      cancelPreparing();
      dispatcher.close();
      limits.patience.close();
      repoChanges.close();
      closing.abort(new DOMException("The server is stopping", "AbortError"));
      await index.close();
      await sweeping;
      await ready;
    },
  };
}

/** What a client is told that asks for no page. */
function descriptionOf(version: string): HttpParts["description"] {
  return {
    name: "lukhas-mcp",
    version,
    endpoint: "POST /mcp (JSON-RPC 2.0, Model Context Protocol)",
    routes: ["/mcp", "/files/<path>", "/healthz", "/readyz"],
  };
}

/** Someone may have changed what may be read since the last call. */
function refresh(root: RepoRoot, index: RepoIndex): void {
  if (root.refresh()) index.rulesChanged();
}

/** What a tool would read: the rules of the root are brought up to date first. */
function readText(path: string, reader: FileReader, root: RepoRoot): ReturnType<FileReader["readText"]> {
  root.refresh();
  return reader.readText(path);
}

type Services = SharedContext & {
  readonly links: FileLinks;
  readonly offers: Offers;
  readonly repoChanges: RepoChanges;
  readonly index: RepoIndex;
  readonly journal: Journal;
};

/** Git as the tools have it: it shows what they may read, and commits what the policy lets. */
function openGit({ settings, clock }: AppParts, root: RepoRoot, onCommit: () => void): AnnouncingGit {
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

function createServices(parts: AppParts, root: RepoRoot): Services {
  const { settings, clock, newId, address } = parts;
  const changes = new Changes();
  const repoChanges = new RepoChanges({ changes, later });
  const git = openGit(parts, root, () => {
    repoChanges.committed();
    index.committed();
  });
  const links = new FileLinks({
    secret: settings.linkSecret,
    now: clock.now,
    signed: !settings.isOpen,
  });
  const citations = new Citations({
    git,
    linkFor: (file) => (settings.config.publicUrl ?? address()) + links.pathFor(file),
  });
  const journal = new Journal({
    folder: settings.journal,
    bytesMax: settings.config.access.journalBytesMax,
    readOnly: settings.config.access.readOnly,
    newId,
    now: clock.now,
  });
  const files = new FileStore({
    root,
    newId,
    journal,
    allowSecrets: settings.config.access.allowSecrets,
    onTouch: (touched) => {
      repoChanges.filesTouched(touched);
      index.written(touched.map(({ path }) => path));
    },
  });
  const project = new ProjectFiles({ root, git });
  const listing = new Listing({ root, project });
  const index = createIndex(parts, { root, git, project });
  const reader = new FileReader({ files, cite: (cited) => citations.urlsFor(cited) });
  const search = createSearch(parts, { root, index, cite: (cited) => citations.urlsFor(cited) });
  const offers = createOffers({ root, project, changes, repoChanges });
  const patches = new PatchApplier(files);
  const history = new ChangeHistory({ journal, files });
  const idempotency = new IdempotentCalls(clock.now);
  return {
    files,
    reader,
    listing,
    patches,
    git,
    ...judgedPaths(root),
    search,
    history,
    idempotency,
    links,
    offers,
    repoChanges,
    index,
    journal,
  };
}

/** The tools of this server: where nothing may be changed, those that change nothing. */
function offered({ tools, settings }: AppParts): readonly Tool[] {
  return settings.config.access.readOnly
    ? tools.filter(({ annotations }) => annotations.readOnlyHint)
    : tools;
}

/** Whoever is served first does not wait for what only a list of the tools needs: it is prepared behind them. */
function registered(
  list: readonly Tool[],
): { tools: ToolRegistry<ToolContext>; cancelPreparing: () => void } {
  const tools = new ToolRegistry<ToolContext>(list);
  return { tools, cancelPreparing: later(() => tools.prepare(), 0) };
}

function later(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/**
 * A root without git is ready: its files are served, and the git tools say why they are not. Anybody may ask, and each
 * look costs a git process, so those who ask at the same time share one.
 */
function readinessOf(git: Git): () => Promise<Readiness> {
  let looking: Promise<Readiness> | undefined;
  const look = async (): Promise<Readiness> => {
    const reason = await git.unavailableReason();
    const without = reason === undefined ? {} : { detail: reason };
    return { repository: { ready: true, ...without }, search: { ready: true } };
  };
  return () => looking ??= look().finally(() => looking = undefined);
}
