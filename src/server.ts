/** An app on a socket. */
import { SHUTDOWN_GRACE_MS } from "./core/limits.ts";
import { urlHost } from "./sandbox.ts";

/** An address that means every interface is none that a client could open. */
const WILDCARDS: Readonly<Partial<Record<string, string>>> = {
  "0.0.0.0": "127.0.0.1",
  "::": "::1",
  "[::]": "::1",
};

/** A running server. */
export interface RunningServer {
  /** Where processes of this machine reach it, without a slash at the end. */
  readonly url: string;
  /** Stops listening, lets the requests under way finish for at most `graceMs`, then gives them up. */
  stop(options?: { graceMs?: number }): Promise<void>;
}

/** What is served. */
export interface ServedApp {
  fetch(request: Request, connection: unknown): Promise<Response>;
  /** Ends the streams that have no end of their own. */
  endStreams?(): void;
  close(): Promise<void>;
}

/**
 * Starts to listen.
 *
 * @throws {Deno.errors.AddrInUse} When the port is taken, and what else the system says.
 */
export function startServer(
  app: ServedApp,
  { host, port }: { host: string; port: number },
): RunningServer {
  const server = Deno.serve({
    hostname: host.replace(/^\[|\]$/g, ""),
    port,
    // The log line that says where the server listens is ours.
    onListen: () => {},
  }, app.fetch);
  return {
    url: `http://${urlHost(WILDCARDS[host] ?? host)}:${server.addr.port}`,
    async stop({ graceMs = SHUTDOWN_GRACE_MS } = {}) {
      app.endStreams?.();
      const grace = Promise.withResolvers<void>();
      const timer = setTimeout(grace.resolve, graceMs);
      // A client that never finishes its request must not hold up the end; its connection ends with the process.
      await Promise.race([server.shutdown(), grace.promise]);
      clearTimeout(timer);
      await app.close();
    },
  };
}
