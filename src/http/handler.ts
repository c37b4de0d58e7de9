/** Every request enters here: route, guard, key, answer, log line. */
import type { Clock, NewId } from "../core/clock.ts";
import type { Log } from "../core/log.ts";
import { INTERNAL_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, UNAUTHORIZED } from "../mcp/jsonrpc.ts";
import type { Caller, KeyRing } from "./auth.ts";
import { HttpCarrier } from "./carrier.ts";
import { Disconnects } from "./disconnects.ts";
import { answerFile, type FilesRouteParts, hasFileGrant } from "./files_route.ts";
import { type GuardOptions, judgeSender } from "./guard.ts";
import { answerHealth, type Readiness } from "./health.ts";
import { type Answer, answerMcp, type Protocol, refuse, unauthorized } from "./mcp_route.ts";
import { okJson } from "./responses.ts";

/** What the HTTP edge is made of. */
export interface HttpParts {
  readonly guard: GuardOptions;
  readonly keys: KeyRing;
  /** Whether a request for a public host name is served without keys (`MCP_INSECURE=1`). */
  readonly insecure: boolean;
  /** Largest body that is read. */
  readonly bodyBytesMax: number;
  readonly protocol: Protocol;
  readonly files: FilesRouteParts;
  readonly readiness: () => Promise<Readiness>;
  /** What `GET /` says. */
  readonly description: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
}

/** Answers requests. `connection` is what `Deno.serve` says of the socket; undefined where there is none. */
export type HttpHandler = (request: Request, connection?: unknown) => Promise<Response>;

/** The handler for `Deno.serve`. It never rejects. */
export function createHttpHandler(parts: HttpParts): HttpHandler {
  const disconnects = new Disconnects();
  const parseUrl = rememberingLast((text) => URL.parse(text));
  return async (request, connection) => {
    const isSocket = connection !== undefined;
    const started = parts.clock.elapsed();
    const requestId = parts.newId();
    // The runtime builds the address from the Host header, and so from anything.
    const url = parseUrl(request.url);
    const caller = parts.keys.identify(request.headers);
    const answering = url === null
      ? unreadableAddress()
      : answer(request, { url, caller, requestId, parts, disconnects, isSocket });
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
  readonly disconnects: Disconnects;
  readonly isSocket: boolean;
}

/** Most requests name the same address as the one before, and parsing it is a large part of a short request. */
function rememberingLast<Value>(parse: (text: string) => Value): (text: string) => Value {
  let last: { readonly text: string; readonly value: Value } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, value: parse(text) };
    return last.value;
  };
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

async function answerRoute(
  request: Request,
  { url, caller, requestId, parts, disconnects, isSocket }: Arrival,
): Promise<Answer> {
  if (url.pathname === "/mcp") {
    const fingerprint = caller.kind === "key" ? caller.fingerprint : undefined;
    const carrier = new HttpCarrier(request, { requestId, caller: fingerprint, disconnects });
    const { bodyBytesMax, protocol } = parts;
    return await answerMcp(request, { bodyBytesMax, isSocket, protocol, carrier });
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
