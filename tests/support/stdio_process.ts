/** `main.ts stdio` as the child of a client: lines in, lines out, and what it says on stderr. */
import assert from "node:assert/strict";
import { environment, FLAGS, MAIN } from "./main_process.ts";

// deno-lint-ignore no-explicit-any -- a test reads what it expects, and fails where that is not there.
type Message = any;

/** What a stateless request carries. */
export const STATELESS = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** A text stream, line by line, for those who come before or after a line. */
class Lines {
  readonly all: string[] = [];
  readonly ended: Promise<void>;
  #isOver = false;
  #wake = Promise.withResolvers<void>();

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.ended = this.#drain(stream);
  }

  /** The first line that fits, now or later. */
  async find(fits: (line: string) => boolean): Promise<string> {
    for (;;) {
      const found = this.all.find(fits);
      if (found !== undefined) return found;
      if (this.#isOver) throw new Error(`It ended after: ${this.all.join("\n")}`);
      await this.#wake.promise;
    }
  }

  async #drain(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      this.all.push(...lines);
      this.#woken();
    }
    if (rest !== "") this.all.push(rest);
    this.#isOver = true;
    this.#woken();
  }

  #woken(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }
}

/** A started process; disposing of it ends it. */
export class StdioProcess implements AsyncDisposable {
  readonly out: Lines;
  readonly log: Lines;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  #lastId = 0;

  constructor(root: string, env: Readonly<Record<string, string>> = {}) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [...FLAGS, MAIN, "stdio"],
      env: environment({ LUKHAS_REPO_ROOT: root, ...env }),
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.out = new Lines(this.#child.stdout);
    this.log = new Lines(this.#child.stderr);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Every message so far; throws where a line is anything else. */
  get messages(): Message[] {
    return this.out.all.map((line) => {
      const message = JSON.parse(line);
      assert.equal(message.jsonrpc, "2.0", line);
      return message;
    });
  }

  async sendText(text: string | Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#input.write(typeof text === "string" ? new TextEncoder().encode(text) : text);
  }

  async send(message: unknown): Promise<void> {
    await this.sendText(`${JSON.stringify({ jsonrpc: "2.0", ...message as object })}\n`);
  }

  /** Sends a request and waits for its response. */
  async request(method: string, params: unknown = {}): Promise<Message> {
    const id = ++this.#lastId;
    await this.send({ id, method, params });
    return await this.response(id);
  }

  async response(id: number | string): Promise<Message> {
    return JSON.parse(
      await this.out.find((line) => {
        const message = JSON.parse(line);
        return message.id === id && message.method === undefined;
      }),
    );
  }

  async tool(name: string, args: unknown): Promise<Message> {
    return (await this.request("tools/call", { name, arguments: args })).result;
  }

  async handshake(protocolVersion = "2025-11-25"): Promise<Message> {
    const clientInfo = { name: "test", version: "1" };
    const { result } = await this.request("initialize", { protocolVersion, capabilities: {}, clientInfo });
    await this.send({ method: "notifications/initialized" });
    return result;
  }

  /** The address that it says it listens on. */
  async url(): Promise<string> {
    return JSON.parse(await this.log.find((line) => line.includes(`"msg":"listening"`))).url;
  }

  /** Closes the client's end, and waits for the exit code. */
  async close(): Promise<number> {
    await this.#input.close();
    return await this.ended();
  }

  async ended(): Promise<number> {
    const { code } = await this.#child.status;
    await Promise.all([this.out.ended, this.log.ended]);
    return code;
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      // It has ended already.
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#input.abort().catch(() => undefined);
    await this.ended();
  }
}
