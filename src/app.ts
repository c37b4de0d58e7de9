/** Puts the parts together. Starts nothing: what it returns answers requests and can be closed. */
import type { EvalHost } from "./adapters/eval/eval_host.ts";
import { createServices } from "./app_services.ts";
import { contextFactory } from "./call_context.ts";
import type { Clock, Later, NewId } from "./core/clock.ts";
import type { Log } from "./core/log.ts";
import { type KeyDigest, KeyRing } from "./http/auth.ts";
import { edgeLimits } from "./http/edge_limits.ts";
import { createHttpHandler, type HttpHandler, type HttpParts, stackOf } from "./http/handler.ts";
import type { Protocol } from "./http/mcp_route.ts";
import type { McpCall } from "./mcp/call.ts";
import { Dispatcher } from "./mcp/dispatch.ts";
import { ToolRegistry } from "./mcp/tools.ts";
import { createObservability } from "./observability.ts";
import type { Offers } from "./offers/offers.ts";
import type { GatePolicy } from "./ops/gates/gate_policy.ts";
import { prepare, sweep } from "./prepare.ts";
import { gitLook, readinessOf } from "./readiness.ts";
import { createReleaseLoop, type ReleaseLoop } from "./release_loop.ts";
import type { FileReader } from "./repo/file_reader.ts";
import { RepoRoot } from "./repo/root.ts";
import type { AppSettings } from "./sandbox.ts";
import type { Store } from "./store/store.ts";
import type { Tool, ToolContext } from "./tool.ts";

/** What an app is made of. */
export interface AppParts {
  readonly settings: AppSettings;
  readonly tools: readonly Tool[];
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  /** Opened, and closed with the app. */
  readonly store: Store;
  readonly later: Later;
  /** Starts the commands of evaluations, where they are commands. */
  readonly evalHost?: EvalHost;
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
  /** Resolves once no first call would wait for anything any more. Never rejects. */
  readonly prepared: Promise<void>;
  /** Begins what the app does by itself: before its first call, and behind whoever asks whether it is ready. */
  begin(): void;
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
  "This server is one git repository. Look around with repo_map, find files with search, lines with search_code, " +
  "names with find_files; read them with fetch or read_file, and keep the sha256 they return. Edit with apply_patch " +
  "(a unified diff, or *** Begin Patch for several files) or update_file, and pass expectSha256 so that no one's " +
  "change is lost. Check with git_diff, then git_commit with add: [paths]. A failed call says what was wrong and " +
  "what to do. Paths are relative to the repository root.";

/** Makes the app. */
export function createApp(parts: AppParts): App {
  const { settings, clock, log } = parts;
  const closing = new AbortController();
  const root = RepoRoot.open(settings.root, settings.config.access.deny);
  root.deny(settings.denied);
  const keys = new KeyRing(settings);
  const limits = edgeLimits({ ...settings.config.access, elapsed: clock.elapsed });
  const onBug = (error: unknown) => log({ msg: "bug", stack: stackOf(error) });
  const policy = () => gatePolicyOf(root);
  const { config, version } = settings;
  const release = createReleaseLoop({ ...parts, config, policy, onBug });
  const indexReceipt = () => index.receipt();
  const { why, ...watching } = createObservability({ ...parts, version, onBug, indexReceipt });
  const { links, offers, index, journal, closeOffers, ...services } = createServices(parts, {
    root,
    why,
    policy,
  });
  const { tasks, jobs, models, canaries } = release;
  const { dispatcher, registry } = createDispatcher(parts, { ...offers, tasks }, {
    createContext: contextFactory({ repo: services, release: { jobs, models, canaries, why } }, {
      beforeRepo: () => openForCall(root),
    }),
  });
  const lookAtGit = gitLook(services.git, closing.signal);
  const describeTools = () => registry.prepare();
  const about = { ...parts, ...services, journal, lookAtGit, describeTools, signal: closing.signal };
  const { mayBegin, prepared } = prepare(about);
  const protocol = protocolOf(dispatcher, prepared);
  const fetch = createHttpHandler({
    ...edgeParts(parts),
    keys,
    ...limits,
    protocol,
    files: { links, readText: (path) => prepared.then(() => readText(path, services.reader, root)) },
    ...watching,
    readiness: readinessOf(lookAtGit, index),
    description: descriptionOf(version, watching.routes.keys()),
  });
  // It looks into every folder, and whoever waits for the first answer would wait for it too.
  const sweeping = prepared.then(() => sweep(settings, root, closing.signal));
  return {
    fetch,
    protocol,
    prepared,
    begin() {
      mayBegin.then(() => closing.signal.aborted ? undefined : release.begin());
    },
    connectIndexer: (port) => index.connect(port),
    replaceKeys(replaced) {
      const changed = keys.replace(replaced);
      dispatcher.endCallers(changed);
      watching.endCallers(changed);
    },
    endStreams() {
      dispatcher.endStreams();
      watching.endStreams();
    },
    async close() {
      dispatcher.close();
      watching.endStreams();
      limits.patience.close();
      closeOffers();
      closing.abort(new DOMException("The server is stopping", "AbortError"));
      await Promise.all([release.close(), index.close(), sweeping]);
      await parts.store.close();
    },
  };
}

/** The protocol, whose first calls wait until the app is prepared. */
function protocolOf(dispatcher: Dispatcher<ToolContext>, prepared: Promise<void>): Protocol {
  let isPrepared = false;
  prepared.then(() => {
    isPrepared = true;
  });
  return {
    dispatch: (text, carrier) =>
      isPrepared
        ? dispatcher.dispatch(text, carrier)
        : prepared.then(() => dispatcher.dispatch(text, carrier)),
    openStream: (carrier) => dispatcher.openStream(carrier),
    endSession: (carrier) => dispatcher.endSession(carrier),
  };
}

/** What the edge gets as it is. */
function edgeParts({ settings: { config }, clock, newId, log }: AppParts): Pick<
  HttpParts,
  "guard" | "insecure" | "readOnly" | "bodyBytesMax" | "clock" | "newId" | "log" | "logsRequests"
> {
  const { insecure, bodyBytesMax, logFormat, access: { readOnly } } = config;
  const logsRequests = logFormat !== "off";
  return { guard: config, insecure, readOnly, bodyBytesMax, clock, newId, log, logsRequests };
}

function createDispatcher(
  parts: AppParts,
  offers: Offers & Pick<ReleaseLoop, "tasks">,
  { createContext }: { createContext: (call: McpCall) => ToolContext },
): { dispatcher: Dispatcher<ToolContext>; registry: ToolRegistry<ToolContext> } {
  const { settings, clock, newId, log } = parts;
  const registry = new ToolRegistry<ToolContext>(offered(parts));
  const dispatcher = new Dispatcher<ToolContext>({
    server: {
      name: "lukhas-mcp",
      title: "lukhas-mcp: one git repository",
      version: settings.version,
      instructions: INSTRUCTIONS,
    },
    tools: registry,
    ...offers,
    logging: true,
    createContext,
    onBug: (error, { requestId }) => log({ msg: "bug", requestId, stack: stackOf(error) }),
    clock,
    newId,
    stateSecret: settings.linkSecret,
  });
  return { dispatcher, registry };
}

/** What a client is told that asks for no page. */
function descriptionOf(version: string, routes: Iterable<string>): HttpParts["description"] {
  return {
    name: "lukhas-mcp",
    version,
    endpoint: "POST /mcp (JSON-RPC 2.0, Model Context Protocol)",
    routes: ["/mcp", "/files/<path>", "/healthz", "/readyz", ...routes],
  };
}

/** What the repository says of its gates at this moment. */
function gatePolicyOf(root: RepoRoot): GatePolicy {
  root.refresh();
  return { gates: root.policy.document.gates, problem: root.policy.problem };
}

/** Brings the rules of the root up to date; where they cannot be used, a call gets no further. */
function openForCall(root: RepoRoot): void {
  root.refresh();
  root.policy.checkUsable();
}

/** What a tool would read: the rules of the root are brought up to date first. */
function readText(path: string, reader: FileReader, root: RepoRoot): ReturnType<FileReader["readText"]> {
  root.refresh();
  return reader.readText(path);
}

/** The tools of this server: where nothing may be changed, those that change nothing. */
function offered({ tools, settings }: AppParts): readonly Tool[] {
  return settings.config.access.readOnly
    ? tools.filter(({ annotations }) => annotations.readOnlyHint)
    : tools;
}
