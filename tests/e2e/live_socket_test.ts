/** Live events over a socket: a reader that stops reading, and one that goes away. */
import assert from "node:assert/strict";
import { startServer } from "../../src/server.ts";
import { LiveReader } from "../support/live_feed.ts";
import { TestApp } from "../support/test_app.ts";

const FILLER = "x".repeat(20_000);

/** An app on a socket, and events that a test causes. */
class Served implements AsyncDisposable {
  readonly app: TestApp;
  readonly #server: ReturnType<typeof startServer>;
  #emitted = 0;

  constructor(app: TestApp) {
    this.app = app;
    const served = {
      fetch: (request: Request, connection: unknown) => app.answer(request, connection),
      close: () => Promise.resolve(),
    };
    this.#server = startServer(served, { host: "127.0.0.1", port: 0 });
  }

  get url(): string {
    return this.#server.url;
  }

  /** Commits a large event. */
  async emit(): Promise<void> {
    const gate = { name: `carrier-${++this.#emitted}`, gate: "g", modelId: "m", by: "test" };
    const event = { subject: "job/a", name: "update", data: { n: this.#emitted, filler: FILLER } } as const;
    await this.app.store.models.setGate(gate, () => ({ audits: [], events: [event] }));
  }

  async openStreams(): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return Number(/^lukhas_mcp_open_streams\{.*\} (\d+)$/m.exec(text)?.[1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop({ graceMs: 100 });
    await this.app[Symbol.asyncDispose]();
    assert.deepEqual(this.app.logged.filter(({ msg }) => msg === "bug"), []);
  }
}

async function serve(): Promise<Served> {
  return new Served(await TestApp.create({ git: false, env: { MCP_RL_BUCKET: "0" } }));
}

Deno.test("a reader that stops reading is dropped, others go on, and it comes back without a gap", async () => {
  await using served = await serve();
  const { hostname, port } = new URL(served.url);
  const silent = await Deno.connect({ hostname, port: Number(port) });
  const request = "GET /sse?topic=* HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  await silent.write(new TextEncoder().encode(request));
  await silent.read(new Uint8Array(64));
  const other = new LiveReader(await fetch(`${served.url}/sse?topic=*`));
  await other.open();
  assert.equal(await served.openStreams(), 2);
  let emitted = 0;
  for (; await served.openStreams() > 1; emitted++) {
    assert.ok(emitted < 2_000, "it is never dropped");
    await served.emit();
    assert.equal((await other.take(1))[0]?.data.n, emitted + 1);
  }
  silent.close();
  const back = new LiveReader(
    await fetch(`${served.url}/sse?topic=*`, { headers: { "last-event-id": "0" } }),
  );
  await back.open();
  const seen = await back.take(emitted);
  assert.deepEqual(seen.map(({ data }) => data.n), Array.from({ length: emitted }, (_, n) => n + 1));
  for (const reader of [other, back]) await reader.leave();
});

Deno.test("a reader that goes away is forgotten", async () => {
  await using served = await serve();
  const { hostname, port } = new URL(served.url);
  const gone = await Deno.connect({ hostname, port: Number(port) });
  await gone.write(new TextEncoder().encode("GET /sse?topic=* HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
  await gone.read(new Uint8Array(64));
  assert.equal(await served.openStreams(), 1);
  gone.close();
  for (let tries = 0; await served.openStreams() > 0; tries++) {
    assert.ok(tries < 500, "it is never forgotten");
    await served.emit();
  }
});
