/** One line of a client, as far as a bridge has to understand it to send it on over HTTP. */
import { isObject, type Params, parseBody, readEnvelope, type RequestId } from "../mcp/jsonrpc.ts";
import { hasClaim, META } from "../mcp/meta.ts";
import type { ParamHeader } from "../mcp/param_headers.ts";
import { namedIn } from "../mcp/standard_headers.ts";

/** What a bridge knows of a line. */
export interface BridgeMessage {
  readonly text: string;
  /** The requests that wait for an answer; several in a batch. */
  readonly ids: readonly RequestId[];
  /** Empty for a batch, a response, and what cannot be read. */
  readonly method: string;
  readonly params: Params;
  /** Whether it claims a stateless revision. */
  readonly isStateless: boolean;
}

/** Reads a line. It never throws: what cannot be read is the owner's to refuse. */
export function readBridgeMessage(text: string): BridgeMessage {
  const body = parseBody(text);
  const nothing = { text, ids: [], method: "", params: {}, isStateless: false };
  if (body.kind !== "value") return nothing;
  if (Array.isArray(body.value)) return { ...nothing, ids: body.value.flatMap(requestId) };
  const message = readEnvelope(body.value);
  if (message.kind !== "request" && message.kind !== "notification") {
    return { ...nothing, ids: requestId(body.value) };
  }
  const { method, params } = message;
  const ids = message.kind === "request" ? [message.id] : [];
  return { text, ids, method, params, isStateless: hasClaim(params) };
}

function requestId(value: unknown): RequestId[] {
  const message = readEnvelope(value);
  const id = message.kind === "request" || message.kind === "malformed" ? message.id : undefined;
  return id === undefined ? [] : [id];
}

/** What a stateless message repeats in headers (2026-07-28, basic/transports). */
export function statelessHeaders(
  { method, params }: BridgeMessage,
  paramHeaders: readonly ParamHeader[],
): [string, string][] {
  const meta = isObject(params._meta) ? params._meta : {};
  const headers: [string, string][] = [];
  const add = (name: string, value: unknown, encode: (text: string) => string = (text) => text) => {
    if (typeof value === "string") headers.push([name, encode(value)]);
  };
  add("mcp-protocol-version", meta[META.protocolVersion]);
  add("mcp-method", method);
  add("mcp-name", namedIn({ method, params }), encodeHeaderValue);
  for (const { name, path } of paramHeaders) {
    const value = path.reduce<unknown>(
      (at, key) => isObject(at) ? at[key] : undefined,
      params.arguments,
    );
    if (value !== undefined && value !== null) {
      add(`mcp-param-${name}`, String(value), encodeHeaderValue);
    }
  }
  // What no header can carry is left out: the owner says what is missing.
  return headers.filter(([, value]) => /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value));
}

/** Literal where it can be; Base64 between sentinels where it holds what a header cannot, or looks like that itself. */
export function encodeHeaderValue(text: string): string {
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !text.startsWith("=?base64?")) return text;
  return `=?base64?${new TextEncoder().encode(text).toBase64()}?=`;
}

/**
 * Requests that may be sent twice: they change nothing, or leave the same state. A tool may have done its work before
 * the answer was lost, so no call of one is among them.
 */
const REPEATABLE: ReadonlySet<string> = new Set([
  "initialize",
  "ping",
  "server/discover",
  "tools/list",
  "prompts/list",
  "prompts/get",
  "resources/list",
  "resources/templates/list",
  "resources/read",
  "resources/subscribe",
  "resources/unsubscribe",
  "subscriptions/listen",
  "completion/complete",
  "logging/setLevel",
  "tasks/get",
]);

/** Whether a message may be sent again after its answer was lost. */
export function isRepeatable({ method }: BridgeMessage): boolean {
  return REPEATABLE.has(method);
}

/** Under which name a message is remembered for a new owner, because it made a state that the client relies on. */
export function stateKey({ method, params, isStateless }: BridgeMessage): string | undefined {
  if (isStateless) return undefined;
  switch (method) {
    case "initialize":
    case "notifications/initialized":
    case "logging/setLevel":
      return method;
    case "resources/subscribe":
    case "resources/unsubscribe":
      return `resource ${String(params.uri)}`;
    default:
      return undefined;
  }
}
