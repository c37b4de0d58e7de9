/** What a request's headers say to the protocol. Each is read when it is asked for: most requests need two of them. */
import type { Carrier, ProtocolHeaders } from "../mcp/carrier.ts";
import type { Disconnects } from "./disconnects.ts";

/** A request as the protocol sees it. */
export class HttpCarrier implements Carrier, ProtocolHeaders {
  readonly requestId: string;
  readonly caller: string | undefined;
  readonly #request: Request;
  readonly #disconnects: Disconnects;

  constructor(
    request: Request,
    options: { requestId: string; caller: string | undefined; disconnects: Disconnects },
  ) {
    this.#request = request;
    this.requestId = options.requestId;
    this.caller = options.caller;
    this.#disconnects = options.disconnects;
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
    return this.#disconnects.watch(this.#request, onGone);
  }

  #header(name: string): string | undefined {
    return this.#request.headers.get(name) ?? undefined;
  }
}
