/** `/mcp`: a protocol message in, its outcome as a status and a body out. */
import { errorResponse, INVALID_REQUEST, PARSE_ERROR, RATE_LIMITED, UNAUTHORIZED } from "../mcp/jsonrpc.ts";
import type { Carrier } from "../mcp/carrier.ts";
import type { Facts, Outcome, Refusal } from "../mcp/outcome.ts";
import type { Arrival } from "./arrival.ts";
import { readBody } from "./body.ts";
import type { Patience } from "./patience.ts";
import { empty, json, rpcResponse } from "./responses.ts";
import { streamResponse } from "./sse.ts";
import type { BucketState } from "./token_buckets.ts";

/** The protocol behind `/mcp`. Nothing of it rejects. */
export interface Protocol {
  dispatch(text: string, carrier: Carrier): Outcome | Promise<Outcome>;
  /** For `GET`: the stream of a session. */
  openStream(carrier: Carrier): Outcome;
  /** For `DELETE`. */
  endSession(carrier: Carrier): Outcome;
}

/** An answer, and what the log may say about it. */
export interface Answer {
  readonly response: Response;
  readonly facts: Facts;
}

/** What the route needs. */
export interface McpRouteParts {
  /** Largest body that is read. */
  readonly bodyBytesMax: number;
  /** How long a body is waited for. */
  readonly patience: Patience;
  readonly protocol: Protocol;
}

/** Answers a request to `/mcp`. */
export function answerMcp(arrival: Arrival, parts: McpRouteParts): Answer | Promise<Answer> {
  const { protocol } = parts;
  const { method } = arrival.request;
  switch (method) {
    case "POST":
      return answerPost(arrival, parts);
    case "GET":
      return arrival.mayStream ? toAnswer(protocol.openStream(arrival), arrival) : tooManyStreams();
    case "DELETE":
      return toAnswer(protocol.endSession(arrival), arrival);
    default: {
      const message = `Cannot ${method} /mcp: send a JSON-RPC message with POST`;
      return refuse(405, INVALID_REQUEST, message, { allow: "POST" });
    }
  }
}

async function answerPost(
  arrival: Arrival,
  { bodyBytesMax, patience, protocol }: McpRouteParts,
): Promise<Answer> {
  const { request, isSocket } = arrival;
  // A page of another origin can send text/plain and forms without asking first, but not JSON.
  if (!isJson(request.headers.get("content-type"))) {
    return refuse(415, INVALID_REQUEST, `Cannot read the body: its content-type must be "application/json"`);
  }
  const body = await readBody(request, { bytesMax: bodyBytesMax, isSocket, patience });
  switch (body.kind) {
    case "too_large": {
      const limit = `${bodyBytesMax} bytes`;
      return refuse(
        413,
        INVALID_REQUEST,
        `Cannot read a body of more than ${limit}: MCP_MAX_BODY_BYTES sets the limit`,
      );
    }
    case "slow":
      return refuse(408, INVALID_REQUEST, "Cannot wait for the body any longer: send the request again", {
        connection: "close",
      });
    case "broken":
      return refuse(503, INVALID_REQUEST, "Cannot read the body to its end: send the request again", {
        "retry-after": "1",
      });
    case "not_utf8":
      return refuse(400, PARSE_ERROR, "Parse error: the body is not UTF-8");
    case "text":
      return toAnswer(await protocol.dispatch(body.text, arrival), arrival);
    default:
      return body satisfies never;
  }
}

/** An error that is not about one message, as JSON-RPC without an id. */
export function refuse(
  status: number,
  code: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    response: json(status, errorResponse(undefined, { code, message }), headers),
    facts: { error: code },
  };
}

/** What a caller without a valid key is told. */
export function unauthorized(): Answer {
  return refuse(401, UNAUTHORIZED, "Unauthorized: send a key as X-API-Key or Authorization: Bearer", {
    "www-authenticate": `Bearer realm="lukhas-mcp"`,
  });
}

/** What a caller is told who has as many streams open as one may have. */
export function tooManyStreams(): Answer {
  const message = "Rate limit: too many streams are open; end one first (MCP_MAX_STREAMS sets the limit)";
  return refuse(429, RATE_LIMITED, message, { "retry-after": "1" });
}

function toAnswer(outcome: Outcome, arrival: Arrival): Answer {
  const { facts } = outcome;
  switch (outcome.kind) {
    case "response":
      if (outcome.sessionId === undefined) return { response: rpcResponse(outcome.body), facts };
      return { response: json(200, outcome.body, { "mcp-session-id": outcome.sessionId }), facts };
    case "refused": {
      const headers = refusalHeaders(outcome.refusal, arrival);
      return { response: json(REFUSAL_STATUS[outcome.refusal], outcome.body, headers), facts };
    }
    case "accepted":
      return { response: empty(202), facts };
    case "stream":
      return {
        response: streamResponse(outcome.stream, { after: outcome.after, onEnd: arrival.countStream() }),
        facts,
      };
    case "ended":
      return { response: empty(204), facts };
    default:
      return outcome satisfies never;
  }
}

/** Clients tell the eras apart, and dead sessions from bad requests, by these. */
const REFUSAL_STATUS: Readonly<Record<Refusal, number>> = {
  malformed: 400,
  forbidden: 403,
  rate_limited: 429,
  unknown_method: 404,
  unknown_session: 404,
  post_only: 405,
  takes_no_stream: 406,
};

function refusalHeaders(refusal: Refusal, { budget }: Arrival): Readonly<Record<string, string>> {
  switch (refusal) {
    case "post_only":
      return { allow: "POST" };
    case "rate_limited":
      return { "retry-after": retryAfter(budget) };
    default:
      return {};
  }
}

/** Whole seconds until a caller may try again. */
export function retryAfter({ retryMs }: Pick<BucketState, "retryMs"> = { retryMs: 0 }): string {
  return String(Math.max(1, Math.ceil(retryMs / 1000)));
}

function isJson(contentType: string | null): boolean {
  return contentType !== null && /^application\/json\s*(?:;|$)/i.test(contentType);
}
