/** What a tool would answer as its failure, a resource or a prompt answers as an error of the protocol. */
import { type ErrorCode, ToolError } from "../core/errors.ts";
import { INTERNAL_ERROR } from "../mcp/jsonrpc.ts";
import { invalidParams, ProtocolError } from "../mcp/protocol_error.ts";

/** Failures that say no more than: there is no such file for you. */
const ABSENT: ReadonlySet<ErrorCode> = new Set([
  "invalid_arguments",
  "not_found",
  "not_a_file",
  "path_denied",
  "path_outside_root",
]);

/**
 * Does `action`; undefined when the file that it is about is not there, or may not be named: a caller is not told
 * which of the two.
 *
 * @throws {ProtocolError} For what else a tool would fail with.
 */
export async function unlessAbsent<Result>(action: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof ToolError && ABSENT.has(error.code)) return undefined;
    throw told(error);
  }
}

/**
 * Does `action`.
 *
 * @throws {ProtocolError} For what a tool would fail with.
 */
export async function orProtocolError<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw told(error);
  }
}

function told(error: unknown): unknown {
  if (!(error instanceof ToolError)) return error;
  const data = { code: error.code, ...error.details };
  return ABSENT.has(error.code) || error.code === "too_large"
    ? invalidParams(error.message, data)
    : new ProtocolError(INTERNAL_ERROR, error.message, data);
}
