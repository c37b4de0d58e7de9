/** `tools/list` and `tools/call`: what a tool is to the protocol, and how its outcome looks on the wire. */
import type { ToolError } from "../core/errors.ts";
import { type Scope, SCOPES } from "../core/scope.ts";
import { asciiJson, type Params } from "./jsonrpc.ts";
import { type ParamHeader, paramHeaders } from "./param_headers.ts";
import type { CachePolicy } from "./providers.ts";
import type { Reply } from "./reply.ts";
import { CreatedTask } from "./tasks.ts";

/**
 * A tool as the protocol sees it. `Context` is whatever the server hands to its tools: it is made anew for each call,
 * from the {@linkcode McpCall} of the call, which holds questions, progress, log, signal and tasks.
 */
export interface McpTool<Context> {
  readonly name: string;
  /** What a key must be good for; undefined for nothing. */
  readonly scope?: Scope;
  /** The tool's entry in `tools/list`. Called once. */
  describe(): Readonly<Record<string, unknown>>;
  /**
   * Runs the tool and returns its structured value, a JSON object; or a {@linkcode ToolContent}, or a
   * {@linkcode CreatedTask}. Throws {@linkcode ToolError} to fail.
   */
  call(args: Readonly<Record<string, unknown>>, context: Context): Promise<unknown>;
}

/** A `CallToolResult` as it is to be sent, for what is not one structured value. */
export class ToolContent {
  readonly result: Params;

  constructor(result: Params & { readonly content: readonly Params[] }) {
    this.result = result;
  }
}

/** What is derived from a tool. */
interface Described {
  /** Its entry in `tools/list`. */
  readonly entry: unknown;
  readonly headers: readonly ParamHeader[];
}

/**
 * The tools of one server, in the order in which `tools/list` shows them. They are described when somebody asks, or
 * when {@linkcode prepare} is called: deriving every schema takes longer than everything else that a start does.
 */
export class ToolRegistry<Context> {
  readonly #tools = new Map<string, McpTool<Context>>();
  readonly #described = new Map<string, Described>();
  readonly #cache: CachePolicy;
  readonly #listReplies = new Map<string, Reply>();

  /**
   * @param cache How long clients may keep the list.
   * @throws {TypeError} When two tools have one name.
   */
  constructor(tools: readonly McpTool<Context>[], cache?: CachePolicy) {
    this.#cache = cache ?? NO_CACHE;
    for (const tool of tools) {
      if (this.#tools.has(tool.name)) throw new TypeError(`Cannot register two tools named "${tool.name}"`);
      this.#tools.set(tool.name, tool);
    }
  }

  /**
   * Describes every tool, so that nobody waits for it later.
   *
   * @throws {TypeError} For an `x-mcp-header` that cannot be used.
   */
  prepare(): void {
    for (const tool of this.#tools.values()) this.#describe(tool);
  }

  /** The tool of that name. */
  get(name: string): McpTool<Context> | undefined {
    return this.#tools.get(name);
  }

  /** The arguments of that tool that a client repeats in headers. */
  paramHeaders(name: string): readonly ParamHeader[] {
    const tool = this.#tools.get(name);
    return tool === undefined ? [] : this.#describe(tool).headers;
  }

  /** Every name, in order. */
  names(): string[] {
    return [...this.#tools.keys()];
  }

  /** The answer to `tools/list` for a key of these scopes, serialised once for each set of them. */
  listReply(scopes: readonly Scope[] = SCOPES): Reply {
    const key = scopes.join();
    const known = this.#listReplies.get(key);
    if (known !== undefined) return known;
    const shown = [...this.#tools.values()].filter(({ scope }) =>
      scope === undefined || scopes.includes(scope)
    );
    const result = asciiJson({ tools: shown.map((tool) => this.#describe(tool).entry) });
    const reply: Reply = { result, cache: this.#cache };
    this.#listReplies.set(key, reply);
    return reply;
  }

  #describe(tool: McpTool<Context>): Described {
    const known = this.#described.get(tool.name);
    if (known !== undefined) return known;
    const entry = tool.describe();
    const described = { entry, headers: paramHeaders(entry.inputSchema) };
    this.#described.set(tool.name, described);
    return described;
  }
}

/** What is safe where nothing is said: nobody keeps the answer. */
export const NO_CACHE: CachePolicy = { ttlMs: 0, scope: "private" };

/** The reply for what a tool returned. */
export function toolReply(value: unknown): Reply {
  if (value instanceof ToolContent) return { result: value.result };
  return { result: successResult(value) };
}

/** The result of a tool that succeeded: the value serialised once, and embedded as text and as it is. */
export function successResult(value: unknown): string {
  if (value instanceof CreatedTask) throw new TypeError("Cannot answer a task to a client that takes none");
  const json = JSON.stringify(value);
  return `{"content":[{"type":"text","text":${JSON.stringify(json)}}],"structuredContent":${json}}`;
}

/**
 * The result of a tool that failed. There is no `structuredContent`: the official client checks it against the
 * output schema and throws, so that the model would never see the error.
 */
export function failureResult({ code, message, details }: ToolError): string {
  const text = JSON.stringify({ error: { code, message, details } });
  return JSON.stringify({ content: [{ type: "text", text }], isError: true });
}
