/** Clients of either era that talk to a fixture without a socket, and look at every byte that comes back. */
import assert from "node:assert/strict";
import { Fixture, type FixtureOptions } from "../conformance/fixture.ts";

// deno-lint-ignore no-explicit-any -- the shape is what tests assert.
export type Json = any;

export const VERSION = "2026-07-28";
export const BOTH_TYPES = "application/json, text/event-stream";
const META = "io.modelcontextprotocol/";

/** The declaration of a client that takes tasks. */
export const TAKES_TASKS = { extensions: { [`${META}tasks`]: {} } };

/** An answer: its status, its headers, and its messages, however they came. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly isStream: boolean;
  /** Every message, the response last. */
  readonly messages: Json[];
  /** The last message. */
  readonly last: Json;
}

/** How a stateless request differs from a correct one. */
export interface StatelessOptions {
  readonly id?: string | number;
  readonly capabilities?: Json;
  /** Beside the protocol's own keys. */
  readonly meta?: Json;
  /** Over the correct ones; undefined leaves one out. */
  readonly headers?: Record<string, string | undefined>;
  readonly signal?: AbortSignal;
}

/** Sends messages to a fixture of its own. */
export class McpClient implements AsyncDisposable {
  readonly fixture: Fixture;

  constructor(options: FixtureOptions = {}) {
    this.fixture = new Fixture(options);
  }

  /** Sends a request as it is. */
  send(init: RequestInit): Promise<Response> {
    return this.fixture.fetch(new Request("http://127.0.0.1:8766/mcp", init));
  }

  /** Posts a body. */
  post(
    body: unknown,
    headers: Record<string, string | undefined> = {},
    init: { signal?: AbortSignal } = {},
  ): Promise<Response> {
    const sent = Object.entries({ "content-type": "application/json", ...headers })
      .filter((entry): entry is [string, string] => entry[1] !== undefined);
    return this.send({
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers: sent,
      ...init,
    });
  }

  /** Posts a stateless request, and returns the response before its body is read. */
  open(method: string, params: Json = {}, options: StatelessOptions = {}): Promise<Response> {
    const { id = 1, capabilities = {}, meta = {}, headers = {}, signal } = options;
    const _meta = {
      [`${META}protocolVersion`]: VERSION,
      [`${META}clientCapabilities`]: capabilities,
      ...meta,
    };
    const name = params.name ?? params.uri ?? params.taskId;
    return this.post({ jsonrpc: "2.0", id, method, params: { ...params, _meta } }, {
      accept: BOTH_TYPES,
      "mcp-protocol-version": VERSION,
      "mcp-method": method,
      "mcp-name": typeof name === "string" ? name : undefined,
      ...headers,
    }, signal === undefined ? {} : { signal });
  }

  /** A stateless request and its whole answer. */
  async ask(method: string, params: Json = {}, options: StatelessOptions = {}): Promise<Answer> {
    return await readAnswer(await this.open(method, params, options));
  }

  /** A request of a handshake client and its whole answer; without a session where none is given. */
  async askOld(
    method: string,
    params: Json = {},
    { id = 1, headers = {} }: { id?: string | number; headers?: Record<string, string | undefined> } = {},
  ): Promise<Answer> {
    return await readAnswer(await this.post({ jsonrpc: "2.0", id, method, params }, headers));
  }

  /** Shakes hands, and returns the headers of the session. */
  async shakeHands(
    protocolVersion = "2025-11-25",
    capabilities: Json = {},
    headers: Record<string, string> = {},
  ): Promise<Record<string, string>> {
    const answer = await this.askOld("initialize", { protocolVersion, capabilities, clientInfo: {} }, {
      headers,
    });
    const id = answer.headers.get("mcp-session-id");
    assert.ok(id !== null, "initialize begins a session");
    return { ...headers, accept: BOTH_TYPES, "mcp-session-id": id, "mcp-protocol-version": protocolVersion };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fixture[Symbol.asyncDispose]();
    assert.deepEqual(this.fixture.bugs, []);
  }
}

/** Reads an answer to its end. */
export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const { status, headers } = response;
  const isStream = headers.get("content-type") === "text/event-stream";
  const lines = isStream ? [...text.matchAll(/^data: (.+)$/gm)].map(([, json]) => json ?? "") : [text];
  const messages = lines.filter((line) => line !== "").map((line) => JSON.parse(line));
  return { status, headers, text, isStream, messages, last: messages.at(-1) };
}

/** Reads the events of a stream one by one. */
export class EventReader implements AsyncDisposable {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(response: Response) {
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    assert.ok(response.body);
    this.#reader = response.body.getReader();
  }

  /** The next event as it was written, or undefined at the end. */
  async nextText(): Promise<string | undefined> {
    while (!this.#text.includes("\n\n")) {
      const { value, done } = await this.#reader.read();
      if (done) return undefined;
      this.#text += this.#decoder.decode(value, { stream: true });
    }
    const end = this.#text.indexOf("\n\n");
    const event = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 2);
    return event;
  }

  /** The message of the next event that has one. */
  async next(): Promise<Json> {
    for (;;) {
      const event = await this.nextText();
      if (event === undefined) return undefined;
      const data = /^data: (.+)$/m.exec(event)?.[1];
      if (data !== undefined) return JSON.parse(data);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel();
  }
}
