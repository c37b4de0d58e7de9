/** `main.ts` as a process of its own, with the permissions of the start task, and what it says on stderr. */
import assert from "node:assert/strict";
import { assertNoLeak } from "./leaks.ts";

/** The entry, and the flags that the start task has. */
export const MAIN = new URL("../../main.ts", import.meta.url).href;
export const FLAGS = ["run", "-P", "--no-prompt", "--quiet"];

/** Variables of this machine that Deno itself needs; nothing else of the developer's reaches the process. */
const KEPT = ["PATH", "HOME", "DENO_DIR", "XDG_CACHE_HOME", "TMPDIR"];

/** How a process differs from the default. */
export interface MainProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What stands behind the entry. @default [] */
  readonly args?: readonly string[];
  /** Flags of the runtime beside those of the start task. @default [] */
  readonly flags?: readonly string[];
  /** Another entry. @default {@linkcode MAIN} */
  readonly entry?: string;
  /** Whether it runs on a terminal: `script` makes one, and its output is what the terminal shows. */
  readonly terminal?: boolean;
}

/** The environment of a process: this machine's least, and `env`. */
export function environment(env: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = KEPT.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), PORT: "0", MCP_RL_BUCKET: "0", NO_COLOR: "1", ...env };
}

/** A started process; disposing of it ends it. */
export class MainProcess implements AsyncDisposable {
  /** Every line of stderr so far; with a terminal, of what it shows. */
  readonly lines: string[] = [];
  readonly startedAt = performance.now();
  readonly #env: Readonly<Record<string, string>>;
  readonly #child: Deno.ChildProcess;
  readonly #drained: Promise<void>;
  /** Resolved and replaced with all that comes. */
  #news = Promise.withResolvers<void>();
  #ended = false;

  constructor(options: MainProcessOptions = {}) {
    this.#env = options.terminal === true ? {} : options.env ?? {};
    const { terminal = false, entry = MAIN } = options;
    const command = [Deno.execPath(), ...FLAGS, ...options.flags ?? [], entry, ...options.args ?? []];
    // Our own quoting: neither the path of deno nor that of the project holds a quote.
    const line = command.map((word) => `'${word}'`).join(" ");
    this.#child = new Deno.Command(terminal ? "script" : Deno.execPath(), {
      args: terminal ? ["-qec", line, "/dev/null"] : command.slice(1),
      env: environment(options.env),
      clearEnv: true,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      stdin: "null",
      stdout: terminal ? "piped" : "null",
      stderr: terminal ? "null" : "piped",
    }).spawn();
    this.#drained = this.#drain(terminal ? this.#child.stdout : this.#child.stderr);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Resolves with the exit code, once everything was read. */
  async ended(): Promise<number> {
    const { code } = await this.#child.status;
    await this.#drained;
    return code;
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** The first line that fits, or the one of that number, now or later; rejects when the process ends without it. */
  async line(pattern: RegExp, number = 1): Promise<string> {
    for (;;) {
      const found = this.lines.filter((line) => pattern.test(line))[number - 1];
      if (found !== undefined) return found;
      if (this.#ended) throw new Error(`It ended without ${pattern}: ${this.lines.join("\n")}`);
      await this.#news.promise;
    }
  }

  /** The address, once it serves. */
  async url(): Promise<string> {
    return JSON.parse(await this.line(/"msg":"listening"/)).url;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) this.#kill();
    await this.ended();
    this.#assertSaysNothing();
  }

  /** All that it has said: a bug's stack, and a start that is refused by its own words, are the exceptions. */
  #assertSaysNothing(): void {
    const { LUKHAS_REPO_ROOT: root = "", LUKHAS_MCP_API_KEYS: keys = "" } = this.#env;
    const said = this.lines.filter((line) =>
      !line.includes('"msg":"bug"') && !/Cannot (serve|use|read)|^\s/.test(line)
    );
    const secrets = { root, keys: keys.split(",").map((key) => key.trim()).filter((key) => key.length >= 8) };
    assertNoLeak(said.join("\n"), secrets, "stderr");
  }

  /** It may have ended without our knowing yet. */
  #kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }

  async #drain(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? "";
      this.lines.push(...lines);
      this.#tell();
    }
    if (rest !== "") this.lines.push(rest);
    this.#ended = true;
    this.#tell();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}

/** Runs to the end and asserts that it said exactly one line; returns the line and the exit code. */
export async function refusedStart(options: MainProcessOptions): Promise<{ line: string; code: number }> {
  await using main = new MainProcess(options);
  const code = await main.ended();
  assert.equal(main.lines.length, 1, main.lines.join("\n"));
  return { line: main.lines[0] ?? "", code };
}

/** Sends one protocol message, as curl would. */
export async function post(url: string, method: string, params: unknown = {}): Promise<Response> {
  return await fetch(`${url}/mcp`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
}

/** A request whose body is sent in two parts, with whatever the test does between them. */
export class SlowRequest implements Disposable {
  readonly #connection: Deno.TcpConn;
  readonly #rest: Uint8Array;

  private constructor(connection: Deno.TcpConn, rest: Uint8Array) {
    this.#connection = connection;
    this.#rest = rest;
  }

  /** Sends everything but the body's last byte. Resolves once the server is at work on it. */
  static async begin(url: string): Promise<SlowRequest> {
    const body = new TextEncoder().encode(`{"jsonrpc":"2.0","id":1,"method":"ping"}`);
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(url).port) });
    const head = `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`;
    await connection.write(new TextEncoder().encode(head));
    // The server says "100 Continue" when the handler begins to read the body.
    await connection.read(new Uint8Array(1024));
    await connection.write(body.subarray(0, -1));
    return new SlowRequest(connection, body.subarray(-1));
  }

  /** Sends the rest and returns the whole answer. */
  async finish(): Promise<string> {
    await this.#connection.write(this.#rest);
    const chunks: string[] = [];
    for await (const text of this.#connection.readable.pipeThrough(new TextDecoderStream())) {
      chunks.push(text);
    }
    return chunks.join("");
  }

  [Symbol.dispose](): void {
    try {
      this.#connection.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }
}
