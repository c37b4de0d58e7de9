/** A refusal of a route that speaks no JSON-RPC: what a tool would say, with a status. */
import type { ErrorCode } from "../core/errors.ts";
import type { Answer } from "./mcp_route.ts";
import { json } from "./responses.ts";

/** Answers `{"error": {"code", "message"}}`. */
export function failed(
  status: number,
  { code, message }: { readonly code: ErrorCode; readonly message: string },
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    response: json(status, JSON.stringify({ error: { code, message } }), headers),
    facts: { error: code },
  };
}
