/** Log lines: one event, one line. */
import assert from "node:assert/strict";
import { formatLogLine, lineLog, type LogEvent } from "../../src/core/log.ts";

const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

const EVENTS: readonly LogEvent[] = [
  { msg: "listening", url: "http://127.0.0.1:1", version: "1.0.0", durationMs: 80.4 },
  {
    msg: "request",
    requestId: "r1",
    route: "POST /mcp",
    method: "tools/call",
    tool: "search",
    status: 200,
    error: "busy",
    durationMs: 1.25,
    key: "0011aabb",
  },
  { msg: "request", requestId: "r2", route: "GET /healthz", status: 200, durationMs: 0.1 },
  { msg: "bug", requestId: "r3", stack: "Error: x\n    at y" },
  { msg: "note", text: "a note" },
  { msg: "stopping", reason: "SIGTERM" },
  { msg: "stopped", durationMs: 12.3 },
];

Deno.test("as JSON every event is one line that holds its time and itself", () => {
  for (const event of EVENTS) {
    const line = formatLogLine(event, { format: "json", at: AT });
    assert.ok(line !== undefined && !line.includes("\n"));
    assert.deepEqual(JSON.parse(line), { time: "2026-01-02T03:04:05.678Z", ...event });
  }
});

Deno.test("pretty lines begin with the time of day and leave out what is not there", () => {
  const lines = EVENTS.map((event) => formatLogLine(event, { format: "pretty", at: AT }));
  assert.deepEqual(lines, [
    "03:04:05.678 listening on http://127.0.0.1:1 (lukhas-mcp 1.0.0, 80 ms)",
    "03:04:05.678 POST /mcp tools/call search 200 error=busy 1.3 ms key=0011aabb",
    "03:04:05.678 GET /healthz 200 0.1 ms",
    "03:04:05.678 bug: Error: x\n    at y",
    "03:04:05.678 a note",
    "03:04:05.678 stopping: SIGTERM",
    "03:04:05.678 stopped after 12 ms",
  ]);
});

Deno.test("when the log is off, the address and a bug are still told", () => {
  const told = EVENTS.filter((event) => formatLogLine(event, { format: "off", at: AT }) !== undefined);
  assert.deepEqual(told.map(({ msg }) => msg), ["listening", "bug"]);
});

Deno.test("a log writes what is to be written, with the time of writing", () => {
  const lines: string[] = [];
  const writeLine = (line: string) => lines.push(line);
  lineLog({ format: "pretty", now: () => AT, writeLine })({ msg: "note", text: "x" });
  lineLog({ format: "off", now: () => AT, writeLine })({ msg: "note", text: "y" });
  assert.deepEqual(lines, ["03:04:05.678 x"]);
});
