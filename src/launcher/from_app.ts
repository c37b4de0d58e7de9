/**
 * What the app's worker says, taken apart without trusting it: code that has got into the cage may say anything, and what
 * it says ends up in notes, logs, command lines and exit codes.
 */
import type { HostRequest } from "../host_line.ts";
import type { FromApp } from "../sandbox.ts";
import { isServerAddress } from "./server_address.ts";

/** Characters of a reason that are shown. */
const REASON_CHARS_MAX = 1_000;

/** Characters of an id: the evaluations' own rule for them is narrower. */
const ID_CHARS_MAX = 200;

/** The message; undefined for one that the app never sends. */
export function readFromApp(data: unknown): FromApp | undefined {
  if (!isRecord(data)) return undefined;
  const { type } = data;
  switch (type) {
    case "loaded":
    case "prepared":
    case "line_done":
    case "stopped":
      return { type };
    case "listening":
      return isServerAddress(data.url) ? { type, url: data.url } : undefined;
    case "cannot_listen":
    case "cannot_open":
      return typeof data.reason === "string" ? { type, reason: oneLine(data.reason) } : undefined;
    case "line": {
      const { text } = data;
      // A second line would be a message that nobody has looked at.
      return typeof text === "string" && !/[\r\n]/.test(text) ? { type, text } : undefined;
    }
    case "host_call":
      return readHostCall(data.call);
    default:
      return undefined;
  }
}

function readHostCall(data: unknown): FromApp | undefined {
  if (!isRecord(data) || !Number.isSafeInteger(data.call) || !isRecord(data.request)) return undefined;
  const request = readHostRequest(data.request);
  return request && { type: "host_call", call: { call: data.call as number, request } };
}

function readHostRequest({ method, run, runId }: Readonly<Record<string, unknown>>): HostRequest | undefined {
  switch (method) {
    case "start": {
      if (!isRecord(run)) return undefined;
      const { runId, taskId, configId } = run;
      return isId(runId) && isId(taskId) && isId(configId)
        ? { method, run: { runId, taskId, configId } }
        : undefined;
    }
    case "poll": {
      if (!isRecord(run)) return undefined;
      const { runId, processGroup } = run;
      return isId(runId) && typeof processGroup === "number" && Number.isSafeInteger(processGroup)
        ? { method, run: { runId, processGroup } }
        : undefined;
    }
    case "end":
      return isId(runId) ? { method, runId } : undefined;
    default:
      return undefined;
  }
}

function isId(value: unknown): value is string {
  return typeof value === "string" && value.length <= ID_CHARS_MAX;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- a terminal heeds these
  return text.slice(0, REASON_CHARS_MAX).replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
}
