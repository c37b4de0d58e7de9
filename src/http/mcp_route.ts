/** `/mcp`: a protocol message in, its outcome as a status and a body out. */
import { errorResponse, INVALID_REQUEST, PARSE_ERROR, UNAUTHORIZED } from "../mcp/jsonrpc.ts";
import type { Facts, Outcome } from "../mcp/dispatch.ts";
import { readBody } from "./body.ts";
import { empty, json, okJson } from "./responses.ts";

/** An answer, and what the log may say about it. */
export interface Answer {
  readonly response: Response;
  readonly facts: Facts;
}

/** Reads the message of a `POST /mcp` and lets `handleMessage` answer it. */
export async function answerMcp(
  request: Request,
  options: { bodyBytesMax: number; handleMessage: (text: string) => Promise<Outcome> },
): Promise<Answer> {
  if (request.method !== "POST") {
    return refuse(405, INVALID_REQUEST, `Cannot ${request.method} /mcp: send a JSON-RPC message with POST`, {
      allow: "POST",
    });
  }
  // A page of another origin can send text/plain and forms without asking first, but not JSON.
  if (!isJson(request.headers.get("content-type"))) {
    return refuse(415, INVALID_REQUEST, `Cannot read the body: its content-type must be "application/json"`);
  }
  const body = await readBody(request, options.bodyBytesMax);
  switch (body.kind) {
    case "too_large": {
      const limit = `${options.bodyBytesMax} bytes`;
      return refuse(
        413,
        INVALID_REQUEST,
        `Cannot read a body of more than ${limit}: MCP_MAX_BODY_BYTES sets the limit`,
      );
    }
    case "broken":
      return refuse(503, INVALID_REQUEST, "Cannot read the body to its end: send the request again", {
        "retry-after": "1",
      });
    case "not_utf8":
      return refuse(400, PARSE_ERROR, "Parse error: the body is not UTF-8");
    case "text":
      return toAnswer(await options.handleMessage(body.text));
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

function toAnswer(outcome: Outcome): Answer {
  switch (outcome.kind) {
    case "response":
      return { response: okJson(outcome.body), facts: outcome.facts };
    case "accepted":
      return { response: empty(202), facts: outcome.facts };
    case "malformed":
      return { response: json(400, outcome.body), facts: outcome.facts };
    default:
      return outcome satisfies never;
  }
}

function isJson(contentType: string | null): boolean {
  return contentType !== null && /^application\/json\s*(?:;|$)/i.test(contentType);
}
