/** `Mcp-Method` and `Mcp-Name`: a proxy routes by them, so they must say what the body says (SEP-2243). */
import type { ProtocolHeaders } from "./carrier.ts";
import { decodeHeaderValue } from "./header_value.ts";
import type { RpcRequest } from "./jsonrpc.ts";
import { HEADER_MISMATCH, ProtocolError } from "./protocol_error.ts";

/** Which parameter `Mcp-Name` repeats, by method. */
const NAMED_BY: ReadonlyMap<string, string> = new Map([
  ["tools/call", "name"],
  ["prompts/get", "name"],
  ["resources/read", "uri"],
  ["tasks/get", "taskId"],
  ["tasks/update", "taskId"],
  ["tasks/cancel", "taskId"],
]);

/** What a request says in the parameter that `Mcp-Name` repeats; undefined where it says nothing, or no text. */
export function namedIn({ method, params }: Pick<RpcRequest, "method" | "params">): string | undefined {
  const key = NAMED_BY.get(method);
  const named = key === undefined ? undefined : params[key];
  return typeof named === "string" ? named : undefined;
}

/** @throws {ProtocolError} `HEADER_MISMATCH` */
export function checkStandardHeaders(request: RpcRequest, headers: ProtocolHeaders): void {
  // Each of them is read once: that costs a call out of JavaScript.
  const { method } = request;
  const said = headers.method;
  if (said === undefined) throw headerMismatch("Mcp-Method is missing");
  if (said !== method) throw headerMismatch("Mcp-Method is not the method of the body");
  const named = namedIn(request);
  // Without a name in the body there is nothing to compare: the method itself refuses the parameters.
  if (named === undefined) return;
  const header = headers.name;
  if (header === undefined) throw headerMismatch("Mcp-Name is missing");
  const name = decodeHeaderValue(header);
  if (name === undefined) throw headerMismatch("Mcp-Name is not canonical Base64");
  if (name !== named) throw headerMismatch(`Mcp-Name is not the "${NAMED_BY.get(method)}" of the body`);
}

/** A header that does not fit the body. */
export function headerMismatch(reason: string): ProtocolError {
  return new ProtocolError(HEADER_MISMATCH, `Header mismatch: ${reason}`);
}
