/** The app's side of the cage: waits for its settings, serves, and stops when it is told to. */
import { createApp } from "./app.ts";
import type { Clock, NewId } from "./core/clock.ts";
import { LOG_FLUSH_MS } from "./core/limits.ts";
import { lineLog } from "./core/log.ts";
import { stackOf } from "./http/handler.ts";
import type { LineWriter } from "./line_writer.ts";
import type { AppSettings, FromApp, ToApp } from "./sandbox.ts";
import { type RunningServer, startServer } from "./server.ts";
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
  let server: RunningServer | undefined;
  scope.onmessage = async ({ data: message }) => {
    switch (message.type) {
      case "start":
        server = start(scope, message.settings, parts);
        return;
      case "stop":
        await server?.stop();
        await parts.stderr.flush(LOG_FLUSH_MS);
        scope.postMessage({ type: "stopped" });
        return;
      default:
        message satisfies never;
    }
  };
  scope.postMessage({ type: "loaded" });
}

function start(scope: WorkerScope, settings: AppSettings, parts: WorkerParts): RunningServer | undefined {
  const { now } = parts.clock;
  const log = lineLog({
    format: settings.config.logFormat,
    now,
    writeLine: (line) => parts.stderr.write(line),
  });
  const app = createApp({ settings, log, ...parts, address: () => server.url });
  let server: RunningServer;
  try {
    server = startServer(app, settings.config);
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
  return server;
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
