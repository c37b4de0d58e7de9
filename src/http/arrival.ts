/**
 * One request on its way through the server, and what its headers say to the protocol. A header costs a call out of
 * JavaScript, so each is read when it is asked for: most requests need few of them.
 */
import type { NewId } from "../core/clock.ts";
import type { Scope } from "../core/scope.ts";
import type { Carrier, ProtocolHeaders } from "../mcp/carrier.ts";
import type { Caller } from "./auth.ts";
import type { ClientAddresses } from "./client_address.ts";
import type { Disconnects } from "./disconnects.ts";
import type { OpenStreams } from "./open_streams.ts";
import type { BucketState } from "./token_buckets.ts";

/** What all requests of a server share. */
export interface Edge {
  readonly disconnects: Disconnects;
  readonly addresses: ClientAddresses;
  readonly streams: OpenStreams;
  /** Counts further messages of a request's sender; false where that is more than it may send now. */
  charge(arrival: Arrival, messages: number): boolean;
}

/** What a request arrives with. */
export interface ArrivalParts {
  readonly request: Request;
  /** What `Deno.serve` says of the socket; undefined where there is none. */
  readonly connection: unknown;
  readonly caller: Caller;
  readonly edge: Edge;
  readonly newId: NewId;
}

/** See the module. */
export class Arrival implements Carrier, ProtocolHeaders {
  readonly request: Request;
  /** What is left of the caller's budget, where there is one. */
  budget: BucketState | undefined;
  /** The page that sends it, where one does, and may. */
  origin: string | undefined;
  /** Who sends it, to the server's own rules; {@linkcode caller} is what the protocol may know. */
  readonly sender: Caller;
  readonly #connection: unknown;
  readonly #edge: Edge;
  readonly #newId: NewId;
  #requestId: string | undefined;
  #protocolVersion: string | null | undefined;

  constructor({ request, connection, caller, edge, newId }: ArrivalParts) {
    this.request = request;
    this.sender = caller;
    this.#connection = connection;
    this.#edge = edge;
    this.#newId = newId;
  }

  /** Made when it is asked for: by the log, or by a tool. */
  get requestId(): string {
    this.#requestId ??= this.#newId();
    return this.#requestId;
  }

  get caller(): string | undefined {
    return this.sender.kind === "key" ? this.sender.fingerprint : undefined;
  }

  get scopes(): readonly Scope[] | undefined {
    return this.sender.kind === "key" ? this.sender.scopes : undefined;
  }

  get headers(): ProtocolHeaders {
    return this;
  }

  get sessionId(): string | undefined {
    return this.#header("mcp-session-id");
  }

  /** Whether it came over a socket, which keeps to the length that was declared. */
  get isSocket(): boolean {
    return this.#connection !== undefined;
  }

  /** Whose budgets the request is counted on: a key's, or else an address's. */
  get payer(): string {
    const { sender } = this;
    return sender.kind === "key"
      ? sender.payer
      : this.#edge.addresses.of(this.request.headers, this.#connection);
  }

  /** Whether the caller may have one more stream. */
  get mayStream(): boolean {
    return !this.#edge.streams.isFull(this.payer);
  }

  /** Counts a stream of the caller's, until the returned function is called. */
  countStream(): () => void {
    return this.#edge.streams.open(this.payer);
  }

  /** A wildcard accepts nothing: no curl that sends one reads events. Who has too many streams is answered in JSON. */
  get acceptsStream(): boolean {
    return this.#asksForStream && this.mayStream;
  }

  get #asksForStream(): boolean {
    return /(?:^|,)\s*text\/event-stream\s*(?:[;,]|$)/i.test(this.#header("accept") ?? "");
  }

  /** Asked for by every era's rules in turn, and so kept. */
  get protocolVersion(): string | undefined {
    if (this.#protocolVersion === undefined) {
      this.#protocolVersion = this.request.headers.get("mcp-protocol-version");
    }
    return this.#protocolVersion ?? undefined;
  }

  get method(): string | undefined {
    return this.#header("mcp-method");
  }

  get name(): string | undefined {
    return this.#header("mcp-name");
  }

  get lastEventId(): string | undefined {
    return this.#header("last-event-id");
  }

  param(name: string): string | undefined {
    return this.#header(`mcp-param-${name}`);
  }

  whenGone(onGone: () => void): () => void {
    return this.#edge.disconnects.watch(this.request, onGone);
  }

  charge(messages: number): boolean {
    return messages === 0 || this.#edge.charge(this, messages);
  }

  #header(name: string): string | undefined {
    return this.request.headers.get(name) ?? undefined;
  }
}
