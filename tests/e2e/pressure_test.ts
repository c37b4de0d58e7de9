/** A server under pressure from the network: slow senders, dropped connections, floods; who behaves is answered at once. */
import assert from "node:assert/strict";
import { MainProcess, post } from "../support/main_process.ts";
import { TempRoot } from "../support/temp_repo.ts";

interface Sized {
  readonly hostname: string;
  readonly port: number;
}

function addressOf(url: string): Sized {
  const { hostname, port } = new URL(url);
  return { hostname, port: Number(port) };
}

async function serve(env: Record<string, string> = {}) {
  const temp = await TempRoot.create({ git: false });
  await temp.write({ "a.txt": "text\n" });
  const main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root, MCP_LOG: "off", ...env } });
  const url = await main.url();
  return {
    main,
    url,
    async [Symbol.asyncDispose]() {
      await main[Symbol.asyncDispose]();
      await temp[Symbol.asyncDispose]();
    },
  };
}

const HEAD = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
const encoder = new TextEncoder();

/** How long a normal call takes, in milliseconds. */
async function timeOfCall(url: string): Promise<number> {
  const started = performance.now();
  const response = await post(url, "tools/call", { name: "read_file", arguments: { path: "a.txt" } });
  const { result } = await response.json();
  assert.equal(result.structuredContent.text, "text\n");
  return performance.now() - started;
}

Deno.test("200 connections that send slowly hold up nobody", async () => {
  await using server = await serve();
  await timeOfCall(server.url);
  const beginnings = [
    "POST /mcp HT",
    HEAD,
    `${HEAD}Content-Length: 1000\r\n\r\n{`,
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`,
  ];
  const slow = await Promise.all(Array.from({ length: 200 }, async (_, index) => {
    const connection = await Deno.connect(addressOf(server.url));
    await connection.write(encoder.encode(beginnings[index % beginnings.length]));
    return connection;
  }));
  const times: number[] = [];
  for (let round = 0; round < 10; round++) times.push(await timeOfCall(server.url));
  for (const connection of slow) connection.close();
  const median = times.toSorted((a, b) => a - b)[5] ?? Infinity;
  assert.ok(median < 100, `a call took ${times.map(Math.round)} ms`);
});

Deno.test("a body that does not arrive is given up after ten seconds, with 408", async () => {
  await using server = await serve();
  using connection = await Deno.connect(addressOf(server.url));
  const started = performance.now();
  await connection.write(encoder.encode(`${HEAD}Content-Length: 1000\r\n\r\n{"jsonrpc"`));
  const buffer = new Uint8Array(4096);
  const count = await connection.read(buffer);
  const seconds = (performance.now() - started) / 1000;
  assert.match(new TextDecoder().decode(buffer.subarray(0, count ?? 0)), /^HTTP\/1\.1 408 /);
  assert.ok(seconds > 9 && seconds < 13, `${seconds} s`);
});

Deno.test("headers beyond all measure are refused by the runtime, and the server goes on", async () => {
  await using server = await serve();
  for (const filler of [`X-Long: ${"x".repeat(2_000_000)}\r\n`, "X-Many: 1\r\n".repeat(5_000)]) {
    using connection = await Deno.connect(addressOf(server.url));
    const answer = (async () => {
      const buffer = new Uint8Array(4096);
      const count = await connection.read(buffer).catch(() => null);
      return new TextDecoder().decode(buffer.subarray(0, count ?? 0));
    })();
    // The server may close before all of it is sent.
    await new Blob([HEAD, filler, "\r\n"]).stream().pipeTo(connection.writable, { preventClose: true }).catch(
      () => {},
    );
    assert.match(await answer, /^(HTTP\/1\.1 4\d\d |$)/);
  }
  assert.ok(await timeOfCall(server.url) < 1_000);
});

/** Resident memory in MiB, where the system says. */
async function residentMiB(pid: number): Promise<number | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

Deno.test("2,000 connections that are opened and dropped leave no memory behind", async () => {
  await using server = await serve();
  const round = async () => {
    for (let batch = 0; batch < 20; batch++) {
      const open = await Promise.all(Array.from({ length: 100 }, () => Deno.connect(addressOf(server.url))));
      await Promise.all(
        open.map((connection, index) =>
          connection.write(encoder.encode(index % 2 === 0 ? HEAD : `${HEAD}Content-Length: 100000\r\n\r\n{`))
        ),
      );
      for (const connection of open) connection.close();
    }
    await timeOfCall(server.url);
  };
  await round();
  const before = await residentMiB(server.main.pid);
  for (let count = 0; count < 3; count++) await round();
  const after = await residentMiB(server.main.pid);
  if (before === undefined || after === undefined) return;
  assert.ok(after - before < 30, `from ${before.toFixed(1)} to ${after.toFixed(1)} MiB`);
});

Deno.test("an hour's worth of calls in a few seconds leaves no memory behind", async () => {
  await using server = await serve();
  // 3,600 calls are one a second for an hour.
  const load = async (calls: number) => {
    await Promise.all(Array.from({ length: 16 }, async () => {
      for (let index = 0; index < calls / 16; index++) await timeOfCall(server.url);
    }));
  };
  await load(800);
  const before = await residentMiB(server.main.pid);
  await load(3_600);
  const after = await residentMiB(server.main.pid);
  if (before === undefined || after === undefined) return;
  assert.ok(after - before < 30, `from ${before.toFixed(1)} to ${after.toFixed(1)} MiB`);
});
