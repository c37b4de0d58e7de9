/** Requests that no client library would send, over a real socket: each is answered, and none is a crash. */
import assert from "node:assert/strict";
import { startServer } from "../../src/server.ts";
import { EdgeApp } from "../support/edge_app.ts";

/** How long an answer may take. */
const ANSWER_MS = 120_000;

/** Fits no text. */
const NEVER = /(?!)/;

/** An app on a socket, and the answers to bytes that are sent to it. */
class RawServer implements AsyncDisposable {
  readonly app: EdgeApp;
  readonly #server: ReturnType<typeof startServer>;

  private constructor(app: EdgeApp) {
    this.app = app;
    // The app is closed with its root, below.
    const parts = { fetch: (request: Request) => app.fetch(request), close: () => Promise.resolve() };
    this.#server = startServer(parts, { host: "127.0.0.1", port: 0 });
  }

  static async start(env: Record<string, string> = {}): Promise<RawServer> {
    return new RawServer(await EdgeApp.create({ env }));
  }

  /** Sends the bytes, and returns everything that comes back until the server closes the connection. */
  send(...parts: readonly string[]): Promise<string> {
    return this.sendUntil(NEVER, ...parts);
  }

  /** Sends the bytes, and returns what comes back until it fits, or until the server closes the connection. */
  async sendUntil(enough: RegExp, ...parts: readonly string[]): Promise<string> {
    const port = Number(new URL(this.#server.url).port);
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    // A server that says nothing fails the test, it does not stop it.
    const timer = setTimeout(() => connection.closeWrite().then(() => connection.close()), ANSWER_MS);
    const writing = this.#write(connection, parts);
    const bytes = new Uint8Array(65_536);
    let text = "";
    for (let count = await read(connection, bytes); count !== null; count = await read(connection, bytes)) {
      text += new TextDecoder("latin1").decode(bytes.subarray(0, count));
      if (enough.test(text)) break;
    }
    clearTimeout(timer);
    await writing;
    return text;
  }

  async #write(connection: Deno.TcpConn, parts: readonly string[]): Promise<void> {
    try {
      for (const part of parts) {
        for (let bytes = new TextEncoder().encode(part); bytes.length > 0;) {
          bytes = bytes.subarray(await connection.write(bytes));
        }
      }
    } catch (error) {
      // The server may answer and close before it has read everything.
      if (!isReset(error)) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop({ graceMs: 1000 });
    await this.app[Symbol.asyncDispose]();
  }
}

async function read(connection: Deno.TcpConn, bytes: Uint8Array<ArrayBuffer>): Promise<number | null> {
  try {
    return await connection.read(bytes);
  } catch (error) {
    if (isReset(error)) return null;
    throw error;
  }
}

function isReset(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe;
}

function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1]);
}

/** A request that asks for the connection to be closed after it. */
function request(line: string, headers: readonly string[], body = ""): string {
  return [line, ...headers, "Connection: close", "", body].join("\r\n");
}

Deno.test("a Host header that is no host is refused on every route, and is no crash", async (t) => {
  await using server = await RawServer.start();
  for (const path of ["/", "/healthz", "/mcp", "/files/a"]) {
    for (const host of ["[bad", "a b", "%%", "localhost:99999", "localhost:x", "a/b", "::1", "a@b"]) {
      await t.step(`${path} for ${host}`, async () => {
        const answer = await server.send(request(`GET ${path} HTTP/1.1`, [`Host: ${host}`]));
        // Health is answered whatever the host is, as long as it is one.
        const expected = path === "/healthz" ? [200, 400, 403] : [400, 403];
        assert.ok(expected.includes(statusOf(answer)), answer);
        assert.match(answer, /x-content-type-options: nosniff/i);
        assert.match(answer, /\r\n\r\n\{"/);
      });
    }
  }
  assert.equal(server.app.logged.filter(({ msg }) => msg === "bug").length, 0);
});

Deno.test("odd request lines are answered, and none of them reaches a file or crashes", async (t) => {
  await using server = await RawServer.start();
  const lines: Record<string, readonly number[]> = {
    "OPTIONS * HTTP/1.1": [404],
    "GET // HTTP/1.1": [404],
    "GET //etc/passwd HTTP/1.1": [404],
    "GET /../../etc/passwd HTTP/1.1": [404],
    "GET /files/../../../etc/passwd HTTP/1.1": [404],
    "GET /files//etc/passwd HTTP/1.1": [403, 404],
    "GET /files/%00 HTTP/1.1": [400],
    "GET http://evil.com/ HTTP/1.1": [200],
    "GET http://[bad/ HTTP/1.1": [400],
    "GET /\u00fc HTTP/1.1": [400, 404],
    "FOO /mcp HTTP/1.1": [405],
    "GET / HTTP/9.9": [400, 505],
    "nonsense": [400],
  };
  for (const [line, statuses] of Object.entries(lines)) {
    await t.step(line, async () => {
      const answer = await server.send(request(line, ["Host: localhost"]));
      assert.ok(statuses.includes(statusOf(answer)), answer);
      assert.doesNotMatch(answer, /root:/);
    });
  }
  assert.equal(server.app.logged.filter(({ msg }) => msg === "bug").length, 0);
});

Deno.test("two Host headers are refused, and HTTP/1.0 without one is served", async () => {
  await using server = await RawServer.start();
  const two = await server.send(request("GET / HTTP/1.1", ["Host: localhost", "Host: evil.com"]));
  assert.ok([400, 403].includes(statusOf(two)), two);
  assert.equal(statusOf(await server.send("GET / HTTP/1.0\r\n\r\n")), 200);
});

Deno.test("HEAD answers headers alone, on every route", async () => {
  await using server = await RawServer.start();
  for (const path of ["/", "/healthz", "/readyz", "/mcp", "/files/missing", "/nope"]) {
    const answer = await server.send(request(`HEAD ${path} HTTP/1.1`, ["Host: localhost"]));
    assert.match(answer, /^HTTP\/1\.1 \d{3} /);
    assert.ok(answer.endsWith("\r\n\r\n"), answer);
  }
});

Deno.test("a body beyond the limit is refused over a socket too, and the answer arrives", async () => {
  await using server = await RawServer.start({ MCP_MAX_BODY_BYTES: "1024" });
  const headers = ["Host: localhost", "Content-Type: application/json"];
  const declared = request("POST /mcp HTTP/1.1", [...headers, "Content-Length: 1000000"]);
  // The server answers, and waits for the rest before it closes: the answer is what counts.
  const answered = /\r\n\r\n\{.*\}$/;
  assert.equal(
    statusOf(await server.sendUntil(answered, declared)),
    413,
    "before the first byte of the body",
  );
  const chunk = `400\r\n${"x".repeat(1024)}\r\n`;
  const chunked = request("POST /mcp HTTP/1.1", [...headers, "Transfer-Encoding: chunked"]);
  const answer = await server.sendUntil(answered, chunked, chunk, chunk);
  assert.equal(statusOf(answer), 413, "in the middle, though more could come");
});

Deno.test("one connection carries several requests, an error among them", async () => {
  await using server = await RawServer.start();
  const body = `{"jsonrpc":"2.0","id":7,"method":"ping"}`;
  const post = (text: string) =>
    `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
  const answers = await server.send(
    post(body),
    post("{"),
    post(body),
    request("GET /healthz HTTP/1.1", ["Host: x"]),
  );
  assert.deepEqual(Array.from(answers.matchAll(/HTTP\/1\.1 (\d{3})/g), ([, status]) => status), [
    "200",
    "400",
    "200",
    "200",
  ]);
});
