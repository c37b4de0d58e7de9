/** The methods that began with 2026-07-28: `server/discover` and the tasks extension. */
import { asciiJson, isObject } from "./jsonrpc.ts";
import { TASKS_EXTENSION } from "./meta.ts";
import type { Method, MethodRequest } from "./method.ts";
import { textParam } from "./params.ts";
import { invalidParams, missingCapability } from "./protocol_error.ts";
import { EMPTY_REPLY, type Reply } from "./reply.ts";
import { readInputResponses } from "./request_state.ts";
import { STATELESS_REVISIONS } from "./revisions.ts";
import { extensions, serverCapabilities, type ServerParts } from "./server_parts.ts";
import { requireScope } from "./scopes.ts";
import type { TaskRunner } from "./task_runner.ts";
import { detailedTask, type Task } from "./tasks.ts";
import { NO_CACHE } from "./tools.ts";

/** The methods that this server has, `subscriptions/listen` aside. */
export function statelessMethods<Context>(
  parts: ServerParts<Context>,
  runner: TaskRunner | undefined,
): [string, Method][] {
  const discovered: Reply = {
    result: asciiJson({
      supportedVersions: STATELESS_REVISIONS,
      capabilities: { ...serverCapabilities(parts), ...extensions(parts) },
      instructions: parts.server.instructions,
    }),
    cache: parts.discoverCache ?? NO_CACHE,
  };
  return [
    ["server/discover", { kind: "plain", answer: () => discovered }],
    ...(runner === undefined ? [] : taskMethods(runner)),
  ];
}

/** Whether a client of a request takes tasks for answers. */
export function declaresTasks(capabilities: Readonly<Record<string, unknown>>): boolean {
  return isObject(capabilities.extensions) && isObject(capabilities.extensions[TASKS_EXTENSION]);
}

/** @throws {ProtocolError} -32021, before anything is said about a task. */
export function requireTasks({ client }: MethodRequest): void {
  if (client.era === "stateless" && declaresTasks(client.meta.capabilities)) return;
  throw missingCapability({ extensions: { [TASKS_EXTENSION]: {} } });
}

function taskMethods(runner: TaskRunner): [string, Method][] {
  const method = (answer: (request: MethodRequest) => Promise<Reply>): Method => ({
    kind: "call",
    answer: async (request) => {
      requireTasks(request);
      return await answer(request);
    },
  });
  return [
    ["tasks/get", method(async (request) => ({ result: detailedTask(await ownTask(runner, request)) }))],
    [
      "tasks/update",
      method(async (request) => {
        const responses = readInputResponses(request.params.inputResponses);
        const { taskId } = await ownTask(runner, request);
        await runner.answer(taskId, responses);
        return EMPTY_REPLY;
      }),
    ],
    [
      "tasks/cancel",
      method(async (request) => {
        const { taskId } = await ownTask(runner, request);
        await runner.cancel(taskId);
        return EMPTY_REPLY;
      }),
    ],
  ];
}

/** A task of the caller. One of somebody else is told from one that never was by nothing. */
async function ownTask(runner: TaskRunner, { params, carrier }: MethodRequest): Promise<Task> {
  const task = await runner.store.get(textParam(params, "taskId"));
  if (task === undefined || task.caller !== carrier.caller) {
    throw invalidParams("the task is unknown, or has expired");
  }
  requireScope(carrier, task.scope, "the task");
  return task;
}
