/**
 * Many subscribers of one topic: how long it takes until the last of them has an event, and what each of them costs,
 * beside a bare `Deno.serve` that writes to as many streams. Each server is a process of its own.
 */
import assert from "node:assert/strict";
import { startServer, type WireServer } from "./wire_process.ts";

const SERVER = new URL("live_server.ts", import.meta.url).pathname;
const WARM_UP_STREAMS = 50;
const ROUNDS = 5;
/** Connections that are opened at the same time. */
const OPENING = 50;

/** Prints the table. */
export async function benchLive(print: (line: string) => void, subscribers = 5_000): Promise<void> {
  print(`${subscribers} subscribers of one topic`);
  print(["", "KiB a subscriber", "ms to the last one (rounds)", "opened in s"].join(" | "));
  for (const kind of ["bare", "ours"]) {
    await using server = await startServer([SERVER, kind]);
    const measured = await measure(server, subscribers);
    const rounds = measured.rounds.map((ms) => ms.toFixed(0)).join(" ");
    print([kind, measured.kib.toFixed(1), rounds, (measured.openMs / 1000).toFixed(1)].join(" | "));
  }
}

async function measure(server: WireServer, subscribers: number) {
  const streams = await open(server, WARM_UP_STREAMS);
  await broadcast(server, streams);
  await settle();
  const before = residentKib(server.pid);
  const started = performance.now();
  streams.push(...await open(server, subscribers - WARM_UP_STREAMS));
  const openMs = performance.now() - started;
  await settle();
  const kib = (residentKib(server.pid) - before) / (subscribers - WARM_UP_STREAMS);
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await broadcast(server, streams));
  for (const stream of streams) stream.close();
  return { kib, rounds, openMs };
}

/** Subscribes, and waits for every opening event. */
async function open(server: WireServer, count: number): Promise<Deno.TcpConn[]> {
  const { hostname, port } = new URL(server.url);
  const request =
    `GET /sse?topic=job/* HTTP/1.1\r\nHost: ${hostname}:${port}\r\nX-API-Key: bench-key\r\n\r\n`;
  const streams: Deno.TcpConn[] = [];
  for (let opened = 0; opened < count; opened += OPENING) {
    const batch = Array.from({ length: Math.min(OPENING, count - opened) }, async () => {
      const stream = await Deno.connect({ hostname, port: Number(port) });
      await stream.write(new TextEncoder().encode(request));
      await readUntil(stream, "event: open");
      return stream;
    });
    streams.push(...await Promise.all(batch));
  }
  return streams;
}

/** One event to all: milliseconds from the request that causes it to the last subscriber that has it. */
async function broadcast(server: WireServer, streams: readonly Deno.TcpConn[]): Promise<number> {
  const params = { name: "run_eval", arguments: { taskId: "bench", configId: "bench", dryRun: true } };
  const all = Promise.all(streams.map((stream) => readUntil(stream, "event: ")));
  const started = performance.now();
  const response = await fetch(`${server.url}/mcp`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": "bench-key" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  });
  assert.ok(!(await response.text()).includes("isError"));
  await all;
  return performance.now() - started;
}

async function readUntil(stream: Deno.TcpConn, wanted: string): Promise<void> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(2048);
  for (let text = ""; !text.includes(wanted) || !text.includes("\n\n");) {
    const size = await stream.read(buffer);
    assert.ok(size !== null, `the stream ended: ${text}`);
    text += decoder.decode(buffer.subarray(0, size), { stream: true });
  }
}

/** Memory that is only touched while connections are opened is given back, or is not. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1_000));
}

function residentKib(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
}
