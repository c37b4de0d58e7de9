/** JSON-RPC 2.0 envelopes, as the Model Context Protocol narrows them: an id is a string or an integer. */
import { REQUEST_ID_CHARS_MAX } from "../core/limits.ts";

/** The id of a request. */
export type RequestId = string | number;

/** Parameters by name, the only kind that the protocol has. */
export type Params = Readonly<Record<string, unknown>>;

/** Error codes of the JSON-RPC 2.0 specification, section 5.1. */
export const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;
export const METHOD_NOT_FOUND = -32601;
export const INVALID_PARAMS = -32602;
export const INTERNAL_ERROR = -32603;

/** Codes of this server's contract, from JSON-RPC's range for servers. */
export const UNAUTHORIZED = -32000;

/** The `error` member of a response. */
export interface RpcErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** What a body was read as. */
export type Envelope =
  | RpcRequest
  | { readonly kind: "notification"; readonly method: string; readonly params: Params }
  /** An error response to a request that its sender could not read has no id (MCP 2025-11-25). */
  | { readonly kind: "response"; readonly id: RequestId | undefined; readonly answer: RpcAnswer }
  | Malformed;

/** A message that asks for an answer. */
export interface RpcRequest {
  readonly kind: "request";
  readonly id: RequestId;
  readonly method: string;
  readonly params: Params;
}

/** A message that cannot be used. */
export interface Malformed {
  readonly kind: "malformed";
  readonly id: RequestId | undefined;
  readonly error: RpcErrorObject;
}

/** What a client answers to a request of the server. */
export type RpcAnswer =
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "error" };

/** Reads a body as JSON. It never throws. */
export function parseBody(text: string): { readonly kind: "value"; readonly value: unknown } | Malformed {
  try {
    return { kind: "value", value: JSON.parse(text) };
  } catch {
    // The parser's own words may quote the body, so they are not repeated.
    return malformed(undefined, PARSE_ERROR, "Parse error: the body is not JSON");
  }
}

/** Reads one message. It never throws: what cannot be read is `malformed`, with the id where there is one. */
export function readEnvelope(value: unknown): Envelope {
  if (!isObject(value)) {
    return malformed(undefined, INVALID_REQUEST, "Invalid request: the body is not an object");
  }
  const id = isRequestId(value.id) ? value.id : undefined;
  if (value.jsonrpc !== "2.0") {
    return malformed(id, INVALID_REQUEST, `Invalid request: "jsonrpc" must be "2.0"`);
  }
  if (Object.hasOwn(value, "id") && id === undefined) {
    return malformed(undefined, INVALID_REQUEST, WRONG_ID);
  }
  if (!Object.hasOwn(value, "method")) return readResponse(value, id);
  if (typeof value.method !== "string") {
    return malformed(id, INVALID_REQUEST, `Invalid request: "method" must be a string`);
  }
  if (value.params !== undefined && !isObject(value.params)) {
    return malformed(id, INVALID_PARAMS, `Invalid params: "params" must be an object`);
  }
  const params = value.params ?? {};
  return id === undefined
    ? { kind: "notification", method: value.method, params }
    : { kind: "request", id, method: value.method, params };
}

function readResponse(value: Params, id: RequestId | undefined): Envelope {
  if (Object.hasOwn(value, "error")) return { kind: "response", id, answer: { kind: "error" } };
  if (id !== undefined && Object.hasOwn(value, "result")) {
    return { kind: "response", id, answer: { kind: "result", result: value.result } };
  }
  return malformed(id, INVALID_REQUEST, `Invalid request: "method" is missing`);
}

const WRONG_ID =
  `Invalid request: "id" must be an integer or a string of at most ${REQUEST_ID_CHARS_MAX} characters`;

/** Whether a value can name a request, and so everything that is said of it. */
export function isRequestId(value: unknown): value is RequestId {
  return typeof value === "string" ? value.length <= REQUEST_ID_CHARS_MAX : Number.isSafeInteger(value);
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(id: RequestId | undefined, code: number, message: string): Malformed {
  return { kind: "malformed", id, error: { code, message } };
}

/** A response that carries a result; `resultJson` is spliced in as it is. */
export function resultResponse(id: RequestId, resultJson: string): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${resultJson}}`;
}

/** A response that carries an error. Without an id that could be read, `id` is left out (MCP 2025-11-25). */
export function errorResponse(id: RequestId | undefined, error: RpcErrorObject): string {
  return JSON.stringify({ jsonrpc: "2.0", ...(id === undefined ? {} : { id }), error });
}

/** A notification. */
export function notification(method: string, params: Params): string {
  return JSON.stringify({ jsonrpc: "2.0", method, params });
}

/**
 * JSON in ASCII alone, for a text that is sent again and again: one character beyond Latin-1 doubles a string's memory
 * and makes every answer that holds it several times as expensive to encode.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
