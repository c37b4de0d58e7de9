/** What only a real socket shows: a client that hangs up, and bodies as HTTP frames them. */
import assert from "node:assert/strict";
import { DISCONNECT_WATCH_AFTER_MS, SHUTDOWN_GRACE_MS } from "../../src/core/limits.ts";
import { Fixture } from "../conformance/fixture.ts";
import { pause, say, tool } from "../conformance/fixture_tool.ts";
import { startServer } from "../../src/server.ts";
import { VERSION } from "../support/mcp_client.ts";

interface Served extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly fixture: Fixture;
  /** Resolves when the tool `wait` is aborted. */
  readonly aborted: Promise<void>;
  /** Resolves when it has begun. */
  readonly begun: Promise<void>;
}

function serve(): Served {
  const aborted = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const wait = tool("wait", {}, async (_, context) => {
    context.call.signal.addEventListener("abort", () => aborted.resolve());
    context.call.progress({ progress: 1 });
    begun.resolve();
    await pause(60_000, context);
    return say("never");
  });
  const fixture = new Fixture({ tools: [wait] });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, fixture.fetch);
  const { port } = server.addr;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    port,
    fixture,
    aborted: aborted.promise,
    begun: begun.promise,
    async [Symbol.asyncDispose]() {
      fixture.close();
      await server.shutdown();
      assert.deepEqual(fixture.bugs, []);
    },
  };
}

function callWait(served: Served, { meta, signal }: { meta: Record<string, unknown>; signal: AbortSignal }) {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": VERSION,
    "io.modelcontextprotocol/clientCapabilities": {},
    ...meta,
  };
  return fetch(served.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": VERSION,
      "mcp-method": "tools/call",
      "mcp-name": "wait",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "wait", _meta } }),
    signal,
  });
}

Deno.test("a stateless client that hangs up before a JSON answer aborts the tool, early and late", async () => {
  for (const after of [0, 5 * DISCONNECT_WATCH_AFTER_MS]) {
    await using served = serve();
    const leaving = new AbortController();
    const answer = callWait(served, { meta: {}, signal: leaving.signal });
    await served.begun;
    await new Promise((resolve) => setTimeout(resolve, after));
    leaving.abort();
    await assert.rejects(answer, { name: "AbortError" });
    await served.aborted;
  }
});

Deno.test("a stateless client that hangs up on a stream aborts the tool", async () => {
  await using served = serve();
  const leaving = new AbortController();
  const response = await callWait(served, { meta: { progressToken: 1 }, signal: leaving.signal });
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  leaving.abort();
  await served.aborted;
});

Deno.test("a stop does not wait for streams that have no end of their own", async () => {
  const fixture = new Fixture();
  const server = startServer({
    fetch: fixture.fetch,
    endStreams: () => fixture.endStreams(),
    close: async () => fixture.close(),
  }, { host: "127.0.0.1", port: 0 });
  const headers = { "content-type": "application/json", accept: "text/event-stream" };
  const hello = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params: {} });
  const greeted = await fetch(`${server.url}/mcp`, { method: "POST", headers, body: hello });
  await greeted.body?.cancel();
  const session = { ...headers, "mcp-session-id": greeted.headers.get("mcp-session-id") ?? "" };
  const stream = await fetch(`${server.url}/mcp`, { headers: session });
  const started = performance.now();
  await server.stop();
  assert.ok(performance.now() - started < SHUTDOWN_GRACE_MS);
  assert.match(await stream.text(), /^id: 0-0\n/);
});

/** Sends bytes as they are, and returns the status line of the answer. */
async function raw(served: Served, text: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: served.port });
  const writing = connection.write(new TextEncoder().encode(text.replaceAll("\n", "\r\n")));
  const buffer = new Uint8Array(4096);
  const size = await connection.read(buffer);
  await writing;
  return new TextDecoder().decode(buffer.subarray(0, size ?? 0)).split("\r\n")[0] ?? "";
}

const PING = `{"jsonrpc":"2.0","id":1,"method":"ping"}`;

Deno.test("a body is read with a length and in chunks, and its limit holds for both", async () => {
  await using served = serve();
  const head = `POST /mcp HTTP/1.1\nHost: 127.0.0.1\nContent-Type: application/json\nConnection: close\n`;
  const chunk = (body: string) => `${body.length.toString(16)}\n${body}\n`;
  const large = PING.padEnd(1_000_001);
  assert.match(await raw(served, `${head}Content-Length: ${PING.length}\n\n${PING}`), / 200 /);
  assert.match(await raw(served, `${head}Transfer-Encoding: chunked\n\n${chunk(PING)}0\n\n`), / 200 /);
  assert.match(await raw(served, `${head}Content-Length: 1000001\n\n`), / 413 /);
  assert.match(await raw(served, `${head}Transfer-Encoding: chunked\n\n${chunk(large)}0\n\n`), / 413 /);
  // What a transfer coding overrides is no limit.
  const both = `${head}Content-Length: 5\nTransfer-Encoding: chunked\n\n${chunk(large)}0\n\n`;
  assert.match(await raw(served, both), / (400|413) /);
});

Deno.test("a body of a socket that is not UTF-8 is a parse error", async () => {
  await using served = serve();
  const response = await fetch(served.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: new Uint8Array([0x22, 0xff, 0x22]),
  });
  assert.equal(response.status, 400);
  assert.equal((await response.json()).error.code, -32700);
});
