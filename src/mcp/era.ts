/**
 * Tells the two eras of MCP apart, for each message. This is the only place that does.
 *
 * Up to 2025-11-25 a client shakes hands with `initialize`; from 2026-07-28 on every request claims its revision in
 * `_meta`, and the header `MCP-Protocol-Version` repeats it. The body is primary: a claim wins over any header, over a
 * session and over `initialize`. A message with neither claim nor header is a handshake client's: plain curl is one.
 */
import {
  type Envelope,
  INVALID_REQUEST,
  isObject,
  type Malformed,
  parseBody,
  readEnvelope,
  type RpcErrorObject,
  type RpcRequest,
} from "./jsonrpc.ts";
import { hasClaim, META } from "./meta.ts";
import { HEADER_MISMATCH, invalidParams } from "./protocol_error.ts";
import { isStatelessVersion } from "./revisions.ts";

/** A message of a handshake client: anything that can be read. */
export type HandshakeMessage = Exclude<Envelope, Malformed>;

/** Whose message it is. */
export type Decision =
  | { readonly era: "stateless"; readonly request: RpcRequest }
  /** A stateless client has nothing to notify a server of over HTTP: it is accepted and passed over. */
  | { readonly era: "stateless_notification" }
  | { readonly era: "handshake"; readonly message: HandshakeMessage }
  /** Every element can be read; none is `initialize`. */
  | { readonly era: "handshake_batch"; readonly messages: readonly HandshakeMessage[] }
  | { readonly era: "none"; readonly refusal: Malformed };

/** Decides for the text of one body. `header` is `MCP-Protocol-Version`; undefined where none was sent. */
export function decideEra(text: string, header: string | undefined): Decision {
  const body = parseBody(text);
  if (body.kind === "malformed") return { era: "none", refusal: body };
  if (Array.isArray(body.value)) return decideBatch(body.value, header);
  const message = readEnvelope(body.value);
  switch (message.kind) {
    case "malformed":
      return { era: "none", refusal: message };
    case "request":
      return decideRequest(message, header);
    case "notification":
      return hasClaim(message.params) || isStatelessVersion(header)
        ? { era: "stateless_notification" }
        : { era: "handshake", message };
    case "response":
      return isStatelessVersion(header)
        ? refuse(undefined, invalidRequest("a stateless server asks nothing that could be answered"))
        : { era: "handshake", message };
    default:
      return message satisfies never;
  }
}

function decideRequest(request: RpcRequest, header: string | undefined): Decision {
  if (hasClaim(request.params)) return { era: "stateless", request };
  if (!isStatelessVersion(header)) return { era: "handshake", message: request };
  if (request.method === "initialize") {
    const message =
      `Header mismatch: "initialize" belongs to a revision before the one of MCP-Protocol-Version`;
    return refuse(request.id, { code: HEADER_MISMATCH, message });
  }
  const reason = `"_meta" must hold "${META.protocolVersion}" and "${META.clientCapabilities}"`;
  return refuse(request.id, invalidParams(reason).toObject());
}

function decideBatch(values: readonly unknown[], header: string | undefined): Decision {
  if (values.length === 0) return refuse(undefined, invalidRequest("the batch is empty"));
  if (isStatelessVersion(header)) return refuse(undefined, invalidRequest("this revision has no batches"));
  const messages: HandshakeMessage[] = [];
  for (const value of values) {
    const message = readEnvelope(value);
    if (message.kind === "malformed") return refuse(undefined, message.error);
    if (isObject(value) && hasClaim(value.params)) {
      return refuse(undefined, invalidRequest("a batch may not hold a stateless request"));
    }
    if (message.kind === "request" && message.method === "initialize") {
      return refuse(undefined, invalidRequest(`"initialize" may not be part of a batch`));
    }
    messages.push(message);
  }
  return { era: "handshake_batch", messages };
}

function invalidRequest(reason: string): RpcErrorObject {
  return { code: INVALID_REQUEST, message: `Invalid request: ${reason}` };
}

function refuse(id: RpcRequest["id"] | undefined, error: RpcErrorObject): Decision {
  return { era: "none", refusal: { kind: "malformed", id, error } };
}
