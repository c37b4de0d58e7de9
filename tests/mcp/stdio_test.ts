/** The protocol over lines, without a process: sessions, streams, questions and cancellation. */
import assert from "node:assert/strict";
import { StdioTransport } from "../../src/mcp/stdio.ts";
import { Fixture } from "../conformance/fixture.ts";
import { say, tool } from "../conformance/fixture_tool.ts";

const STATELESS = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
};

// deno-lint-ignore no-explicit-any -- a test reads what it expects, and fails where that is not there.
type Message = any;

/** A client on lines that never leave the process. */
class Client {
  readonly messages: Message[] = [];
  readonly transport: StdioTransport;
  #wake = Promise.withResolvers<void>();

  constructor(fixture: Fixture, { requestsMax = 256 } = {}) {
    this.transport = new StdioTransport({
      protocol: fixture.protocol,
      requestsMax,
      write: (line) => {
        assert.ok(!line.includes("\n"));
        this.messages.push(JSON.parse(line));
        this.#wake.resolve();
        this.#wake = Promise.withResolvers<void>();
      },
      clock: { now: () => 0, elapsed: () => 0 },
      newId: () => crypto.randomUUID(),
    });
  }

  send(message: object): void {
    this.transport.receive(JSON.stringify({ jsonrpc: "2.0", ...message }));
  }

  async find(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.messages.find(fits);
      if (found !== undefined) return found;
      await this.#wake.promise;
    }
  }
}

Deno.test("StdioTransport hears what follows initialize in its session, without waiting for it", async () => {
  await using fixture = new Fixture();
  const client = new Client(fixture);
  const capabilities = { elicitation: {} };
  client.send({ id: 1, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities } });
  client.send({
    id: 2,
    method: "tools/call",
    params: { name: "test_elicitation", arguments: { message: "Who?" } },
  });
  const { id } = await client.find(({ method }) => method === "elicitation/create");
  client.send({ id, result: { action: "accept", content: { username: "ada", email: "ada@example.com" } } });
  const { result } = await client.find(({ id, method }) => id === 2 && method === undefined);
  assert.match(JSON.stringify(result), /ada/);
  fixture.changes.announce({ kind: "tools" });
  await client.find(({ method }) => method === "notifications/tools/list_changed");
});

Deno.test("StdioTransport carries several listen streams, and ends the one that is cancelled", async () => {
  await using fixture = new Fixture();
  const client = new Client(fixture);
  const listen = (id: string) => ({
    id,
    method: "subscriptions/listen",
    params: { _meta: STATELESS, notifications: { toolsListChanged: true } },
  });
  const tag = ({ params }: Message) => params?._meta?.["io.modelcontextprotocol/subscriptionId"];
  for (const id of ["a", "b"]) {
    client.send(listen(id));
    await client.find((message) => tag(message) === id);
  }
  client.send({ method: "notifications/cancelled", params: { requestId: "a" } });
  fixture.changes.announce({ kind: "tools" });
  await client.find((message) => tag(message) === "b" && message.method.endsWith("list_changed"));
  const ofA = client.messages.filter((message) => tag(message) === "a");
  assert.deepEqual(ofA.map(({ method }) => method), ["notifications/subscriptions/acknowledged"]);
  await client.transport.finish(1000);
});

for (const isModern of [false, true]) {
  const era = isModern ? "stateless" : "handshake";
  Deno.test(`StdioTransport writes nothing for a ${era} call that was cancelled, and stops its work`, async () => {
    const started = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    const slow = tool("slow", {}, async (_args, { call }) => {
      call.signal.addEventListener("abort", () => aborted.resolve());
      started.resolve();
      await aborted.promise;
      return say("too late");
    });
    await using fixture = new Fixture({ tools: [slow] });
    const client = new Client(fixture);
    const params = { protocolVersion: "2025-11-25", capabilities: {} };
    if (!isModern) client.send({ id: 1, method: "initialize", params });
    client.send({
      id: 2,
      method: "tools/call",
      params: { name: "slow", ...(isModern && { _meta: STATELESS }) },
    });
    await started.promise;
    client.send({ method: "notifications/cancelled", params: { requestId: 2 } });
    await aborted.promise;
    await client.transport.finish(1000);
    assert.deepEqual(client.messages.filter(({ id }) => id === 2), []);
  });
}

Deno.test("StdioTransport has so many requests at work and no more; the others are answered in turn, or cancelled before it", async () => {
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  let news = Promise.withResolvers<void>();
  const slow = tool("slow", {}, async ({ n }) => {
    const end = Promise.withResolvers<void>();
    begun.push(Number(n));
    ends.set(Number(n), end.resolve);
    news.resolve();
    news = Promise.withResolvers();
    await end.promise;
    return say(`${n}`);
  });
  const untilBegun = async (count: number) => {
    while (begun.length < count) await news.promise;
  };
  await using fixture = new Fixture({ tools: [slow] });
  const client = new Client(fixture, { requestsMax: 2 });
  for (const n of [1, 2, 3, 4]) {
    const params = { name: "slow", arguments: { n }, _meta: STATELESS };
    client.send({ id: n, method: "tools/call", params });
  }
  await untilBegun(2);
  client.send({ method: "notifications/cancelled", params: { requestId: 3 } });
  ends.get(2)?.();
  await client.find(({ id }) => id === 2);
  await untilBegun(3);
  assert.deepEqual(begun, [1, 2, 4], "the third was cancelled before its turn");
  ends.get(1)?.();
  ends.get(4)?.();
  await client.transport.finish(1000);
  assert.deepEqual(client.messages.map(({ id }) => id).sort(), [1, 2, 4]);
});

Deno.test("StdioTransport hears the answer to a question while every turn is taken", async () => {
  await using fixture = new Fixture();
  const client = new Client(fixture, { requestsMax: 1 });
  const capabilities = { elicitation: {} };
  client.send({ id: 1, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities } });
  const params = { name: "test_elicitation", arguments: { message: "Who?" } };
  client.send({ id: 2, method: "tools/call", params });
  client.send({ id: 3, method: "ping" });
  const { id } = await client.find(({ method }) => method === "elicitation/create");
  client.send({ id, result: { action: "accept", content: { username: "ada", email: "ada@example.com" } } });
  await client.find(({ id, method }) => id === 2 && method === undefined);
  await client.find(({ id, method }) => id === 3 && method === undefined);
});
