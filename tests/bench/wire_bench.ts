/**
 * Compares the wire with the official SDK on the same Deno, with the same tools, and with a bare `Deno.serve` that reads
 * the body and answers a fixed text of the size of ours. One run, interleaved rounds, medians. CPU time is the
 * server's own, and steadier than wall time on a busy machine.
 */
import assert from "node:assert/strict";
import { generateLoad, type Load, type LoadRequest } from "./load.ts";
import { startBare, startOurs, startSdk, type WireServer } from "./wire_process.ts";

const ROUNDS = 5;
const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
  "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1.0.0" },
};

/** What is compared: a request, and what a right answer holds. */
interface Case {
  readonly name: string;
  readonly request: LoadRequest;
  readonly expected: RegExp;
}

function message(method: string, params: Record<string, unknown>): string {
  return JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
}

/** The SDK answers 406 to a request that does not accept both. */
function plain(method: string, params: Record<string, unknown> = {}): LoadRequest {
  return {
    headers: {
      "content-type": "application/json",
      "accept": "application/json, text/event-stream",
      "x-api-key": "bench-key",
    },
    body: message(method, params),
  };
}

function stateless(method: string, params: Record<string, unknown> = {}): LoadRequest {
  const { headers } = plain(method);
  const protocol = { "mcp-protocol-version": "2026-07-28", "mcp-method": method };
  const name = typeof params.name === "string" ? { "mcp-name": params.name } : {};
  return {
    headers: { ...headers, ...protocol, ...name },
    body: message(method, { ...params, _meta: META }),
  };
}

const LOOK_UP = { name: "look_up", arguments: { id: "job-7" } };

const CASES: readonly Case[] = [
  { name: "tools/call", request: plain("tools/call", LOOK_UP), expected: /RUNNING/ },
  { name: "tools/call, stateless", request: stateless("tools/call", LOOK_UP), expected: /RUNNING/ },
  { name: "tools/list", request: plain("tools/list"), expected: /look_up/ },
  { name: "tools/list, stateless", request: stateless("tools/list"), expected: /look_up/ },
  { name: "server/discover", request: stateless("server/discover"), expected: /supportedVersions/ },
];

/** Requests a second, and what share of the bare server's and how many of the SDK's that is; the same by CPU time. */
const COLUMNS = [
  ...["ours/s", "bare/s", "SDK/s", "of bare", "x SDK"],
  ...["ours µs", "bare µs", "SDK µs", "of bare", "x SDK", "bytes"],
];

/** Prints the table. `seconds` is how long each measurement takes. */
export async function benchWire(
  print: (line: string) => void,
  seconds = 1,
): Promise<void> {
  await using ours = await startOurs();
  const { result } = JSON.parse(await answer(ours, plain("tools/list")));
  await using sdk = await startSdk(result);
  const load = Deno.build.os === "windows" ? "" : `, load average ${Deno.loadavg()[0]?.toFixed(2)}`;
  print(
    `${result.tools.length} tools, ${ROUNDS} rounds of ${seconds} s, medians${load}`,
  );
  print(row("", COLUMNS));
  for (const { name, request, expected } of CASES) {
    const text = await answer(ours, request);
    assert.match(text, expected);
    assert.match(await answer(sdk, request), expected);
    const bytes = new TextEncoder().encode(text).length;
    await using bare = await startBare(bytes);
    const [us, floor, them] = await measure([ours, bare, sdk], {
      ...request,
      seconds,
    });
    print(row(name, [
      us.perSecond.toFixed(0),
      floor.perSecond.toFixed(0),
      them.perSecond.toFixed(0),
      (us.perSecond / floor.perSecond).toFixed(2),
      (us.perSecond / them.perSecond).toFixed(1),
      ...[us, floor, them].map(({ cpuMicros }) => cpuMicros.toFixed(1)),
      (floor.cpuMicros / us.cpuMicros).toFixed(2),
      (them.cpuMicros / us.cpuMicros).toFixed(1),
      bytes,
    ]));
  }
}

/** Medians of each server; the servers take turns, so that what else the machine does meets all of them. */
async function measure(
  servers: readonly [WireServer, WireServer, WireServer],
  request: LoadRequest & { readonly seconds: number },
): Promise<[Load, Load, Load]> {
  const loads: [Load[], Load[], Load[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, server] of servers.entries()) {
      loads[index]?.push(await generateLoad(server, request));
    }
  }
  return [medians(loads[0]), medians(loads[1]), medians(loads[2])];
}

/** What a server answers to the request once. */
async function answer(
  server: WireServer,
  request: LoadRequest,
): Promise<string> {
  const response = await fetch(`${server.url}/mcp`, {
    method: "POST",
    ...request,
  });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return text;
}

function row(name: string, cells: readonly (string | number)[]): string {
  return `${name.padEnd(24)}${cells.map((cell) => String(cell).padStart(9)).join("")}`;
}

function medians(loads: readonly Load[]): Load {
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
  return {
    perSecond: median(loads.map(({ perSecond }) => perSecond)),
    cpuMicros: median(loads.map(({ cpuMicros }) => cpuMicros)),
  };
}
