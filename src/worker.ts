/** The app's side of the cage: waits for its settings, serves, and stops when it is told to. */
import { type App, createApp } from "./app.ts";
import type { Clock, NewId } from "./core/clock.ts";
import { LOG_FLUSH_MS, SHUTDOWN_GRACE_MS } from "./core/limits.ts";
import { lineLog, type Log } from "./core/log.ts";
import { HostLine } from "./host_line.ts";
import { stackOf } from "./http/handler.ts";
import type { LineWriter } from "./line_writer.ts";
import { StdioTransport } from "./mcp/stdio.ts";
import type { FromApp, ToApp } from "./sandbox.ts";
import { openStore } from "./open_store.ts";
import { type RunningServer, type ServedApp, startServer } from "./server.ts";
import type { Store } from "./store/store.ts";
import { later } from "./timers.ts";
import type { Tool } from "./tool.ts";

/** What the worker is given by the entry module. */
export interface WorkerParts {
  readonly tools: readonly Tool[];
  readonly clock: Clock;
  readonly newId: NewId;
  readonly stderr: LineWriter;
}

/** The part of a worker's global scope that is needed here. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ToApp>) => void) | null;
  postMessage(message: FromApp): void;
  addEventListener(type: "unhandledrejection", listener: (event: PromiseRejectionEvent) => void): void;
}

/** Serves as the worker that this module runs in. */
export function runWorker(scope: WorkerScope, parts: WorkerParts): void {
  let starting: Promise<Serving | undefined> | undefined;
  const host = new HostLine((call) => scope.postMessage({ type: "host_call", call }));
  scope.onmessage = async ({ data: message }) => {
    switch (message.type) {
      case "start":
        starting = start(scope, message, { ...parts, host });
        return;
      case "line":
        await (await starting)?.transport?.receive(message.text);
        scope.postMessage({ type: "line_done" });
        return;
      case "host_answer":
        host.hear(message.answer);
        return;
      case "indexer":
        return (await starting)?.app.connectIndexer(message.port);
      case "keys":
        (await starting)?.app.replaceKeys(message.keys);
        return;
      case "stop":
        await (await starting)?.server.stop();
        await parts.stderr.flush(LOG_FLUSH_MS);
        scope.postMessage({ type: "stopped" });
        return;
      default:
        message satisfies never;
    }
  };
  scope.postMessage({ type: "loaded" });
}

/** What runs here. */
interface Serving {
  readonly app: App;
  readonly server: RunningServer;
  /** For the client on stdio, where there is one. */
  readonly transport: StdioTransport | undefined;
}

async function start(
  scope: WorkerScope,
  { settings, speaksLines }: ToApp & { type: "start" },
  { host, ...parts }: WorkerParts & { host: HostLine },
): Promise<Serving | undefined> {
  const { clock: { now }, newId } = parts;
  const log = lineLog({
    format: settings.config.logFormat,
    now,
    writeLine: (line) => parts.stderr.write(line),
  });
  let store: Store;
  try {
    const { store: place, root, startedAt } = settings;
    store = await openStore({ place, root, startedAt, now, newId, later, log });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    scope.postMessage({ type: "cannot_open", reason: error.message });
    return undefined;
  }
  const app = createApp({ settings, log, store, later, evalHost: host, ...parts, address: () => server.url });
  const transport = speaksLines
    ? createTransport(scope, app, { ...parts, log, requestsMax: settings.config.access.concurrencyMax })
    : undefined;
  let server: RunningServer;
  try {
    server = startServer(endingTogether(app, transport), settings.config);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    scope.postMessage({ type: "cannot_listen", reason: reasonOf(error) });
    return undefined;
  }
  // From here on one call's bug must not end everybody's server. Before, it must: nothing is served yet.
  scope.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    log({ msg: "bug", stack: stackOf(event.reason) });
  });
  scope.postMessage({ type: "listening", url: server.url });
  app.begin();
  app.prepared.then(() => scope.postMessage({ type: "prepared" }));
  return { app, server, transport };
}

function createTransport(
  scope: WorkerScope,
  { protocol }: App,
  { log, clock, newId, requestsMax }: WorkerParts & { log: Log; requestsMax: number },
): StdioTransport {
  return new StdioTransport({
    protocol,
    requestsMax,
    write: (text) => scope.postMessage({ type: "line", text }),
    onAnswered: ({ requestId, facts, durationMs }) =>
      log({ msg: "request", requestId, route: "stdio", ...facts, durationMs }),
    clock,
    newId,
  });
}

/** Requests from stdio have the time that those from the socket have, and end before the app does. */
function endingTogether(app: App, transport: StdioTransport | undefined): ServedApp {
  if (transport === undefined) return app;
  let finished: Promise<void> | undefined;
  return {
    fetch: app.fetch,
    endStreams() {
      app.endStreams();
      finished = transport.finish(SHUTDOWN_GRACE_MS);
    },
    async close() {
      await finished;
      await app.close();
    },
  };
}

function reasonOf(error: Error): string {
  if (error instanceof Deno.errors.AddrInUse) {
    return "the port is in use; set PORT to another one, or to 0 for any";
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return "this machine does not have that address; set HOST";
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return "ports below 1024 need rights that this user lacks; set PORT";
  }
  return error.message;
}
