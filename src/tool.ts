/** What a tool of this server is, and everything that a tool can reach. */
import * as z from "zod";
import { ToolError } from "./core/errors.ts";
import { PROGRESS_INTERVAL_MS } from "./core/limits.ts";
import { idempotencyKeyInput } from "./core/schemas.ts";
import type { Scope } from "./core/scope.ts";
import type { IdempotentCalls } from "./idempotent_calls.ts";
import type { McpCall } from "./mcp/call.ts";
import type { LogLevel } from "./mcp/log_level.ts";
import { CreatedTask } from "./mcp/tasks.ts";
import type { McpTool } from "./mcp/tools.ts";
import type { Canaries } from "./ops/canary/canaries.ts";
import type { Jobs } from "./ops/jobs/jobs.ts";
import type { Models } from "./ops/models/models.ts";
import type { Why } from "./ops/why/why.ts";
import type { FileReader } from "./repo/file_reader.ts";
import type { FileStore } from "./repo/file_store.ts";
import type { Git } from "./repo/git.ts";
import type { ChangeHistory } from "./repo/journal/history.ts";
import type { Listing } from "./repo/listing.ts";
import type { PatchApplier } from "./repo/patch_applier.ts";
import type { CodeSearch } from "./search/code/code_search.ts";
import type { CodeViews } from "./search/code_views.ts";
import type { Search } from "./search/search.ts";
import { parseInput } from "./tool_input.ts";

/** What is not in here, no tool can touch. */
export interface ToolContext {
  /** Names the call in the log. */
  readonly requestId: string;
  /** Aborted when the answer is not wanted any more. */
  readonly signal: AbortSignal;
  /** The client that waits: what it can be asked, how to tell it of progress, whether it takes a task. */
  readonly call: McpCall;
  readonly files: FileStore;
  readonly reader: FileReader;
  readonly listing: Listing;
  readonly patches: PatchApplier;
  readonly git: Git;
  /**
   * A caller's path, judged, as git is to see it: links on the way are resolved, a link at the end is the link.
   * Nothing stands for the whole root.
   */
  readonly gitPath: (path?: string) => string;
  /** The same for many paths, without holding up other calls. */
  readonly gitPaths: (paths: readonly string[]) => Promise<string[]>;
  readonly search: Search;
  readonly codeSearch: Pick<CodeSearch, "find">;
  readonly codeViews: CodeViews;
  readonly jobs: Jobs;
  readonly models: Models;
  readonly canaries: Canaries;
  readonly why: Why;
  /** What tools have changed, and how it is taken back. */
  readonly history: ChangeHistory;
  /** Calls that are sent again with a key. */
  readonly idempotency: IdempotentCalls;
}

/** What a client may assume of a tool without asking (MCP, `ToolAnnotations`). All four are stated for every tool. */
export interface ToolHints {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** Hints of a tool that only reads the repository. */
export const READS: ToolHints = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

/** Hints of a tool that only adds: nothing that was there is lost. */
export const ADDS: ToolHints = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: false,
  openWorldHint: false,
};

/** Hints of a tool that may replace or remove what was there. */
export const REPLACES: ToolHints = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: false,
};

/** A value that is only read, all the way down. */
export type DeepReadonly<Value> = Value extends object
  ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
  : Value;

/** A tool: what it is called, what it takes, what it gives, and what it does. */
export interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** Begins with when to use the tool. */
  readonly description: string;
  /** What a key must be good for. */
  readonly scope: Scope;
  readonly annotations: ToolHints;
  readonly input: Input;
  /** What `tools/list` shows, where that is less than what is accepted. */
  readonly advertised?: z.ZodObject;
  /** Its JSON Schema is derived with `io: "input"`, and so allows fields that it does not name. */
  readonly output: Output;
  /** Returns the structured value, or throws `ToolError`. */
  run(input: z.output<Input>, context: ToolContext): Promise<DeepReadonly<z.input<Output>> | CreatedTask>;
  /** What of a success a client is told that wants log messages: what others than the caller should know of. */
  log?(value: DeepReadonly<z.input<Output>>): ToolLog | undefined;
}

/** A log message to the client, under the tool's name. */
export interface ToolLog {
  readonly level: LogLevel;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A tool of this server. */
export type Tool = McpTool<ToolContext> & {
  readonly scope: Scope;
  readonly output: z.ZodObject;
  readonly annotations: ToolHints;
};

/**
 * Makes a tool of its definition: arguments are parsed before `run` sees them, schemas are derived from the shapes. A tool
 * that writes takes an `idempotencyKey` beside its own arguments.
 */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: ToolDefinition<Input, Output>,
): Tool {
  const { name, title, description, scope, annotations, input, output, run } = definition;
  const keyed = z.strictObject({ ...input.shape, idempotencyKey: idempotencyKeyInput });
  const { advertised = scope === "write" ? keyed : input } = definition;
  const runOnce = (args: unknown, context: ToolContext) => {
    if (scope !== "write") return run(parseInput(name, { schema: input, args }), context);
    const { idempotencyKey: key, ...parsed } = parseInput(name, { schema: keyed, args });
    // The key was added to the shape, and is taken out again: what is left is of the shape.
    const work = () => run(parsed as z.output<Input>, context);
    if (key === undefined) return work();
    return context.idempotency.once({ caller: context.call.caller, tool: name, key }, parsed, work);
  };
  return {
    name,
    scope,
    output,
    annotations,
    describe: () => ({
      name,
      title,
      description,
      inputSchema: z.toJSONSchema(advertised, { io: "input" }),
      outputSchema: z.toJSONSchema(output, { io: "input" }),
      annotations: { title, ...annotations },
    }),
    call: async (args, context) => {
      const value = await runOnce(args, context);
      const message = value instanceof CreatedTask ? undefined : definition.log?.(value);
      if (message !== undefined) context.call.log(message.level, message.data, name);
      return value;
    },
  };
}

/**
 * The answer for a client that takes a task: the job or canary itself, which its store makes a task of. Undefined for
 * one that takes none.
 */
export function asTask(call: McpCall, id: string): CreatedTask | undefined {
  return call.takesTask ? new CreatedTask(id) : undefined;
}

/** Whether the client can put a question to its person during this call. */
export function canAskPerson(call: McpCall): boolean {
  return call.canAsk({ method: "elicitation/create" });
}

/**
 * Asks the person before something is done that cannot be undone; nothing may have been changed before. Only for a
 * client that {@linkcode canAskPerson}.
 *
 * @throws {ToolError} `conflict` with the reason `declined`; what else is thrown is not to be caught.
 */
export async function askPerson(
  call: McpCall,
  { message, confirm, details }: {
    readonly message: string;
    /** What the person agrees to, in a few words. */
    readonly confirm: string;
    /** What the refusal is about. */
    readonly details: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const question = {
    method: "elicitation/create",
    params: {
      message,
      requestedSchema: {
        type: "object",
        properties: { confirm: { type: "boolean", title: confirm, default: false } },
        required: ["confirm"],
      },
    },
  } as const;
  const { confirmation: { action, content } } = await call.ask({ confirmation: question });
  const isAgreed = action === "accept" && (content as { confirm?: unknown } | undefined)?.confirm === true;
  if (isAgreed) return;
  throw new ToolError("conflict", "Cannot go on: the person was asked, and did not agree; do not try again", {
    ...details,
    reason: "declined",
  });
}

/**
 * Tells the client every half second that the work goes on, for work that has no steps to count. Progress is in
 * seconds.
 *
 * @param doing What goes on, as a sentence without its end.
 */
export async function whileTelling<Result>(
  call: McpCall,
  doing: string,
  work: () => Promise<Result>,
): Promise<Result> {
  let seconds = 0;
  const timer = setInterval(() => {
    seconds += PROGRESS_INTERVAL_MS / 1000;
    call.progress({ progress: seconds, message: `${doing}: ${seconds} s` });
  }, PROGRESS_INTERVAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/**
 * The bytes that a caller's `contents` stand for.
 *
 * @throws {ToolError} `invalid_arguments` for what is not base64.
 */
export function toBytes(contents: string, encoding: "utf8" | "base64"): Uint8Array {
  if (encoding === "utf8") return new TextEncoder().encode(contents);
  try {
    return Uint8Array.fromBase64(contents);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ToolError(
      "invalid_arguments",
      `Cannot decode "contents": it is not base64, though "encoding" says so`,
    );
  }
}
