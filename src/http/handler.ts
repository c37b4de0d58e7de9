/** Every request enters here: route, guard, key, answer, log line. */
import type { Clock, NewId } from "../core/clock.ts";
import type { Log, LogEvent } from "../core/log.ts";
import { INTERNAL_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, UNAUTHORIZED } from "../mcp/jsonrpc.ts";
import { tellBudget } from "./admission.ts";
import { Arrival, type Edge } from "./arrival.ts";
import type { KeyRing } from "./auth.ts";
import { allowOrigin, answerPreflight, isPreflight } from "./cors.ts";
import { Disconnects } from "./disconnects.ts";
import type { EdgeLimits } from "./edge_limits.ts";
import { answerFile, type FilesRouteParts, hasFileGrant } from "./files_route.ts";
import { type GuardOptions, SenderGuard } from "./guard.ts";
import { answerHealth, type Readiness } from "./health.ts";
import { type Answer, answerMcp, type Protocol, refuse, tooManyStreams } from "./mcp_route.ts";
import { json } from "./responses.ts";
import type { RequestMeter, Route, Routes } from "./route.ts";

/** What the HTTP edge is made of. */
export interface HttpParts extends EdgeLimits {
  readonly guard: GuardOptions;
  readonly keys: KeyRing;
  /** Whether a request for a public host name is served without keys (`MCP_INSECURE=1`). */
  readonly insecure: boolean;
  /** Whether a public host name is served without keys what only reads (`MCP_READ_ONLY=1`). */
  readonly readOnly: boolean;
  /** Largest body that is read. */
  readonly bodyBytesMax: number;
  readonly protocol: Protocol;
  readonly files: FilesRouteParts;
  /** Beside those above. */
  readonly routes: Routes;
  readonly readiness: () => Promise<Readiness>;
  /** What `GET /` says. */
  readonly description: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly meter: RequestMeter;
  /** Whether every request is logged, and not bugs alone. */
  readonly logsRequests: boolean;
}

/** Answers requests. `connection` is what `Deno.serve` says of the socket; undefined where there is none. */
export type HttpHandler = (request: Request, connection?: unknown) => Promise<Response>;

/** The handler for `Deno.serve`. It never rejects. */
export function createHttpHandler(parts: HttpParts): HttpHandler {
  const { keys, newId, clock, logsRequests } = parts;
  const server: Server = { parts, guard: new SenderGuard(parts.guard) };
  const { admission, addresses, streams } = parts;
  const edge: Edge = {
    disconnects: new Disconnects(),
    addresses,
    streams,
    charge: (arrival, messages) => admission.charge(arrival, messages),
  };
  const find = rememberingLast((text) => placeOf(URL.parse(text), parts.routes));
  return async (request, connection) => {
    const started = clock.elapsed();
    // The runtime builds the address from the Host header, and so from anything.
    const place = find(request.url);
    const queryKey = place?.route?.takesKeyInQuery ? place.url.searchParams.get("key") : undefined;
    const caller = keys.identify(request.headers, queryKey || undefined);
    const arrival = new Arrival({ request, connection, caller, edge, newId });
    let answered: Answer;
    admission.atWork++;
    try {
      answered = await (place === undefined ? unreadableAddress() : answer(arrival, place, server));
    } catch (error) {
      answered = crashed(error, { requestId: arrival.requestId, parts });
    } finally {
      admission.atWork--;
    }
    if (arrival.budget !== undefined) tellBudget(answered.response, arrival.budget);
    if (arrival.origin !== undefined) allowOrigin(answered.response.headers, arrival.origin);
    const tookMs = clock.elapsed() - started;
    const route = `${request.method} ${place?.name ?? NAMELESS}`;
    parts.meter.count({ route, facts: answered.facts, status: answered.response.status, tookMs });
    if (logsRequests) parts.log(lineFor(arrival, { answered, route, tookMs }));
    return answered.response;
  };
}

/** Where a request goes, and what is there. All requests for one address share it. */
interface Place {
  readonly url: URL;
  readonly path: string;
  /** The path for the log and the metrics. */
  readonly name: string;
  /** The route that was handed in for this address. */
  readonly route: Route | undefined;
}

function placeOf(url: URL | null, routes: Routes): Place | undefined {
  if (url === null) return undefined;
  const { pathname: path } = url;
  const route = routes.get(path);
  return { url, path, name: route === undefined ? nameOf(path) : path, route };
}

/** Most requests name the same address as the one before, and parsing it is a large part of a short request. */
function rememberingLast<Value>(parse: (text: string) => Value): (text: string) => Value {
  let last: { readonly text: string; readonly value: Value } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, value: parse(text) };
    return last.value;
  };
}

function unreadableAddress(): Answer {
  return refuse(400, INVALID_REQUEST, "Cannot read the request's address: its Host header names no host");
}

function crashed(error: unknown, { requestId, parts }: { requestId: string; parts: HttpParts }): Answer {
  parts.log({ msg: "bug", requestId, stack: stackOf(error) });
  const message = `Internal error: the server's log has it under request "${requestId}"`;
  return refuse(500, INTERNAL_ERROR, message);
}

/** What all requests meet. */
interface Server {
  readonly parts: HttpParts;
  readonly guard: SenderGuard;
}

function answer(arrival: Arrival, place: Place, server: Server): Answer | Promise<Answer> {
  const { path } = place;
  // Probes come by address and have no key; nothing is in these answers.
  if (path === "/healthz" || path === "/readyz") {
    const { readiness } = server.parts;
    const health = answerHealth(arrival.request, { route: path, readiness });
    return health.then((response) => ({ response, facts: {} }));
  }
  return refuseSender(arrival, place, server) ?? answerRoute(arrival, place, server.parts);
}

/** Why the sender may not use any route with data behind it; undefined when it may. */
function refuseSender(
  arrival: Arrival,
  { url, path, route }: Place,
  { guard, parts }: Server,
): Answer | undefined {
  const { request, sender } = arrival;
  const verdict = guard.judge(request);
  if (!verdict.ok) return refuse(403, INVALID_REQUEST, `Forbidden: ${verdict.reason}`);
  if (verdict.origin !== undefined) {
    arrival.origin = verdict.origin;
    if (isPreflight(request)) return answerPreflight(request);
  }
  // What is for operators is not for everybody, though nothing can be changed by it.
  const isShown = parts.readOnly && (route === undefined || route.scope === "read");
  if (parts.keys.isOpen && !verdict.loopback && !parts.insecure && !isShown) {
    const message = "Unauthorized: this server has no keys, so it answers to loopback names only; " +
      "set LUKHAS_MCP_API_KEYS (or MCP_READ_ONLY=1 to show it to everybody, or MCP_INSECURE=1 to let everybody change it)";
    return refuse(403, UNAUTHORIZED, message);
  }
  // Nothing is in the description, and a client that has no key yet learns there where to go.
  const isLetIn = sender.kind !== "refused" || path === "/" ||
    (path.startsWith("/files/") && hasFileGrant(url, parts.files.links));
  return isLetIn ? parts.admission.refusal(arrival) : parts.admission.unauthorized(arrival);
}

function answerRoute(
  arrival: Arrival,
  { url, path, route }: Place,
  parts: HttpParts,
): Answer | Promise<Answer> {
  const { request } = arrival;
  if (path === "/mcp") return answerMcp(arrival, parts);
  if (route !== undefined) return answerHandedIn(arrival, url, route);
  if (path.startsWith("/files/")) {
    const lacksScope = arrival.scopes?.includes("read") === false && !hasFileGrant(url, parts.files.links);
    if (!lacksScope) return answerFile(request, url, parts.files);
    return refuse(403, UNAUTHORIZED, `Forbidden: a file takes a key with the scope "read"`);
  }
  if (path === "/" && (request.method === "GET" || request.method === "HEAD")) {
    return { response: json(200, JSON.stringify(parts.description)), facts: {} };
  }
  return refuse(404, METHOD_NOT_FOUND, "Not found: the server's endpoint is POST /mcp");
}

function lineFor(
  { requestId, sender }: Arrival,
  { answered: { response, facts }, route, tookMs }: { answered: Answer; route: string; tookMs: number },
): LogEvent {
  return {
    msg: "request",
    requestId,
    route,
    ...facts,
    status: response.status,
    durationMs: Math.round(tookMs * 1000) / 1000,
    ...(sender.kind !== "open" && sender.fingerprint !== undefined && { key: sender.fingerprint }),
  };
}

async function answerHandedIn(arrival: Arrival, url: URL, route: Route): Promise<Answer> {
  const { request, scopes, caller } = arrival;
  if (scopes?.includes(route.scope) === false) {
    const message = `Forbidden: ${url.pathname} takes a key with the scope "${route.scope}"`;
    return refuse(403, UNAUTHORIZED, message);
  }
  if (request.method === "GET") {
    if (route.staysOpen !== true) return await route.get(request, { url, caller });
    if (!arrival.mayStream) return tooManyStreams();
    return await route.get(request, { url, caller, onEnd: arrival.countStream() });
  }
  const message = `Cannot ${request.method} ${url.pathname}: ask with GET`;
  return refuse(405, INVALID_REQUEST, message, { allow: "GET" });
}

/** A route's name for the log: no path of a file, nothing that a caller made up. */
function nameOf(path: string): string {
  if (path.startsWith("/files/")) return "/files/…";
  return NAMED_PATHS.has(path) ? path : NAMELESS;
}

const NAMELESS = "/…";

const NAMED_PATHS: ReadonlySet<string> = new Set(["/", "/mcp", "/healthz", "/readyz"]);

/** What the log says of an error that nobody expected. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? String(error) : String(error);
}
