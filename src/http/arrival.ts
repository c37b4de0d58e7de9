/**
 * One request on its way through the server, and what its headers say to the protocol. A header costs a call out of
 * JavaScript, so each is read when it is asked for: most requests need few of them.
 */
import type { NewId } from "../core/clock.ts";
import type { Scope } from "../core/scope.ts";
import type { Carrier, ProtocolHeaders } from "../mcp/carrier.ts";
import type { Caller } from "./auth.ts";
import type { Disconnects } from "./disconnects.ts";

/** What a request arrives with. */
export interface ArrivalParts {
  readonly request: Request;
  /** Whether it came over a socket, which keeps to the length that was declared. */
  readonly isSocket: boolean;
  readonly caller: Caller;
  readonly disconnects: Disconnects;
  readonly newId: NewId;
}

/** See the module. */
export class Arrival implements Carrier, ProtocolHeaders {
  readonly request: Request;
  readonly isSocket: boolean;
  /** Who sends it, to the server's own rules; {@linkcode caller} is what the protocol may know. */
  readonly sender: Caller;
  readonly #disconnects: Disconnects;
  readonly #newId: NewId;
  #requestId: string | undefined;

  constructor({ request, isSocket, caller, disconnects, newId }: ArrivalParts) {
    this.request = request;
    this.isSocket = isSocket;
    this.sender = caller;
    this.#disconnects = disconnects;
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

  /** A wildcard accepts nothing: no curl that sends one reads events. */
  get acceptsStream(): boolean {
    return /(?:^|,)\s*text\/event-stream\s*(?:[;,]|$)/i.test(this.#header("accept") ?? "");
  }

  get protocolVersion(): string | undefined {
    return this.#header("mcp-protocol-version");
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
    return this.#disconnects.watch(this.request, onGone);
  }

  #header(name: string): string | undefined {
    return this.request.headers.get(name) ?? undefined;
  }
}
