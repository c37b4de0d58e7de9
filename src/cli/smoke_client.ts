/** The plainest client: one POST a call, JSON back, as curl does it. */

/** The error of a tool. */
export class SmokeToolError extends Error {
  readonly code: string;
  readonly details: Record<string, unknown>;

  constructor(error: { code: string; message: string; details: Record<string, unknown> }) {
    super(`${error.code}: ${error.message}`);
    this.code = error.code;
    this.details = error.details;
  }
}

/** Calls one server. */
export class SmokeClient {
  readonly #url: string;
  readonly #headers: Record<string, string>;
  #nextId = 1;

  constructor(url: string, key?: string) {
    this.#url = url.replace(/\/(?:mcp)?\/?$/, "");
    this.#headers = { "content-type": "application/json", ...(key !== undefined && { "x-api-key": key }) };
  }

  /** Where messages go. */
  get endpoint(): string {
    return `${this.#url}/mcp`;
  }

  /** The result of a method; throws on a protocol error or a status that is not 200. */
  // deno-lint-ignore no-explicit-any -- each step checks what it reads.
  async request(method: string, params: Record<string, unknown> = {}): Promise<any> {
    const response = await fetch(this.endpoint, {
      method: "POST",
      headers: this.#headers,
      body: JSON.stringify({ jsonrpc: "2.0", id: this.#nextId++, method, params }),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${text}`);
    const { result, error } = JSON.parse(text);
    if (error !== undefined) throw new Error(`${error.code}: ${error.message}`);
    return result;
  }

  /** The value of a tool, read from its text as the contract's script reads it; throws {@linkcode SmokeToolError}. */
  // deno-lint-ignore no-explicit-any -- each step checks what it reads.
  async call(name: string, args: Record<string, unknown> = {}): Promise<any> {
    const result = await this.request("tools/call", { name, arguments: args });
    const value = JSON.parse(result.content[0].text);
    if (result.isError) throw new SmokeToolError(value.error);
    return value;
  }

  /** The status of a route that needs no key. */
  async status(path: string): Promise<number> {
    const response = await fetch(`${this.#url}${path}`);
    await response.body?.cancel();
    return response.status;
  }
}
