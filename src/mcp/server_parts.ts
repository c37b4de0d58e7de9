/** What a protocol server is made of. */
import type { Clock, NewId } from "../core/clock.ts";
import type { McpCall } from "./call.ts";
import type { OnBug } from "./call_runner.ts";
import type { Changes } from "./changes.ts";
import { type Params } from "./jsonrpc.ts";
import { TASKS_EXTENSION } from "./meta.ts";
import type { CachePolicy, CompletionProvider, PromptProvider, ResourceProvider } from "./providers.ts";
import type { TaskStore } from "./tasks.ts";
import type { ToolRegistry } from "./tools.ts";

/** What a server says of itself. */
export interface ServerDescription {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** How to work here, for a model: the first 512 characters count. */
  readonly instructions: string;
}

/** See the module. Every part that is optional is advertised when it is given, and does not exist when it is not. */
export interface ServerParts<Context> {
  readonly server: ServerDescription;
  readonly tools: ToolRegistry<Context>;
  readonly resources?: ResourceProvider<Context>;
  readonly prompts?: PromptProvider<Context>;
  readonly completions?: CompletionProvider<Context>;
  readonly tasks?: TaskStore;
  /** Whether handlers send log messages to clients. @default false */
  readonly logging?: boolean;
  /** Where changes are announced, and which lists change. Resources that can be watched need it. */
  readonly changes?: {
    readonly source: Changes;
    readonly lists: readonly ("tools" | "prompts" | "resources")[];
  };
  /** How long clients may keep `server/discover`. */
  readonly discoverCache?: CachePolicy;
  /** What a handler gets to work with: the server's own things, and the call's. */
  readonly createContext: (call: McpCall) => Context;
  readonly onBug: OnBug;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Signs what clients carry from round to round: at least 32 random bytes. */
  readonly stateSecret: Uint8Array;
}

/** What both eras advertise (2025-11-25, basic/lifecycle; 2026-07-28, server/discover). */
export function serverCapabilities<Context>(parts: ServerParts<Context>): Params {
  const changing = (list: "tools" | "prompts" | "resources") =>
    parts.changes?.lists.includes(list) ? { listChanged: true } : {};
  return {
    tools: changing("tools"),
    ...(parts.resources !== undefined && {
      resources: { ...(canWatch(parts) && { subscribe: true }), ...changing("resources") },
    }),
    ...(parts.prompts !== undefined && { prompts: changing("prompts") }),
    ...(parts.completions !== undefined && { completions: {} }),
    ...(parts.logging === true && { logging: {} }),
  };
}

/** Extensions are a stateless client's: no handshake ever agreed on one. */
export function extensions<Context>(parts: ServerParts<Context>): Params {
  return parts.tasks === undefined ? {} : { extensions: { [TASKS_EXTENSION]: {} } };
}

/** Whether single resources can be watched. */
export function canWatch<Context>({ resources, changes }: ServerParts<Context>): boolean {
  return resources?.watch !== undefined && changes !== undefined;
}

/** Whether there is anything to listen for. */
export function canListen<Context>(parts: ServerParts<Context>): boolean {
  return (parts.changes?.lists.length ?? 0) > 0 || canWatch(parts) || parts.tasks !== undefined;
}
