/** The protocol without a transport: what becomes of a message, for any kind of tool and context. */
import assert from "node:assert/strict";
import { ToolError } from "../../src/core/errors.ts";
import type { Carrier } from "../../src/mcp/carrier.ts";
import { Dispatcher } from "../../src/mcp/dispatch.ts";
import { type McpTool, ToolRegistry } from "../../src/mcp/tools.ts";

interface Context {
  readonly requestId: string;
  readonly calls: unknown[];
}

function toyTool(name: string, call: McpTool<Context>["call"]): McpTool<Context> & { described: number } {
  return {
    described: 0,
    name,
    describe() {
      this.described++;
      return { name };
    },
    call,
  };
}

const record = toyTool("record", (args, { calls }) => Promise.resolve({ count: calls.push(args) }));
const refuse = toyTool("refuse", () => Promise.reject(new ToolError("busy", "Busy")));
const crash = toyTool("crash", () => Promise.reject(new RangeError("oops")));

function toyDispatcher() {
  const bugs: unknown[] = [];
  const context: Context = { requestId: "r1", calls: [] };
  const dispatcher = new Dispatcher<Context>({
    server: { name: "toy", title: "Toy", version: "1", instructions: "Play" },
    tools: new ToolRegistry([record, refuse, crash]),
    createContext: () => context,
    onBug: (error, { requestId }) => bugs.push([error, requestId]),
    clock: { now: () => 0, elapsed: () => 0 },
    newId: () => "id",
    stateSecret: new Uint8Array(32),
  });
  const carrier: Carrier = {
    requestId: "r1",
    caller: undefined,
    sessionId: undefined,
    scopes: undefined,
    acceptsStream: false,
    mayStream: true,
    headers: undefined,
    whenGone: () => () => {},
    charge: () => true,
  };
  const dispatch = (message: unknown) =>
    dispatcher.dispatch(typeof message === "string" ? message : JSON.stringify(message), carrier);
  return { bugs, context, dispatch };
}

const call = (name: string, id?: number) => ({
  jsonrpc: "2.0",
  ...(id !== undefined && { id }),
  method: "tools/call",
  params: { name, arguments: { a: 1 } },
});

Deno.test("an outcome says whether there is something to answer, and what the log may hold", async () => {
  const { dispatch } = toyDispatcher();
  const outcomes = {
    answered: await dispatch(call("record", 1)),
    failed: await dispatch(call("refuse", 2)),
    unknown: await dispatch(call("recrod", 3)),
    notified: await dispatch({ jsonrpc: "2.0", method: "notifications/cancelled" }),
    responded: await dispatch({ jsonrpc: "2.0", id: 1, result: {} }),
    broken: await dispatch("{"),
  };
  const told = Object.entries(outcomes).map(([name, { kind, facts }]) => [name, kind, facts]);
  assert.deepEqual(told, [
    ["answered", "response", { method: "tools/call", tool: "record" }],
    ["failed", "response", { method: "tools/call", tool: "refuse", error: "busy" }],
    ["unknown", "response", { method: "tools/call", error: -32602 }],
    ["notified", "accepted", { method: "notifications/cancelled" }],
    ["responded", "accepted", {}],
    ["broken", "refused", { error: -32700 }],
  ]);
});

Deno.test("a tool gets its arguments and the context of its call, and is not called by a notification", async () => {
  const { dispatch, context } = toyDispatcher();
  await dispatch(call("record"));
  assert.deepEqual(context.calls, []);
  await dispatch(call("record", 1));
  await dispatch({ jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "record" } });
  assert.deepEqual(context.calls, [{ a: 1 }, {}]);
});

Deno.test("a bug is handed on as it was thrown, with the context of its call", async () => {
  const { dispatch, bugs } = toyDispatcher();
  const outcome = await dispatch(call("crash", 1));
  assert.deepEqual(bugs, [[new RangeError("oops"), "r1"]]);
  assert.ok(outcome.kind === "response" && outcome.body.includes("r1") && !outcome.body.includes("oops"));
});

Deno.test("tools are described once, and listed in the order that they were given in", async () => {
  record.described = 0;
  const { dispatch } = toyDispatcher();
  for (let i = 0; i < 3; i++) {
    const outcome = await dispatch({ jsonrpc: "2.0", id: i, method: "tools/list" });
    assert.ok(outcome.kind === "response");
    const names = JSON.parse(outcome.body).result.tools.map(({ name }: { name: string }) => name);
    assert.deepEqual(names, ["record", "refuse", "crash"]);
  }
  assert.equal(record.described, 1);
  assert.throws(() => new ToolRegistry([record, refuse, record]), /two tools named "record"/);
});
