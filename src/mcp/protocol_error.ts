/** Failures that are answered as a JSON-RPC error, and the codes that MCP adds to JSON-RPC's own. */
import type { RpcErrorObject } from "./jsonrpc.ts";

/** A resource that does not exist, up to 2025-11-25; later it is `INVALID_PARAMS`. */
export const RESOURCE_NOT_FOUND = -32002;
/** A header that is missing, or says something else than the body (2026-07-28, basic/transports). */
export const HEADER_MISMATCH = -32020;
/** The client did not declare what the request takes (2026-07-28, basic/versioning). */
export const MISSING_CLIENT_CAPABILITY = -32021;
/** The revision that a request names is not served (2026-07-28, basic/versioning). */
export const UNSUPPORTED_PROTOCOL_VERSION = -32022;

/** An error response to be. The message is shown to the caller as it is: no host path, no third party's words. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }

  /** The `error` member of the response. */
  toObject(): RpcErrorObject {
    const { code, message, data } = this;
    return { code, message, ...(data !== undefined && { data }) };
  }
}

/** Parameters that cannot be used; `reason` follows "Invalid params: ". */
export function invalidParams(reason: string, data?: unknown): ProtocolError {
  return new ProtocolError(-32602, `Invalid params: ${reason}`, data);
}

/** A client that did not declare what it takes. `required` has the shape of the client's capabilities. */
export function missingCapability(required: Readonly<Record<string, unknown>>): ProtocolError {
  const names = Object.keys(required).join(", ");
  const message = `The request takes a client capability that was not declared: ${names}`;
  return new ProtocolError(MISSING_CLIENT_CAPABILITY, message, { requiredCapabilities: required });
}
