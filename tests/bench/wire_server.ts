/**
 * One server of the wire benchmark, as a process of its own: `ours`, with a key and every tool of the server beside a
 * look-up in a store, or `bare`, which reads the body and answers a fixed text of the size that is given.
 */
import * as z from "zod";
import { createApp } from "../../src/app.ts";
import { parseConfig } from "../../src/config.ts";
import { sha256Hex } from "../../src/repo/digest.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite_store.ts";
import { later } from "../../src/timers.ts";
import { defineTool, READS } from "../../src/tool.ts";
import { TOOLS } from "../../tools/registry.ts";

const [kind, size = "0"] = Deno.args;

const records = new Map(
  Array.from({ length: 1000 }, (_, index) => [`job-${index}`, { status: "RUNNING", index }]),
);

const lookUp = defineTool({
  name: "look_up",
  title: "Look up",
  description: "Use this to look a job up",
  scope: "read",
  annotations: READS,
  input: z.strictObject({ id: z.string().max(64) }),
  output: z.object({ id: z.string(), status: z.string(), index: z.int() }),
  run: ({ id }) => Promise.resolve({ id, ...(records.get(id) ?? { status: "UNKNOWN", index: -1 }) }),
});

function ours(): (request: Request) => Promise<Response> {
  const { apiKeys: _, root: __, ...config } = parseConfig({ MCP_LOG: "off", MCP_RL_BUCKET: "1000000" });
  const root = Deno.makeTempDirSync();
  const newId = () => crypto.randomUUID();
  return createApp({
    settings: {
      config,
      root,
      reach: { read: [], write: [], net: [] },
      denied: [],
      journal: "/nowhere",
      isOpen: false,
      keys: [{ sha256: sha256Hex("bench-key") }],
      localKey: { sha256: sha256Hex("local") },
      linkSecret: new Uint8Array(32),
      git: { program: undefined, env: {} },
      store: { kind: "json", path: `${root}/.mcp-state.json` },
      version: "0.0.0",
      startedAt: 0,
    },
    tools: [...TOOLS, lookUp],
    clock: { now: () => Date.now(), elapsed: () => performance.now() },
    store: new SqliteStore({ path: ":memory:", now: () => Date.now(), newId }),
    later,
    newId,
    log: () => {},
    address: () => "http://127.0.0.1",
  }).fetch;
}

function bare(): (request: Request) => Promise<Response> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, result: "x".repeat(Math.max(0, Number(size) - 40)) });
  const init = { headers: { "content-type": "application/json" } };
  return async (request) => {
    await request.text();
    return new Response(body, init);
  };
}

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => Deno.stdout.writeSync(new TextEncoder().encode(`http://127.0.0.1:${port}\n`)),
}, kind === "ours" ? ours() : bare());
