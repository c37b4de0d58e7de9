/**
 * One server of the benchmark of live events, as a process of its own: `ours`, the whole app with a key, or `bare`, which
 * answers every GET with a stream and writes one event to all of them on a POST.
 */
import { createApp } from "../../src/app.ts";
import { parseConfig } from "../../src/config.ts";
import { sha256Hex } from "../../src/repo/digest.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite_store.ts";
import { later } from "../../src/timers.ts";
import { TOOLS } from "../../tools/registry.ts";

function ours(): (request: Request, connection: unknown) => Promise<Response> {
  const { apiKeys: _, root: __, ...config } = parseConfig({
    MCP_LOG: "off",
    MCP_RL_BUCKET: "0",
    MCP_MAX_STREAMS: "10000",
  });
  const root = Deno.makeTempDirSync();
  const newId = () => crypto.randomUUID();
  return createApp({
    settings: {
      isOpen: false,
      journal: "/nowhere",
      denied: [],
      config,
      root,
      reach: { read: [], write: [], net: [] },
      keys: [{ sha256: sha256Hex("bench-key") }],
      localKey: { sha256: sha256Hex("local") },
      linkSecret: new Uint8Array(32),
      git: { program: undefined, env: {} },
      store: { kind: "json", path: `${root}/.mcp-state.json` },
      version: "0.0.0",
      startedAt: 0,
    },
    tools: TOOLS,
    clock: { now: () => Date.now(), elapsed: () => performance.now() },
    store: new SqliteStore({ path: ":memory:", now: () => Date.now(), newId }),
    later,
    newId,
    log: () => {},
    address: () => "http://127.0.0.1",
  }).fetch;
}

function bare(): (request: Request) => Promise<Response> {
  const encoder = new TextEncoder();
  const streams = new Set<ReadableStreamDefaultController>();
  return async (request) => {
    if (request.method === "POST") {
      const event = encoder.encode(`id: 1\nevent: queued\ndata: {"jobId":"1"}\n\n`);
      for (const stream of streams) stream.enqueue(event);
      return new Response("{}");
    }
    let own: ReadableStreamDefaultController;
    const body = new ReadableStream({
      start(controller) {
        own = controller;
        streams.add(own);
        own.enqueue(encoder.encode("event: open\ndata: {}\n\n"));
      },
      cancel: () => streams.delete(own) ? undefined : undefined,
    }, { highWaterMark: 0 });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
}

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => Deno.stdout.writeSync(new TextEncoder().encode(`http://127.0.0.1:${port}\n`)),
}, Deno.args[0] === "ours" ? ours() : bare());
