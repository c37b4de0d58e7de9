/** The methods that ended with 2025-11-25. Their empty results stay empty: strict clients throw at anything in them. */
import { SUBSCRIPTIONS_MAX } from "../core/limits.ts";
import { INVALID_REQUEST } from "./jsonrpc.ts";
import type { Method, MethodRequest } from "./method.ts";
import { levelParam, uriParam } from "./params.ts";
import { ProtocolError } from "./protocol_error.ts";
import type { ResourceProvider } from "./providers.ts";
import { EMPTY_REPLY, type Reply } from "./reply.ts";
import { canWatch, type ServerParts } from "./server_parts.ts";
import { requireScopeOf } from "./scopes.ts";
import type { Session } from "./session.ts";
import { resourceNotFound } from "./shared_methods.ts";

/** The methods that this server has, `initialize` aside. */
export function handshakeMethods<Context>(parts: ServerParts<Context>): [string, Method][] {
  const plain = (answer: (request: MethodRequest) => Reply): Method => ({ kind: "plain", answer });
  const { resources } = parts;
  return [
    ["ping", plain(() => EMPTY_REPLY)],
    ...(parts.logging === true ? [["logging/setLevel", plain(setLevel)] as [string, Method]] : []),
    ...(resources !== undefined && canWatch(parts)
      ? [
        ["resources/subscribe", { kind: "call", answer: (request) => subscribe(resources, request) }],
        ["resources/unsubscribe", plain(unsubscribe)],
      ] as [string, Method][]
      : []),
  ];
}

/** Without a session the level holds for nothing; a plain client gets no log messages anyway. */
function setLevel({ params, client }: MethodRequest): Reply {
  const level = levelParam(params);
  if (client.era === "handshake" && client.session !== undefined) client.session.logLevel = level;
  return EMPTY_REPLY;
}

async function subscribe<Context>(
  resources: ResourceProvider<Context>,
  request: MethodRequest,
): Promise<Reply> {
  const uri = uriParam(request.params);
  requireScopeOf(request.carrier, { provider: resources, asked: uri, what: "resources/subscribe" });
  const session = sessionOf(request);
  if (session.subscriptions.has(uri)) return EMPTY_REPLY;
  const unwatch = await resources.watch?.(uri);
  if (unwatch === undefined) throw resourceNotFound(uri, "handshake");
  // While this one waited the session may have ended, the same been asked for, and others have taken what room there was.
  const { subscriptions, isOver } = session;
  subscriptions.get(uri)?.();
  subscriptions.delete(uri);
  if (isOver || subscriptions.size >= SUBSCRIPTIONS_MAX) {
    unwatch();
    throw new ProtocolError(INVALID_REQUEST, `Cannot watch more than ${SUBSCRIPTIONS_MAX} resources`);
  }
  subscriptions.set(uri, unwatch);
  return EMPTY_REPLY;
}

function unsubscribe(request: MethodRequest): Reply {
  const uri = uriParam(request.params);
  const { subscriptions } = sessionOf(request);
  subscriptions.get(uri)?.();
  subscriptions.delete(uri);
  return EMPTY_REPLY;
}

function sessionOf({ client }: MethodRequest): Session {
  if (client.era === "handshake" && client.session !== undefined) return client.session;
  // A subscription that nothing could ever be sent for would be a lie.
  throw new ProtocolError(INVALID_REQUEST, "Cannot watch a resource without a session: send Mcp-Session-Id");
}
