/**
 * What a server plugs in beside its tools. What is not given is not advertised, and its methods do not exist.
 * `Context` is whatever the server hands to its handlers.
 */
import type { Scope } from "../core/scope.ts";
import type { Params } from "./jsonrpc.ts";
import { invalidParams } from "./protocol_error.ts";

/** How long a client may keep an answer, and for whom (2026-07-28, server/utilities/caching). */
export interface CachePolicy {
  /** Whole milliseconds. */
  readonly ttlMs: number;
  /** `public` only for what is the same for every caller. */
  readonly scope: "public" | "private";
}

/** Part of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string;
}

/** `Resource`, `ResourceTemplate`, `Prompt` and `ResourceContents` as the schema has them: they pass through. */
export type WireObject = Params;

/** Ends a watch. */
export type Unwatch = () => void;

/** Resources. `watch` makes them worth subscribing to. */
export interface ResourceProvider<Context> {
  /** Of the lists. */
  readonly cache?: CachePolicy;
  /** Of what is read, where that differs. */
  readonly readCache?: CachePolicy;
  list(cursor: string | undefined, context: Context): Promise<Page<WireObject>>;
  listTemplates(cursor: string | undefined, context: Context): Promise<Page<WireObject>>;
  /** What a key needs to read or watch a resource, whether or not it is there. @default "read" */
  scopeOf?(uri: string): Scope;
  /** The contents, never none; undefined when there is no such resource. */
  read(uri: string, context: Context): Promise<readonly WireObject[] | undefined>;
  /**
   * Watches a resource for one client, who hears of it through `Changes`; returns what ends the watch, or undefined
   * when there is no such resource.
   */
  watch?(uri: string): Unwatch | undefined | Promise<Unwatch | undefined>;
}

/** Prompts. */
export interface PromptProvider<Context> {
  readonly cache?: CachePolicy;
  list(cursor: string | undefined, context: Context): Promise<Page<WireObject>>;
  /** What a key needs to get a prompt, whether or not it is there. @default "read" */
  scopeOf?(name: string): Scope;
  /**
   * `{description?, messages}`; undefined when there is no such prompt.
   *
   * @throws {ProtocolError} `invalidParams` for arguments that are missing.
   */
  get(
    name: string,
    args: Readonly<Record<string, string>>,
    context: Context,
  ): Promise<WireObject | undefined>;
}

/** What is to be completed. */
export interface CompletionRequest {
  readonly ref:
    | { readonly type: "ref/prompt"; readonly name: string }
    | { readonly type: "ref/resource"; readonly uri: string };
  readonly argument: { readonly name: string; readonly value: string };
  /** Arguments that are already chosen. */
  readonly chosen: Readonly<Record<string, string>>;
}

/** Completion of the arguments of prompts and of resource templates. */
export interface CompletionProvider<Context> {
  /** What a key needs to complete an argument of `ref`. @default "read" */
  scopeOf?(ref: CompletionRequest["ref"]): Scope;
  /** Values, the best first; undefined when there is nothing of that name to complete. */
  complete(request: CompletionRequest, context: Context): Promise<readonly string[] | undefined>;
}

/**
 * A page of a list that is at hand. The cursor is the number of the first item.
 *
 * @throws {ProtocolError} `INVALID_PARAMS` for a cursor that is not ours.
 */
export function pageOf<Item>(
  items: readonly Item[],
  { cursor, size }: { cursor: string | undefined; size: number },
): Page<Item> {
  const start = cursor === undefined ? 0 : Number(cursor);
  if (cursor !== undefined && (!/^[1-9]\d{0,8}$/.test(cursor) || start >= items.length)) {
    throw unknownCursor();
  }
  const end = start + size;
  return { items: items.slice(start, end), ...(end < items.length && { nextCursor: String(end) }) };
}

/** A cursor that no list of ours has answered. */
export function unknownCursor() {
  return invalidParams("the cursor is unknown: begin again without one");
}
