/** A server under pressure from the network: slow senders, dropped connections, floods; who behaves is answered at once. */
import assert from "node:assert/strict";
import { MainProcess, type MainProcessOptions, post } from "../support/main_process.ts";
import { assertSettles } from "../support/settling.ts";
import { TempRoot } from "../support/temp_repo.ts";

interface Sized {
  readonly hostname: string;
  readonly port: number;
}

function addressOf(url: string): Sized {
  const { hostname, port } = new URL(url);
  return { hostname, port: Number(port) };
}

async function serve(options: MainProcessOptions = {}) {
  const temp = await TempRoot.create({ git: false });
  await temp.write({ "a.txt": "text\n" });
  const main = new MainProcess({ ...options, env: { LUKHAS_REPO_ROOT: temp.root, MCP_LOG: "off" } });
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

/** A normal call, and its answer. */
async function call(url: string): Promise<void> {
  const response = await post(url, "tools/call", { name: "read_file", arguments: { path: "a.txt" } });
  const { result } = await response.json();
  assert.equal(result.structuredContent.text, "text\n");
}

Deno.test("200 connections that send slowly hold up nobody", async () => {
  await using server = await serve();
  await call(server.url);
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
  // Whoever is held up by them is so until the first of them is given up, seconds later.
  const givenUp = Promise.race(slow.map((connection) => connection.read(new Uint8Array(1)))).then(() =>
    "given up"
  );
  const answered = call(server.url).then(() => "answered");
  const first = await Promise.race([answered, givenUp]);
  for (const connection of slow) connection.close();
  await givenUp.catch(() => undefined);
  assert.equal(first, "answered");
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
  assert.ok(seconds > 9, `${seconds} s`);
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
  await call(server.url);
});

/** A server that says what it holds, and how to ask it. */
async function serveMeasured() {
  const entry = new URL("../support/toy_main.ts", import.meta.url).href;
  const server = await serve({ entry, flags: ["--v8-flags=--expose-gc"] });
  const measure = async () => {
    const response = await post(server.url, "tools/call", { name: "memory", arguments: {} });
    const { heap, resident } = (await response.json()).result.structuredContent;
    return { heap, resident, files: openFiles(server.main.pid) };
  };
  return Object.assign(server, { measure });
}

/** How many files and sockets a process has open; where the system does not say, none. */
function openFiles(pid: number): number {
  return Deno.build.os === "linux" ? Array.from(Deno.readDirSync(`/proc/${pid}/fd`)).length : 0;
}

Deno.test("connections that are opened and dropped by the thousand leave nothing behind", async () => {
  await using server = await serveMeasured();
  const perRound = 1_000;
  const round = async () => {
    for (let batch = 0; batch < perRound / 100; batch++) {
      const open = await Promise.all(Array.from({ length: 100 }, () => Deno.connect(addressOf(server.url))));
      await Promise.all(
        open.map((connection, index) =>
          connection.write(encoder.encode(index % 2 === 0 ? HEAD : `${HEAD}Content-Length: 100000\r\n\r\n{`))
        ),
      );
      for (const connection of open) connection.close();
    }
    await call(server.url);
  };
  // Every tenth connection that stays open, 1 KiB a connection in the heap, 16 KiB of one outside.
  const leaks = { files: perRound / 10, heap: perRound * 1024, resident: perRound * 16 * 1024 };
  await assertSettles({ round, measure: server.measure, leaks });
});

Deno.test("calls by the thousand leave nothing behind", async () => {
  await using server = await serveMeasured();
  const perRound = 320;
  const round = async () => {
    await Promise.all(Array.from({ length: 16 }, async () => {
      for (let index = 0; index < perRound / 16; index++) await call(server.url);
    }));
  };
  // Every tenth call that leaves a file open, 1 KiB a call in the heap, 16 KiB of one outside.
  const leaks = { files: perRound / 10, heap: perRound * 1024, resident: perRound * 16 * 1024 };
  await assertSettles({ round, measure: server.measure, leaks });
});
