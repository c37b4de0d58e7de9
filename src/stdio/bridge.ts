/** A client on stdio, served by the process that owns the root: its lines become requests, and the answers lines. */
import { checkMessage, isAnswerTo, isEventStream, lostAnswers, withId } from "./bridge_answer.ts";
import { type BridgeMessage, readBridgeMessage, stateKey, statelessHeaders } from "./bridge_message.ts";
import { BridgeTurns } from "./bridge_turns.ts";
import { BRIDGE_PROBE_MS, SHUTDOWN_GRACE_MS } from "../core/limits.ts";
import { type ParamHeader, paramHeaders } from "../mcp/param_headers.ts";
import type { OwnerAddress } from "../launcher/root_owner.ts";
import { readEvents } from "./sse_events.ts";

/** What a bridge leaves behind when its owner is lost. */
export interface Handover {
  /** Lines that made the state which the client relies on, in their order. */
  readonly state: readonly string[];
  readonly unanswered: readonly Unanswered[];
}

/** A message whose answer was lost, or that was not sent at all. */
export interface Unanswered {
  readonly message: BridgeMessage;
  /** How often it was sent. */
  readonly attempts: number;
  /** Whether the owner cannot have begun with it. */
  readonly isUntouched: boolean;
}

interface Pending {
  readonly message: BridgeMessage;
  readonly attempts: number;
  readonly abort: AbortController;
  isCancelled: boolean;
  isAnswered: boolean;
  isUntouched: boolean;
  done: Promise<void>;
}

/** See the module. */
export class Bridge {
  /** Resolves when the owner is gone, or knows this bridge no more. */
  readonly lost: Promise<void>;
  readonly #owner: OwnerAddress;
  readonly #write: (line: string) => void;
  readonly #lose: () => void;
  readonly #pending = new Set<Pending>();
  readonly #state = new Map<string, string>();
  readonly #closing = new AbortController();
  readonly #turns = new BridgeTurns();
  /** No connection is used twice: on one that the owner's end has cut, nobody could say whether a call was heard. */
  readonly #client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  #sessionId: string | undefined;
  #initializing: Promise<void> | undefined;
  #paramHeaders: Promise<ReadonlyMap<string, readonly ParamHeader[]>> | undefined;
  #isLost = false;
  #isFinishing = false;

  constructor({ owner, write }: { owner: OwnerAddress; write: (line: string) => void }) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.lost = promise;
    this.#owner = owner;
    this.#lose = () => {
      this.#isLost = true;
      resolve();
    };
    this.#write = (line) => {
      if (!this.#closing.signal.aborted) write(line);
    };
  }

  /** Resolves when there is room for one more line. */
  room(): Promise<void> {
    return this.#turns.room();
  }

  /** Takes one line; `attempts` counts this one. */
  receive(text: string, attempts = 1): void {
    const message = readBridgeMessage(text);
    this.#remember(message);
    if (message.method === "notifications/cancelled") this.#cancel(message.params.requestId);
    const pending: Pending = {
      message,
      attempts,
      abort: new AbortController(),
      isCancelled: false,
      isAnswered: false,
      isUntouched: true,
      done: Promise.resolve(),
    };
    this.#pending.add(pending);
    // The session that begins is the one of the lines behind it.
    pending.done = this.#send(pending, this.#initializing);
    if (message.method === "initialize") this.#initializing = pending.done;
  }

  /** Waits for the answers that are still to come, for at most `graceMs`, and ends the session. */
  async finish(graceMs: number): Promise<void> {
    this.#isFinishing = true;
    await this.#settled(graceMs);
    if (this.#sessionId !== undefined && !this.#isLost) {
      // An owner that has gone, or hangs, has no session to end.
      const ended = this.#request("DELETE", { signal: AbortSignal.timeout(BRIDGE_PROBE_MS) });
      await ended.then((response) => response.body?.cancel()).catch(() => undefined);
    }
    this.leave();
  }

  /** Lets go of the owner: nothing is written after this. */
  leave(): Handover {
    const unanswered = [...this.#pending].filter(({ isAnswered, isCancelled }) =>
      !isAnswered && !isCancelled
    );
    if (!this.#closing.signal.aborted) this.#client.close();
    this.#closing.abort();
    for (const { abort } of this.#pending) abort.abort();
    return { state: [...this.#state.values()], unanswered };
  }

  /** Waits for answers for at most `timeoutMs`. A stream that only listens has none. */
  async #settled(timeoutMs: number): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, timeoutMs);
    const awaited = [...this.#pending].filter(({ message }) => message.method !== "subscriptions/listen");
    await Promise.race([Promise.all(awaited.map(({ done }) => done)), late.promise]);
    clearTimeout(timer);
  }

  async #send(pending: Pending, begun: Promise<void> | undefined): Promise<void> {
    using _turn = await this.#turns.take(pending.message, begun);
    if (this.#isLost || this.#closing.signal.aborted) return;
    if (pending.isCancelled) return void this.#pending.delete(pending);
    try {
      const headers = await this.#headersFor(pending.message);
      pending.isUntouched = false;
      const response = await this.#request("POST", {
        headers,
        body: pending.message.text,
        signal: pending.abort.signal,
      });
      if (this.#isUnknownHere(response, pending.message)) {
        await response.body?.cancel();
        pending.isUntouched = true;
        return this.#lose();
      }
      await this.#answer(response, pending);
      this.#pending.delete(pending);
    } catch (error) {
      this.#fail(pending, error);
    }
  }

  /** Whether the owner is another one than this bridge was made for. */
  #isUnknownHere({ status }: Response, { isStateless }: BridgeMessage): boolean {
    return status === 401 || (status === 404 && !isStateless && this.#sessionId !== undefined);
  }

  #fail(pending: Pending, error: unknown): void {
    if (pending.isCancelled || this.#closing.signal.aborted) {
      this.#pending.delete(pending);
      return;
    }
    // No connection came about, so nothing was sent.
    if (/\(Connect\)/.test(`${error} ${error instanceof Error ? error.cause : ""}`)) {
      pending.isUntouched = true;
    }
    if (this.#isFinishing) lostAnswers(pending.message).forEach(this.#write);
    this.#lose();
  }

  async #headersFor(message: BridgeMessage): Promise<[string, string][]> {
    if (!message.isStateless) {
      return this.#sessionId === undefined ? [] : [["mcp-session-id", this.#sessionId]];
    }
    if (message.method !== "tools/call") return statelessHeaders(message, []);
    this.#paramHeaders ??= this.#readParamHeaders();
    const known = await this.#paramHeaders;
    return statelessHeaders(message, known.get(String(message.params.name)) ?? []);
  }

  /** Which arguments of which tools the owner wants repeated in headers. */
  async #readParamHeaders(): Promise<ReadonlyMap<string, readonly ParamHeader[]>> {
    const body = `{"jsonrpc":"2.0","id":0,"method":"tools/list"}`;
    const response = await this.#request("POST", { headers: [], body, accept: "application/json" });
    const { result } = await response.json();
    const tools: { name: string; inputSchema: unknown }[] = result?.tools ?? [];
    return new Map(tools.map(({ name, inputSchema }) => [name, paramHeaders(inputSchema)]));
  }

  async #answer(response: Response, pending: Pending): Promise<void> {
    const { message } = pending;
    if (message.method === "initialize" && response.ok) {
      this.#sessionId = response.headers.get("mcp-session-id") ?? undefined;
    }
    if (isEventStream(response)) return await this.#answerEvents(response, pending);
    const body = await response.text();
    if (body !== "") checkMessage(body);
    if (body !== "" && !pending.isCancelled) this.#write(response.ok ? body : withId(body, message.ids));
    pending.isAnswered = true;
    if (message.method === "notifications/initialized") this.#listen();
  }

  /** A stream that ends before the answer goes on where its last event says. */
  async #answerEvents(first: Response, pending: Pending): Promise<void> {
    let lastId = await this.#passOn(first, pending);
    while (!pending.isAnswered && !pending.isCancelled) {
      if (lastId === "") throw new TypeError("The stream ended before the answer");
      const resumed = await this.#openStream(pending.abort.signal, lastId);
      if (!isEventStream(resumed)) throw new TypeError("The stream cannot be resumed");
      lastId = await this.#passOn(resumed, pending);
    }
  }

  /** Writes what a stream sends; returns the id of its last event. */
  async #passOn({ body }: Response, pending: Pending | undefined): Promise<string> {
    let lastId = "";
    if (body === null) return lastId;
    for await (const event of readEvents(body)) {
      lastId = event.lastId;
      if (event.data === "") continue;
      checkMessage(event.data);
      if (pending?.isCancelled) break;
      this.#write(event.data);
      if (pending !== undefined && isAnswerTo(event.data, pending.message.ids)) pending.isAnswered = true;
    }
    return lastId;
  }

  /** Hears what belongs to no request, for as long as the owner lives. */
  async #listen(): Promise<void> {
    try {
      const response = await this.#openStream(this.#closing.signal);
      if (!isEventStream(response)) return await response.body?.cancel();
      await this.#passOn(response, undefined);
      // An owner that stops ends its streams first, and still answers what it has begun.
      await this.#settled(SHUTDOWN_GRACE_MS);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
    this.#lose();
  }

  #openStream(signal: AbortSignal, lastId = ""): Promise<Response> {
    const headers: [string, string][] = [["mcp-session-id", this.#sessionId ?? ""]];
    if (lastId !== "") headers.push(["last-event-id", lastId]);
    return this.#request("GET", { headers, signal, accept: "text/event-stream" });
  }

  #request(method: string, options: {
    headers?: [string, string][];
    body?: string;
    signal?: AbortSignal;
    accept?: string;
  } = {}): Promise<Response> {
    const { accept = "application/json, text/event-stream", body, signal } = options;
    const session: [string, string][] = [["mcp-session-id", this.#sessionId ?? ""]];
    return fetch(`${this.#owner.url}/mcp`, {
      method,
      headers: [
        ...(options.headers ?? session),
        ["accept", accept],
        ["authorization", `Bearer ${this.#owner.token}`],
        ...(body === undefined ? [] : [["content-type", "application/json"] as [string, string]]),
      ],
      redirect: "error",
      client: this.#client,
      ...(body !== undefined && { body }),
      ...(signal !== undefined && { signal }),
    });
  }

  #cancel(id: unknown): void {
    for (const pending of this.#pending) {
      // A batch has one answer for all of its requests.
      if (pending.message.ids.length !== 1 || pending.message.ids[0] !== id) continue;
      pending.isCancelled = true;
      // Leaving cancels a stateless request. A session hears the notification.
      if (pending.message.isStateless) pending.abort.abort();
    }
  }

  #remember(message: BridgeMessage): void {
    const key = stateKey(message);
    if (key === undefined) return;
    if (message.method === "initialize") this.#state.clear();
    if (message.method === "resources/unsubscribe") this.#state.delete(key);
    else this.#state.set(key, message.text);
  }
}
