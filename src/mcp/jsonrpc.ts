/** JSON-RPC 2.0 envelopes, as the Model Context Protocol narrows them: an id is a string or an integer. */
import { JSON_LEVELS_MAX, REQUEST_ID_CHARS_MAX } from "../core/limits.ts";

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
export const RATE_LIMITED = -32001;

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
  if (isNestedDeeper(text, JSON_LEVELS_MAX)) {
    const message = `Invalid request: the body is nested deeper than ${JSON_LEVELS_MAX} levels`;
    return malformed(undefined, INVALID_REQUEST, message);
  }
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

const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [
  0x22,
  0x5c,
  0x5b,
  0x5d,
  0x7b,
  0x7d,
];

/** Whether arrays and objects stand in each other deeper than `levels`. Linear; a text that is no JSON may be either. */
function isNestedDeeper(text: string, levels: number): boolean {
  // Each level takes two characters.
  if (text.length <= levels * 2) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at);
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
      if (++depth > levels) return true;
    } else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth--;
  }
  return false;
}

/** Where the text that begins at `start` ends: an even number of backslashes stands before the quote. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text.charCodeAt(before - 1) === BACKSLASH) before--;
    if ((end - before) % 2 === 0) return end;
  }
  return text.length;
}
