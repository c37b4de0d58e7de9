/** Requests of both eras to the whole app over a temporary repository. */
import assert from "node:assert/strict";
import { type Answer, BOTH_TYPES, EventReader, type Json, readAnswer, VERSION } from "./mcp_client.ts";
import { TestApp, type TestAppOptions } from "./test_app.ts";

const META = "io.modelcontextprotocol/";

/** How a stateless request differs from a plain one. */
export interface ModernOptions {
  readonly id?: number;
  readonly capabilities?: Json;
  readonly meta?: Json;
}

/** A client of the app's own. */
export class AppClient implements AsyncDisposable {
  readonly app: TestApp;
  #id = 0;

  private constructor(app: TestApp) {
    this.app = app;
  }

  static async create(options: TestAppOptions = {}): Promise<AppClient> {
    return new AppClient(await TestApp.create(options));
  }

  /** A request of a plain client: no handshake, no session. */
  async old(method: string, params: Json = {}): Promise<Json> {
    return await (await this.app.post({ jsonrpc: "2.0", id: ++this.#id, method, params })).json();
  }

  /** Posts a stateless request, and returns the response before its body is read. */
  open(method: string, params: Json = {}, options: ModernOptions = {}): Promise<Response> {
    const { id = ++this.#id, capabilities = {}, meta = {} } = options;
    const _meta = {
      [`${META}protocolVersion`]: VERSION,
      [`${META}clientCapabilities`]: capabilities,
      ...meta,
    };
    const name = params.name ?? params.uri ?? params.taskId;
    return this.app.post({ jsonrpc: "2.0", id, method, params: { ...params, _meta } }, {
      accept: BOTH_TYPES,
      "mcp-protocol-version": VERSION,
      "mcp-method": method,
      ...(typeof name === "string" && { "mcp-name": `=?base64?${btoa(name)}?=` }),
    });
  }

  /** A stateless request and its whole answer. */
  async modern(method: string, params: Json = {}, options: ModernOptions = {}): Promise<Answer> {
    return await readAnswer(await this.open(method, params, options));
  }

  /** Shakes hands, and returns the headers of the session. */
  async shakeHands(capabilities: Json = {}): Promise<Record<string, string>> {
    const protocolVersion = "2025-11-25";
    const params = { protocolVersion, capabilities, clientInfo: { name: "test", version: "0" } };
    const response = await this.app.post({ jsonrpc: "2.0", id: 0, method: "initialize", params });
    await response.body?.cancel();
    const id = response.headers.get("mcp-session-id");
    assert.ok(id !== null, "initialize begins a session");
    return { accept: BOTH_TYPES, "mcp-session-id": id, "mcp-protocol-version": protocolVersion };
  }

  /** The session's own stream. */
  async sessionEvents(headers: Record<string, string>): Promise<EventReader> {
    return new EventReader(await this.app.fetch("/mcp", { headers }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]();
    assert.deepEqual(this.app.logged.filter(({ msg }) => msg === "bug"), []);
  }
}
