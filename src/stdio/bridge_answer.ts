/** What an owner answers, as far as a bridge has to understand it; and what is said in its place when it has gone. */
import type { BridgeMessage } from "./bridge_message.ts";
import { errorResponse, INTERNAL_ERROR, isObject, parseBody, type RequestId } from "../mcp/jsonrpc.ts";

/** The errors for the requests of a message whose answer is lost. */
export function lostAnswers({ ids }: BridgeMessage): string[] {
  const message = "The server that owned the repository ended; see what was done, and send it again";
  return ids.map((id) => errorResponse(id, { code: INTERNAL_ERROR, message }));
}

/** Whether an answer is a stream of events. */
export function isEventStream({ headers }: Response): boolean {
  return headers.get("content-type")?.startsWith("text/event-stream") ?? false;
}

/**
 * An owner that has gone leaves its address to whoever listens there next, who may say anything.
 *
 * @throws {TypeError} For what would be more than one line, or no message.
 */
export function checkMessage(json: string): void {
  const body = parseBody(json);
  const isMessage = body.kind === "value" && typeof body.value === "object" && body.value !== null;
  if (json.includes("\n") || !isMessage) {
    throw new TypeError("The owner's answer is not a message of one line");
  }
}

/** Whether a message answers one of those requests. */
export function isAnswerTo(json: string, ids: readonly RequestId[]): boolean {
  const value: unknown = JSON.parse(json);
  return isObject(value) && value.method === undefined && ids.some((id) => id === value.id);
}

/** Over HTTP an error about a request as a whole needs no id; among lines nobody would know whose it is. */
export function withId(body: string, ids: readonly RequestId[]): string {
  const value: unknown = JSON.parse(body);
  const [id] = ids;
  if (!isObject(value) || value.id !== undefined || id === undefined) return body;
  return JSON.stringify({ jsonrpc: "2.0", id, error: value.error });
}
