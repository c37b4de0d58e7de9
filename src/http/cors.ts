/** What a page of an allowed origin is told, so that its browser lets it send and read (WHATWG Fetch, CORS protocol). */
import type { Answer } from "./mcp_route.ts";
import { empty } from "./responses.ts";

const REQUEST_HEADERS = [
  "content-type",
  "accept",
  "authorization",
  "x-api-key",
  "last-event-id",
  "mcp-session-id",
  "mcp-protocol-version",
  "mcp-method",
  "mcp-name",
];

const RESPONSE_HEADERS = "mcp-session-id, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset";

/** How long a browser may remember what it was told, in seconds. */
const MAX_AGE_S = 600;

/** Whether a browser asks what a page may send. */
export function isPreflight({ method, headers }: Request): boolean {
  return method === "OPTIONS" && headers.has("access-control-request-method");
}

/** The answer to that, for an origin that is allowed. */
export function answerPreflight({ headers }: Request): Answer {
  // The names of headers that repeat arguments of tools are the tools' own.
  const asked = (headers.get("access-control-request-headers") ?? "").toLowerCase().split(",");
  const own = asked.map((name) => name.trim()).filter((name) => /^mcp-param-[a-z0-9-]{1,64}$/.test(name));
  const response = empty(204, {
    "access-control-allow-methods": "GET, POST, DELETE",
    "access-control-allow-headers": [...REQUEST_HEADERS, ...own].join(", "),
    "access-control-max-age": String(MAX_AGE_S),
    ...(headers.get("access-control-request-private-network") === "true" && {
      "access-control-allow-private-network": "true",
    }),
  });
  return { response, facts: {} };
}

/** Lets the page read an answer. Credentials of the browser's own are never asked for. */
export function allowOrigin(headers: Headers, origin: string): void {
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-expose-headers", RESPONSE_HEADERS);
  headers.append("vary", "origin");
}
