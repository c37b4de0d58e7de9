/** A bridge and an owner that lies, hangs, or dies in the middle of an answer. */
import assert from "node:assert/strict";
import { Bridge } from "../../src/stdio/bridge.ts";

const TOKEN = "ab".repeat(32);
const CALL = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "x" } };
const JSON_TYPE = { "content-type": "application/json" };
const EVENTS = { "content-type": "text/event-stream" };

/** What an owner answers to a message, by its method; to `GET` and `DELETE` by the method of HTTP. */
type Answers = Record<string, (message: { id?: number }, request: Request) => Response | Promise<Response>>;

/** A bridge to an owner that answers as it is told, and every line that the bridge wrote. */
class Bridged implements AsyncDisposable {
  readonly lines: string[] = [];
  readonly bridge: Bridge;
  readonly #owner: Deno.HttpServer<Deno.NetAddr>;
  #written = Promise.withResolvers<void>();

  constructor(answers: Answers) {
    this.#owner = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
      const message = request.method === "POST" ? JSON.parse(await request.text()) : {};
      const answer = answers[message.method ?? request.method];
      return await answer?.(message, request) ?? new Response(null, { status: 405 });
    });
    this.bridge = new Bridge({
      owner: { url: `http://127.0.0.1:${this.#owner.addr.port}`, token: TOKEN },
      write: (line) => {
        this.lines.push(line);
        this.#written.resolve();
        this.#written = Promise.withResolvers();
      },
    });
  }

  send(message: unknown): void {
    this.bridge.receive(JSON.stringify(message));
  }

  /** Waits until so many lines were written. */
  async written(count: number): Promise<void> {
    while (this.lines.length < count) await this.#written.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.bridge.leave();
    await this.#owner.shutdown();
  }
}

function result(id: number | undefined): Response {
  return new Response(JSON.stringify({ jsonrpc: "2.0", id, result: {} }), { headers: JSON_TYPE });
}

/** A body that begins, and whose connection is cut then. */
function cutOff(text: string, headers: Record<string, string>): Response {
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
    pull: (controller) => controller.error(new Error("the owner dies here")),
  });
  return new Response(body, { headers });
}

Deno.test("what an owner that dies in the middle has begun to say is not passed on, and the call counts as sent", async (t) => {
  const cut: Record<string, () => Response> = {
    "in a JSON answer": () => cutOff(`{"jsonrpc":"2.0","id":1,"resu`, JSON_TYPE),
    "in an event": () => cutOff(`data: {"jsonrpc":"2.0","id":1,"resu`, EVENTS),
    "after an event's line": () => cutOff(`data: {"jsonrpc":"2.0","id":1,"result":{}}\n`, EVENTS),
  };
  for (const [name, answer] of Object.entries(cut)) {
    await t.step(name, async () => {
      await using bridged = new Bridged({ "tools/call": answer });
      bridged.send(CALL);
      await bridged.bridge.lost;
      const { unanswered } = bridged.bridge.leave();
      assert.deepEqual(unanswered.map(({ isUntouched }) => isUntouched), [false]);
      assert.deepEqual(bridged.lines, []);
    });
  }
});

Deno.test("what is no message of one line never reaches the client: such an owner is lost", async (t) => {
  const lies: Record<string, () => Response> = {
    "a page": () => new Response("<!doctype html>\n<p>Hello", { headers: { "content-type": "text/html" } }),
    "no JSON": () => new Response("hello", { headers: JSON_TYPE }),
    "two lines": () => new Response(`{"jsonrpc":"2.0",\n"id":1,"result":{}}`, { headers: JSON_TYPE }),
    "no JSON in an event": () => new Response("data: hello\n\n", { headers: EVENTS }),
    "two lines in an event": () =>
      new Response(`data: {"id":1,\ndata: "result":{}}\n\n`, { headers: EVENTS }),
  };
  for (const [name, answer] of Object.entries(lies)) {
    await t.step(name, async () => {
      await using bridged = new Bridged({ "tools/call": answer });
      bridged.send(CALL);
      await bridged.bridge.lost;
      assert.deepEqual(bridged.lines, []);
    });
  }
});

Deno.test("a bridge ends in time, though its owner hangs", async () => {
  const hanging = Promise.withResolvers<Response>();
  await using bridged = new Bridged({
    initialize: ({ id }) => {
      const response = result(id);
      response.headers.set("mcp-session-id", "s");
      return response;
    },
    DELETE: () => hanging.promise,
  });
  bridged.send({ jsonrpc: "2.0", id: 1, method: "initialize" });
  await bridged.written(1);
  await bridged.bridge.finish(10);
  hanging.resolve(new Response());
});

Deno.test("an owner that ends its streams may answer what it has begun before it is given up", async () => {
  const [begun, going] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let endStream = () => {};
  await using bridged = new Bridged({
    initialize: ({ id }) => {
      const response = result(id);
      response.headers.set("mcp-session-id", "s");
      return response;
    },
    "notifications/initialized": () => new Response(null, { status: 202 }),
    GET: () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode(`data: {"jsonrpc":"2.0","method":"x"}\n\n`));
            endStream = () => controller.close();
          },
        }),
        { headers: EVENTS },
      ),
    "tools/call": async ({ id }) => {
      begun.resolve();
      await going.promise;
      return result(id);
    },
  });
  bridged.send({ jsonrpc: "2.0", id: 1, method: "initialize" });
  await bridged.written(1);
  bridged.send({ jsonrpc: "2.0", method: "notifications/initialized" });
  await bridged.written(2);
  bridged.send({ ...CALL, id: 2 });
  await begun.promise;
  endStream();
  going.resolve();
  await bridged.bridge.lost;
  assert.deepEqual(bridged.bridge.leave().unanswered, []);
  assert.equal(JSON.parse(bridged.lines[2] ?? "{}").id, 2);
});

Deno.test("cancelling one request of a batch leaves the others their answers", async () => {
  const [begun, going] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await using bridged = new Bridged({
    POST: async () => {
      begun.resolve();
      await going.promise;
      return new Response(`[{"jsonrpc":"2.0","id":2,"result":{}}]`, { headers: JSON_TYPE });
    },
    "notifications/cancelled": () => new Response(null, { status: 202 }),
  });
  bridged.send([CALL, { jsonrpc: "2.0", id: 2, method: "ping" }]);
  await begun.promise;
  bridged.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
  going.resolve();
  await bridged.written(1);
  assert.deepEqual(bridged.lines, [`[{"jsonrpc":"2.0","id":2,"result":{}}]`]);
});

Deno.test("a stateless message names in Mcp-Name what its method is about, and nothing else", async () => {
  const seen: (string | null)[] = [];
  const note: Answers[string] = ({ id }, { headers }) => {
    seen.push(headers.get("mcp-name"));
    return result(id);
  };
  await using bridged = new Bridged({
    "resources/read": note,
    "tasks/get": note,
    "prompts/list": note,
    "prompts/get": note,
  });
  const _meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28" };
  const params = { name: "name", uri: "uri", taskId: "task", _meta };
  for (const [id, method] of ["resources/read", "tasks/get", "prompts/list", "prompts/get"].entries()) {
    bridged.send({ jsonrpc: "2.0", id, method, params });
    await bridged.written(id + 1);
  }
  assert.deepEqual(seen, ["uri", "task", null, "name"]);
});
