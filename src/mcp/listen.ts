/**
 * `subscriptions/listen`: one stream a request, which hears exactly what it asked for (2026-07-28,
 * basic/patterns/subscriptions). Everything on it is tagged with the id of the request that opened it.
 */
import { LISTEN_STREAMS_MAX, SUBSCRIPTIONS_MAX } from "../core/limits.ts";
import type { Carrier } from "./carrier.ts";
import { type Change, changeNotification } from "./changes.ts";
import {
  INTERNAL_ERROR,
  isObject,
  notification,
  type Params,
  RATE_LIMITED,
  type RequestId,
  resultResponse,
} from "./jsonrpc.ts";
import { MessageStream } from "./message_stream.ts";
import { META } from "./meta.ts";
import type { MethodRequest } from "./method.ts";
import { invalidParams, ProtocolError } from "./protocol_error.ts";
import type { Unwatch } from "./providers.ts";
import { requireScope, requireScopeOf } from "./scopes.ts";
import { canWatch, type ServerParts } from "./server_parts.ts";
import { requireTasks } from "./stateless_methods.ts";
import { detailedTask, type Task } from "./tasks.ts";
import type { Wire } from "./wire.ts";

/** The lists that may change, by the name under which a client asks for them. */
const LISTS = [
  ["toolsListChanged", "tools"],
  ["promptsListChanged", "prompts"],
  ["resourcesListChanged", "resources"],
] as const;

interface Listener {
  readonly id: RequestId;
  readonly caller: string | undefined;
  readonly stream: MessageStream;
  readonly lists: ReadonlySet<Change["kind"]>;
  readonly uris: ReadonlyMap<string, () => void>;
  readonly taskIds: ReadonlySet<string>;
}

/** The streams that are open. */
export class ListenStreams<Context> {
  readonly #parts: ServerParts<Context>;
  readonly #wire: Wire;
  readonly #open = new Set<Listener>();
  readonly #stopListening: (() => void)[] = [];
  #isClosed = false;

  constructor(parts: ServerParts<Context>, wire: Wire) {
    this.#parts = parts;
    this.#wire = wire;
    const { changes, tasks } = parts;
    if (changes !== undefined) {
      this.#stopListening.push(changes.source.listen((change) => this.#tell(change)));
    }
    if (tasks !== undefined) this.#stopListening.push(tasks.watch((task) => this.#tellTask(task)));
  }

  /**
   * Opens a stream. Its first message says what of the request is accepted.
   *
   * @throws {ProtocolError} For a filter that cannot be read, and when too many streams are open.
   */
  async open(request: MethodRequest): Promise<MessageStream> {
    const { notifications: filter } = request.params;
    if (!isObject(filter)) throw invalidParams(`"notifications" must be an object`);
    if (filter.taskIds !== undefined && this.#parts.tasks !== undefined) requireTasks(request);
    const uris = textsOf(filter, "resourceSubscriptions");
    this.#checkScopes(request, uris);
    const taskIds = await this.#ownTasks(textsOf(filter, "taskIds"), request.carrier);
    const watched = await this.#watch(uris);
    // Only now: others were opened, and the server may have begun to stop, while this one waited.
    const refusal = this.#refusal(request);
    if (refusal !== undefined) {
      for (const unwatch of watched.values()) unwatch();
      throw refusal;
    }
    const lists = LISTS.filter(([key, list]) =>
      filter[key] === true && this.#parts.changes?.lists.includes(list)
    );
    const stream = new MessageStream({ longLived: true, onLeave: () => this.#end(listener) });
    const listener: Listener = {
      id: request.id,
      caller: request.carrier.caller,
      stream,
      lists: new Set(lists.map(([, list]) => list)),
      uris: watched,
      taskIds: new Set(taskIds),
    };
    const accepted = {
      ...Object.fromEntries(lists.map(([key]) => [key, true])),
      ...(filter.resourceSubscriptions !== undefined && { resourceSubscriptions: [...listener.uris.keys()] }),
      ...(filter.taskIds !== undefined && this.#parts.tasks !== undefined && { taskIds }),
    };
    // First the acknowledgement, then the registration: nothing may come before it.
    this.#send(listener, "notifications/subscriptions/acknowledged", { notifications: accepted });
    this.#open.add(listener);
    return stream;
  }

  /** Ends every stream with the result that says so, and opens no more. */
  close(): void {
    this.#isClosed = true;
    for (const stop of this.#stopListening) stop();
    for (const listener of [...this.#open]) this.#finish(listener);
  }

  /** Ends the streams of these callers. */
  endCallers(callers: ReadonlySet<string | undefined>): void {
    for (const listener of [...this.#open]) if (callers.has(listener.caller)) this.#finish(listener);
  }

  /** Ends a stream with the result that says so. */
  #finish(listener: Listener): void {
    const reply = { result: { _meta: { [META.subscriptionId]: listener.id } } };
    listener.stream.send(resultResponse(listener.id, this.#wire.result(reply)));
    listener.stream.end();
    this.#end(listener);
  }

  #end(listener: Listener): void {
    this.#open.delete(listener);
    for (const unwatch of listener.uris.values()) unwatch();
  }

  /** Why there can be no further stream for that request. */
  #refusal({ carrier }: MethodRequest): ProtocolError | undefined {
    if (this.#isClosed) return new ProtocolError(INTERNAL_ERROR, "Cannot listen: the server is stopping");
    if (!carrier.mayStream) {
      return new ProtocolError(RATE_LIMITED, "Rate limit: too many streams are open; end one first");
    }
    if (this.#open.size < LISTEN_STREAMS_MAX) return undefined;
    return new ProtocolError(INTERNAL_ERROR, `Cannot listen: ${LISTEN_STREAMS_MAX} streams are open already`);
  }

  #checkScopes({ carrier }: MethodRequest, uris: readonly string[]): void {
    const { resources: provider } = this.#parts;
    if (provider === undefined) return;
    for (const asked of uris) {
      requireScopeOf(carrier, { provider, asked, what: "a subscription to this resource" });
    }
  }

  /** Watches those resources that exist: all of them, or none where one fails. */
  async #watch(uris: readonly string[]): Promise<ReadonlyMap<string, Unwatch>> {
    const watched = new Map<string, Unwatch>();
    if (!canWatch(this.#parts)) return watched;
    try {
      for (const uri of new Set(uris)) {
        const unwatch = await this.#parts.resources?.watch?.(uri);
        if (unwatch !== undefined) watched.set(uri, unwatch);
      }
      return watched;
    } catch (error) {
      for (const unwatch of watched.values()) unwatch();
      throw error;
    }
  }

  async #ownTasks(taskIds: readonly string[], carrier: Carrier): Promise<string[]> {
    const { tasks } = this.#parts;
    if (tasks === undefined) return [];
    const found = await Promise.all(taskIds.map((taskId) => tasks.get(taskId)));
    const own = found.filter((task): task is Task => task !== undefined && task.caller === carrier.caller);
    for (const { scope } of own) requireScope(carrier, scope, "a subscription to this task");
    return own.map(({ taskId }) => taskId);
  }

  #tell(change: Change): void {
    const { method, params } = changeNotification(change);
    for (const listener of this.#open) {
      const wanted = change.kind === "resource"
        ? listener.uris.has(change.uri)
        : listener.lists.has(change.kind);
      if (wanted) this.#send(listener, method, params);
    }
  }

  #tellTask(task: Task): void {
    for (const listener of this.#open) {
      if (listener.taskIds.has(task.taskId)) this.#send(listener, "notifications/tasks", detailedTask(task));
    }
  }

  #send({ id, stream }: Listener, method: string, params: Params): void {
    stream.send(notification(method, { ...params, _meta: { [META.subscriptionId]: id } }));
  }
}

function textsOf(filter: Params, key: string): readonly string[] {
  const value = filter[key] ?? [];
  if (!Array.isArray(value) || !value.every((text) => typeof text === "string")) {
    throw invalidParams(`"notifications.${key}" must be an array of strings`);
  }
  if (value.length > SUBSCRIPTIONS_MAX) {
    throw invalidParams(`"notifications.${key}" holds more than ${SUBSCRIPTIONS_MAX} entries`);
  }
  return value;
}
