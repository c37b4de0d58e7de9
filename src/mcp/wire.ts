/** How either era writes a reply. What one era adds must never reach the other: strict clients throw at it. */
import {
  errorResponse,
  INVALID_REQUEST,
  METHOD_NOT_FOUND,
  type Params,
  RATE_LIMITED,
  type RequestId,
  resultResponse,
  type RpcErrorObject,
  UNAUTHORIZED,
} from "./jsonrpc.ts";
import { META } from "./meta.ts";
import type { Facts, FinalOutcome, Outcome } from "./outcome.ts";
import {
  HEADER_MISMATCH,
  MISSING_CLIENT_CAPABILITY,
  UNSUPPORTED_PROTOCOL_VERSION,
} from "./protocol_error.ts";
import type { Reply } from "./reply.ts";

/** One era's way to write. */
export interface Wire {
  /** The `result` member, as JSON. */
  result(reply: Reply): string;
  error(id: RequestId, error: RpcErrorObject, facts: Facts): FinalOutcome;
}

/** Up to 2025-11-25: results are bare, and errors of methods are responses like any other. */
export const HANDSHAKE_WIRE: Wire = {
  result: ({ result }) => typeof result === "string" ? result : JSON.stringify(result),
  error: (id, error, facts) => {
    const noted = { body: errorResponse(id, error), facts: { ...facts, error: error.code } };
    if (error.code === UNAUTHORIZED) return { kind: "refused", refusal: "forbidden", ...noted };
    return { kind: "response", ...noted };
  },
};

/**
 * From 2026-07-28: every result names its type and the server; what may be kept says for how long; errors that tell a
 * client to speak differently are refusals of the whole request.
 */
export class StatelessWire implements Wire {
  readonly #serverMeta: Params;
  readonly #ending: string;
  readonly #written = new WeakMap<Reply, string>();

  constructor(serverInfo: Params) {
    this.#serverMeta = { [META.serverInfo]: serverInfo };
    this.#ending = `"resultType":"complete","_meta":${JSON.stringify(this.#serverMeta)}}`;
  }

  result(reply: Reply): string {
    if (reply.cache === undefined) return this.#write(reply);
    let json = this.#written.get(reply);
    if (json === undefined) {
      json = this.#write(reply);
      this.#written.set(reply, json);
    }
    return json;
  }

  error(id: RequestId, error: RpcErrorObject, facts: Facts): FinalOutcome {
    const body = errorResponse(id, error);
    const noted = { ...facts, error: error.code };
    switch (error.code) {
      case UNAUTHORIZED:
        return { kind: "refused", refusal: "forbidden", body, facts: noted };
      case RATE_LIMITED:
        return { kind: "refused", refusal: "rate_limited", body, facts: noted };
      case METHOD_NOT_FOUND:
        return { kind: "refused", refusal: "unknown_method", body, facts: noted };
      case HEADER_MISMATCH:
      case MISSING_CLIENT_CAPABILITY:
      case UNSUPPORTED_PROTOCOL_VERSION:
        return { kind: "refused", refusal: "malformed", body, facts: noted };
      default:
        return { kind: "response", body, facts: noted };
    }
  }

  #write({ result, cache }: Reply): string {
    const kept = cache === undefined ? "" : `"ttlMs":${cache.ttlMs},"cacheScope":"${cache.scope}",`;
    if (typeof result === "string") {
      const members = result === "{}" ? "{" : `${result.slice(0, -1)},`;
      return members + kept + this.#ending;
    }
    const { resultType = "complete", _meta: meta = {}, ...members } = result;
    return JSON.stringify({
      ...members,
      ...(cache !== undefined && { ttlMs: cache.ttlMs, cacheScope: cache.scope }),
      resultType,
      _meta: { ...meta as Params, ...this.#serverMeta },
    });
  }
}

/** A response with a result. */
export function resultOutcome(
  wire: Wire,
  reply: Reply,
  { id, facts }: { id: RequestId; facts: Facts },
): FinalOutcome {
  const noted = reply.failure === undefined ? facts : { ...facts, error: reply.failure };
  return { kind: "response", body: resultResponse(id, wire.result(reply)), facts: noted };
}

/** A message that cannot be used as it is. */
export function malformedOutcome(id: RequestId | undefined, error: RpcErrorObject): Outcome {
  return {
    kind: "refused",
    refusal: "malformed",
    body: errorResponse(id, error),
    facts: { error: error.code },
  };
}

/** A session that is not open, or not this caller's: the client begins a new one (2025-11-25, basic/transports). */
export function unknownSessionOutcome(id: RequestId | undefined): Outcome {
  const error = { code: INVALID_REQUEST, message: "The session has ended: begin a new one with initialize" };
  return {
    kind: "refused",
    refusal: "unknown_session",
    body: errorResponse(id, error),
    facts: { error: error.code },
  };
}
