/** Every request enters here: route, guard, key, answer, log line. */
import type { Clock, NewId } from "../core/clock.ts";
import type { Log } from "../core/log.ts";
import { INTERNAL_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, UNAUTHORIZED } from "../mcp/jsonrpc.ts";
import type { Outcome } from "../mcp/dispatch.ts";
import type { Caller, KeyRing } from "./auth.ts";
import { answerFile, type FilesRouteParts, hasFileGrant } from "./files_route.ts";
import { type GuardOptions, judgeSender } from "./guard.ts";
import { answerHealth, type Readiness } from "./health.ts";
import { type Answer, answerMcp, refuse, unauthorized } from "./mcp_route.ts";
import { okJson } from "./responses.ts";

/** What the HTTP edge is made of. */
export interface HttpParts {
  readonly guard: GuardOptions;
  readonly keys: KeyRing;
  /** Whether a request for a public host name is served without keys (`MCP_INSECURE=1`). */
  readonly insecure: boolean;
  /** Largest body that is read. */
  readonly bodyBytesMax: number;
  /** Answers one protocol message. */
  readonly handleMessage: (text: string, call: { requestId: string }) => Promise<Outcome>;
  readonly files: FilesRouteParts;
  readonly readiness: () => Promise<Readiness>;
  /** What `GET /` says. */
  readonly description: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
}

/** Answers requests. */
export type HttpHandler = (request: Request) => Promise<Response>;

/** The handler for `Deno.serve`. It never rejects. */
export function createHttpHandler(parts: HttpParts): HttpHandler {
  return async (request) => {
    const started = parts.clock.elapsed();
    const requestId = parts.newId();
    // The runtime builds the address from the Host header, and so from anything.
    const url = URL.parse(request.url);
    const caller = parts.keys.identify(request.headers);
    const answering = url === null ? unreadableAddress() : answer(request, { url, caller, requestId, parts });
    const { response, facts } = await answering.catch((error) => {
      parts.log({ msg: "bug", requestId, stack: stackOf(error) });
      return refuse(
        500,
        INTERNAL_ERROR,
        `Internal error: the server's log has it under request "${requestId}"`,
      );
    });
    parts.log({
      msg: "request",
      requestId,
      route: `${request.method} ${routeName(url?.pathname)}`,
      ...facts,
      status: response.status,
      durationMs: Math.round((parts.clock.elapsed() - started) * 1000) / 1000,
      ...(caller.kind !== "open" && caller.fingerprint !== undefined && { key: caller.fingerprint }),
    });
    return response;
  };
}

interface Arrival {
  readonly url: URL;
  readonly caller: Caller;
  readonly requestId: string;
  readonly parts: HttpParts;
}

async function unreadableAddress(): Promise<Answer> {
  return refuse(400, INVALID_REQUEST, "Cannot read the request's address: its Host header names no host");
}

async function answer(request: Request, arrival: Arrival): Promise<Answer> {
  const { url, parts } = arrival;
  // Probes come by address and have no key; nothing is in these answers.
  if (url.pathname === "/healthz" || url.pathname === "/readyz") {
    return {
      response: await answerHealth(request, { route: url.pathname, readiness: parts.readiness }),
      facts: {},
    };
  }
  return refuseSender(request, arrival) ?? await answerRoute(request, arrival);
}

/** Why the sender may not use any route with data behind it; undefined when it may. */
function refuseSender(request: Request, { url, caller, parts }: Arrival): Answer | undefined {
  const verdict = judgeSender(request, parts.guard);
  if (!verdict.ok) return refuse(403, INVALID_REQUEST, `Forbidden: ${verdict.reason}`);
  if (parts.keys.isOpen && !verdict.loopback && !parts.insecure) {
    const message = "Unauthorized: this server has no keys, so it answers to loopback names only; " +
      "set LUKHAS_MCP_API_KEYS (or MCP_INSECURE=1 to serve everybody)";
    return refuse(403, UNAUTHORIZED, message);
  }
  // Nothing is in the description, and a client that has no key yet learns there where to go.
  if (caller.kind !== "refused" || url.pathname === "/") return undefined;
  if (url.pathname.startsWith("/files/") && hasFileGrant(url, parts.files.links)) return undefined;
  return unauthorized();
}

async function answerRoute(request: Request, { url, requestId, parts }: Arrival): Promise<Answer> {
  if (url.pathname === "/mcp") {
    return await answerMcp(request, {
      bodyBytesMax: parts.bodyBytesMax,
      handleMessage: (text) => parts.handleMessage(text, { requestId }),
    });
  }
  if (url.pathname.startsWith("/files/")) return await answerFile(request, url, parts.files);
  if (url.pathname === "/" && (request.method === "GET" || request.method === "HEAD")) {
    return { response: okJson(JSON.stringify(parts.description)), facts: {} };
  }
  return refuse(404, METHOD_NOT_FOUND, "Not found: the server's endpoint is POST /mcp");
}

/** A route's name for the log: no path of a file, nothing that a caller made up. */
function routeName(path: string | undefined): string {
  if (path?.startsWith("/files/")) return "/files/…";
  return ["/", "/mcp", "/healthz", "/readyz"].find((route) => route === path) ?? "/…";
}

/** What the log says of an error that nobody expected. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? String(error) : String(error);
}
