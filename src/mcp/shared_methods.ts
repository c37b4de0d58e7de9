/** The methods of both eras: tools, resources, prompts and completion. */
import { ToolError } from "../core/errors.ts";
import { COMPLETION_VALUES_MAX } from "../core/limits.ts";
import { nearest } from "../core/nearest.ts";
import type { Call } from "./call.ts";
import { isObject } from "./jsonrpc.ts";
import type { Method, MethodRequest } from "./method.ts";
import { checkParamHeaders } from "./param_headers.ts";
import { completionParams, cursorParam, textParam, textsParam, uriParam } from "./params.ts";
import { invalidParams, ProtocolError, RESOURCE_NOT_FOUND } from "./protocol_error.ts";
import { type CachePolicy, type Page, unknownCursor, type WireObject } from "./providers.ts";
import type { Reply } from "./reply.ts";
import { requireScope, requireScopeOf, scoped } from "./scopes.ts";
import type { ServerParts } from "./server_parts.ts";
import { CreatedTask, createTaskResult } from "./tasks.ts";
import { failureResult, NO_CACHE, toolReply } from "./tools.ts";

/** Characters of a caller's words that an error repeats. */
const CHARS_SHOWN = 100;

/** The methods that this server has. */
export function sharedMethods<Context>(parts: ServerParts<Context>): [string, Method][] {
  return [
    ["tools/list", { kind: "plain", answer: (request) => listTools(parts, request) }],
    ["tools/call", {
      kind: "call",
      nameOf: ({ name }) => name,
      answer: (request, call) => callTool(parts, request, call),
    }],
    ...resourceMethods(parts),
    ...promptMethods(parts),
    ...completionMethods(parts),
  ];
}

function listTools<Context>({ tools }: ServerParts<Context>, { params, carrier }: MethodRequest): Reply {
  // All tools are on the first page.
  if (cursorParam(params) !== undefined) throw unknownCursor();
  return tools.listReply(carrier.scopes);
}

async function callTool<Context>(
  parts: ServerParts<Context>,
  { params, client, carrier }: MethodRequest,
  call: Call,
): Promise<Reply> {
  const { tools, tasks } = parts;
  const { arguments: args = {} } = params;
  const name = textParam(params, "name");
  const tool = tools.get(name);
  if (tool === undefined) throw invalidParams(unknownTool(name, tools.names()));
  requireScope(carrier, tool.scope, `the tool "${name}"`);
  if (!isObject(args)) throw invalidParams(`"arguments" must be an object`);
  if (client.era === "stateless" && carrier.headers !== undefined) {
    checkParamHeaders(tools.paramHeaders(name), args, carrier.headers);
  }
  try {
    const value = await tool.call(args, parts.createContext(call));
    if (!(value instanceof CreatedTask) || !call.takesTask) return toolReply(value);
    const task = await tasks?.get(value.taskId);
    if (task === undefined) throw new TypeError("Cannot answer a task that its store does not have");
    return { result: createTaskResult(task) };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { result: failureResult(error), failure: error.code };
  }
}

function unknownTool(name: string, names: string[]): string {
  const near = nearest(name, names);
  const hint = near === undefined ? "tools/list has them all" : `did you mean "${near}"?`;
  return `unknown tool "${name.slice(0, CHARS_SHOWN)}"; ${hint}`;
}

function resourceMethods<Context>({ resources, createContext }: ServerParts<Context>): [string, Method][] {
  if (resources === undefined) return [];
  const { cache = NO_CACHE, readCache = cache } = resources;
  return [
    scoped(["resources/list", {
      kind: "call",
      answer: async ({ params }, call) =>
        pageReply("resources", await resources.list(cursorParam(params), createContext(call)), cache),
    }], "read"),
    scoped(["resources/templates/list", {
      kind: "call",
      answer: async ({ params }, call) =>
        pageReply(
          "resourceTemplates",
          await resources.listTemplates(cursorParam(params), createContext(call)),
          cache,
        ),
    }], "read"),
    ["resources/read", {
      kind: "call",
      nameOf: ({ uri }) => uri,
      answer: async ({ params, client, carrier }, call) => {
        const uri = uriParam(params);
        requireScopeOf(carrier, { provider: resources, asked: uri, what: "resources/read" });
        const contents = await resources.read(uri, createContext(call));
        if (contents === undefined) throw resourceNotFound(uri, client.era);
        return { result: { contents }, cache: readCache };
      },
    }],
  ];
}

/** A resource that is not there. Its code changed with the era, its data did not. */
export function resourceNotFound(uri: string, era: "handshake" | "stateless"): ProtocolError {
  const code = era === "stateless" ? invalidParams("").code : RESOURCE_NOT_FOUND;
  return new ProtocolError(code, `Resource not found: "${uri.slice(0, CHARS_SHOWN)}"`, { uri });
}

function promptMethods<Context>({ prompts, createContext }: ServerParts<Context>): [string, Method][] {
  if (prompts === undefined) return [];
  const { cache = NO_CACHE } = prompts;
  return [
    scoped(["prompts/list", {
      kind: "call",
      answer: async ({ params }, call) =>
        pageReply("prompts", await prompts.list(cursorParam(params), createContext(call)), cache),
    }], "read"),
    ["prompts/get", {
      kind: "call",
      nameOf: ({ name }) => name,
      answer: async ({ params, carrier }, call) => {
        const name = textParam(params, "name");
        requireScopeOf(carrier, { provider: prompts, asked: name, what: "prompts/get" });
        const args = textsParam(params, "arguments");
        const prompt = await prompts.get(name, args, createContext(call));
        if (prompt === undefined) throw invalidParams(`unknown prompt "${name.slice(0, CHARS_SHOWN)}"`);
        return { result: prompt };
      },
    }],
  ];
}

function completionMethods<Context>(
  { completions, createContext }: ServerParts<Context>,
): [string, Method][] {
  if (completions === undefined) return [];
  return [["completion/complete", {
    kind: "call",
    answer: async ({ params, carrier }, call) => {
      const request = completionParams(params);
      requireScopeOf(carrier, { provider: completions, asked: request.ref, what: "completion/complete" });
      const all = await completions.complete(request, createContext(call));
      if (all === undefined) throw invalidParams("there is nothing of that name to complete");
      const values = all.slice(0, COMPLETION_VALUES_MAX);
      const completion = { values, total: all.length, hasMore: values.length < all.length };
      return { result: { completion } };
    },
  }]];
}

function pageReply(key: string, { items, nextCursor }: Page<WireObject>, cache: CachePolicy): Reply {
  return { result: { [key]: items, ...(nextCursor !== undefined && { nextCursor }) }, cache };
}
