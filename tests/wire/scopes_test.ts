/** Scopes of keys: what a key is not good for it does not see, and is refused with the scope that it lacks. */
import assert from "node:assert/strict";
import { type Scope, SCOPES } from "../../src/core/scope.ts";
import { TOOLS } from "../../tools/registry.ts";
import { EdgeApp } from "../support/edge_app.ts";
import { TAKES_TASKS } from "../support/mcp_client.ts";

const KEYS: Record<string, readonly Scope[] | undefined> = {
  plain: undefined,
  reader: ["read"],
  writer: ["write"],
  operator: ["ops"],
  both: ["read", "write"],
};

async function withKeys(): Promise<EdgeApp> {
  return await EdgeApp.create({ keys: KEYS, git: true });
}

const rpc = (method: string, params: unknown = {}) => ({ jsonrpc: "2.0", id: 1, method, params });

Deno.test("tools/list shows the tools that the key is good for, in their order, search and fetch first", async () => {
  await using app = await withKeys();
  for (const [key, scopes = SCOPES] of Object.entries(KEYS)) {
    const response = await app.post(rpc("tools/list"), { "x-api-key": key });
    const { result } = await response.json();
    const wanted = TOOLS.filter(({ scope }) => scopes.includes(scope)).map(({ name }) => name);
    assert.deepEqual(result.tools.map(({ name }: { name: string }) => name), wanted, key);
    if (scopes.includes("read")) assert.deepEqual(wanted.slice(0, 2), ["search", "fetch"]);
  }
});

Deno.test("a call outside of the scopes is 403 and -32000, names what is lacking, and does nothing", async (t) => {
  await using app = await withKeys();
  for (const [key, scopes = SCOPES] of Object.entries(KEYS)) {
    for (const { name, scope } of TOOLS.filter((tool) => !scopes.includes(tool.scope))) {
      await t.step(`${key}: ${name}`, async () => {
        const params = { name, arguments: { path: "x.txt", contents: "x" } };
        const stateless = {
          _meta: {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
          },
        };
        const headers = { "x-api-key": key };
        const answers = [
          await app.post(rpc("tools/call", params), headers),
          await app.post(rpc("tools/call", { ...params, ...stateless }), {
            ...headers,
            "mcp-protocol-version": "2026-07-28",
            "mcp-method": "tools/call",
            "mcp-name": name,
          }),
          await app.post(rpc("tools/call", params), {
            ...headers,
            accept: "text/event-stream, application/json",
          }),
        ];
        for (const response of answers) {
          assert.equal(response.status, 403);
          const { id, error } = await response.json();
          assert.deepEqual([id, error.code, error.data.scope], [1, -32000, scope]);
          assert.match(error.message, new RegExp(`"${name}".*"${scope}"`));
        }
        await assert.rejects(Deno.lstat(`${app.root.root}/x.txt`), Deno.errors.NotFound);
      });
    }
  }
});

Deno.test("a call within the scopes is answered as ever", async () => {
  await using app = await withKeys();
  const write = rpc("tools/call", { name: "write_file", arguments: { path: "a.txt", contents: "x" } });
  const read = rpc("tools/call", { name: "read_file", arguments: { path: "a.txt" } });
  for (
    const [key, message] of [["writer", write], ["both", read], ["reader", read], ["plain", read]] as const
  ) {
    const response = await app.post(message, { "x-api-key": key });
    assert.equal(response.status, 200);
    assert.equal((await response.json()).result.isError, undefined);
  }
});

Deno.test("files, as resources, in prompts, completion and /files, take the scope read", async () => {
  await using app = await withKeys();
  await app.root.write({ "a.txt": "text" });
  const messages = [
    rpc("resources/list"),
    rpc("resources/templates/list"),
    rpc("resources/read", { uri: "lukhas://file/a.txt" }),
    rpc("prompts/list"),
    rpc("prompts/get", { name: "review_changes" }),
    rpc("completion/complete", {
      ref: { type: "ref/resource", uri: "lukhas://file/{path}" },
      argument: { name: "path", value: "" },
    }),
  ];
  for (const message of messages) {
    const refused = await app.post(message, { "x-api-key": "operator" });
    assert.equal(refused.status, 403, message.method);
    assert.equal((await refused.json()).error.data.scope, "read");
    const let_in = await app.post(message, { "x-api-key": "reader" });
    assert.equal(let_in.status, 200, message.method);
    await let_in.body?.cancel();
  }
  assert.equal((await app.send("/files/a.txt", { headers: { "x-api-key": "operator" } })).status, 403);
  assert.equal(await (await app.send("/files/a.txt", { headers: { "x-api-key": "reader" } })).text(), "text");
  const ping = await app.post(rpc("ping"), { "x-api-key": "operator" });
  assert.equal(ping.status, 200);
});

Deno.test("jobs and canaries take the scope ops, whether read, watched, completed or put into a prompt", async (t) => {
  await using app = await withKeys();
  const started = await app.post(
    rpc("tools/call", { name: "run_eval", arguments: { taskId: "mmlu", configId: "chat/1", dryRun: true } }),
    { "x-api-key": "operator" },
  );
  const { jobId } = (await started.json()).result.structuredContent;
  const complete = (ref: unknown, name: string) =>
    rpc("completion/complete", { ref, argument: { name, value: "" } });
  const messages = [
    rpc("resources/read", { uri: `lukhas://job/${jobId}` }),
    rpc("resources/read", { uri: `lukhas://job/${jobId}x` }),
    rpc("resources/read", { uri: "lukhas://canary/x" }),
    rpc("prompts/get", { name: "explain_canary", arguments: { canaryId: "x" } }),
    rpc("prompts/get", { name: "plan_release", arguments: { modelId: "chat/1" } }),
    complete({ type: "ref/resource", uri: "lukhas://job/{id}" }, "id"),
    complete({ type: "ref/prompt", name: "plan_release" }, "modelId"),
  ];
  for (const message of messages) {
    await t.step(`${message.method} ${JSON.stringify(message.params)}`, async () => {
      const refused = await app.post(message, { "x-api-key": "reader" });
      assert.equal(refused.status, 403);
      const { error } = await refused.json();
      assert.equal(error.data.scope, "ops", "also what is not there: a key must not learn that");
      const letIn = await app.post(message, { "x-api-key": "operator" });
      assert.notEqual(letIn.status, 403);
      await letIn.body?.cancel();
    });
  }
  await t.step("subscriptions, in either era", async () => {
    const open = await app.post(
      rpc("initialize", { protocolVersion: "2025-11-25", capabilities: {} }),
      { "x-api-key": "reader" },
    );
    const session = { "x-api-key": "reader", "mcp-session-id": open.headers.get("mcp-session-id") ?? "" };
    const uri = `lukhas://job/${jobId}`;
    const version = "2026-07-28";
    const answers = [
      await app.post(rpc("resources/subscribe", { uri }), session),
      await app.post(
        rpc("subscriptions/listen", {
          notifications: { resourceSubscriptions: ["lukhas://repo", uri] },
          _meta: {
            "io.modelcontextprotocol/protocolVersion": version,
            "io.modelcontextprotocol/clientCapabilities": {},
          },
        }),
        { "x-api-key": "reader", "mcp-protocol-version": version, "mcp-method": "subscriptions/listen" },
      ),
    ];
    for (const refused of answers) {
      assert.equal(refused.status, 403);
      assert.equal((await refused.json()).error.data.scope, "ops");
    }
  });
});

Deno.test("a key that is lessened neither sees nor cancels the tasks that it made", async (t) => {
  await using app = await EdgeApp.create({ keys: { changing: ["read", "ops"] } });
  const version = "2026-07-28";
  const send = async (method: string, params: Record<string, unknown>) => {
    const name = params.name ?? params.taskId;
    const response = await app.post(
      rpc(method, {
        ...params,
        _meta: {
          "io.modelcontextprotocol/protocolVersion": version,
          "io.modelcontextprotocol/clientCapabilities": TAKES_TASKS,
        },
      }),
      {
        "x-api-key": "changing",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": version,
        "mcp-method": method,
        ...(typeof name === "string" && { "mcp-name": name }),
      },
    );
    return response;
  };
  const made = await send("tools/call", { name: "run_eval", arguments: { taskId: "mmlu", configId: "c/1" } });
  const { taskId } = (await made.json()).result;
  assert.equal((await send("tasks/get", { taskId })).status, 200);
  app.replaceKeys({ changing: ["read"] });
  const requests: [string, Record<string, unknown>][] = [
    ["tasks/get", { taskId }],
    ["tasks/update", { taskId, inputResponses: {} }],
    ["tasks/cancel", { taskId }],
    ["subscriptions/listen", { notifications: { taskIds: [taskId] } }],
  ];
  for (const [method, params] of requests) {
    await t.step(method, async () => {
      const refused = await send(method, params);
      assert.equal(refused.status, 403);
      assert.equal((await refused.json()).error.data.scope, "ops");
    });
  }
  app.replaceKeys({ changing: ["read", "ops"] });
  const { result } = await (await send("tasks/get", { taskId })).json();
  assert.notEqual(result.status, "cancelled");
});

Deno.test("a route takes a key with its scope", async () => {
  await using app = await withKeys();
  const scopeOf = {
    "/metrics": "ops",
    "/evidence/export?from=2026-01-01&to=2026-01-02": "ops",
    "/sse?topic=*": "ops",
  };
  for (const [path, scope] of Object.entries(scopeOf)) {
    for (const [key, scopes = SCOPES] of Object.entries(KEYS)) {
      const response = await app.send(path, { headers: { "x-api-key": key } });
      assert.equal(response.status === 403, !scopes.includes(scope as Scope), `${path} with the key ${key}`);
      await response.body?.cancel();
    }
  }
});

Deno.test("in a batch the others are answered, and the one outside of the scopes is not done", async () => {
  await using app = await withKeys();
  const batch = [
    rpc("ping"),
    rpc("tools/call", { name: "write_file", arguments: { path: "a.txt", contents: "x" } }),
  ];
  const response = await app.post(batch, { "x-api-key": "reader", "mcp-protocol-version": "2025-03-26" });
  const [first, second] = await response.json();
  assert.deepEqual(first.result, {});
  assert.equal(second.error.code, -32000);
  await assert.rejects(Deno.lstat(`${app.root.root}/a.txt`), Deno.errors.NotFound);
});

Deno.test("a key that was taken away is out with the next request, and one that was added is in", async () => {
  await using app = await withKeys();
  const status = async (key: string) => {
    const response = await app.post(rpc("ping"), { "x-api-key": key });
    await response.body?.cancel();
    return response.status;
  };
  assert.deepEqual([await status("plain"), await status("fresh")], [200, 401]);
  app.replaceKeys({ fresh: undefined });
  assert.deepEqual([await status("plain"), await status("fresh")], [401, 200]);
  app.replaceKeys({});
  assert.deepEqual([await status("plain"), await status("fresh")], [401, 401]);
});

Deno.test("what a key has open ends when the key goes, or is good for less; others' streams go on", async () => {
  const keys = { kept: undefined, gone: undefined, lessened: undefined };
  await using app = await EdgeApp.create({ keys });
  const initialize = rpc("initialize", { protocolVersion: "2025-11-25", capabilities: {} });
  const version = "2026-07-28";
  const listen = rpc("subscriptions/listen", {
    notifications: { resourcesListChanged: true },
    _meta: {
      "io.modelcontextprotocol/protocolVersion": version,
      "io.modelcontextprotocol/clientCapabilities": {},
    },
  });
  const open = async (key: string) => {
    const headers = { "x-api-key": key };
    const session = (await app.post(initialize, headers)).headers.get("mcp-session-id") ?? "";
    const streams = [
      await app.send("/mcp", {
        headers: { ...headers, "mcp-session-id": session, accept: "text/event-stream" },
      }),
      await app.post(listen, {
        ...headers,
        "mcp-protocol-version": version,
        "mcp-method": "subscriptions/listen",
      }),
    ];
    assert.deepEqual(streams.map(({ status }) => status), [200, 200]);
    return streams;
  };
  const [kept, gone, lessened] = [await open("kept"), await open("gone"), await open("lessened")];
  app.replaceKeys({ kept: undefined, lessened: ["read"] });
  for (const response of [...gone, ...lessened]) await response.text();
  for (const response of kept) {
    const reader = response.body?.getReader();
    await reader?.read();
    const next = reader?.read();
    assert.equal(await Promise.race([next, Promise.resolve("open")]), "open");
    await reader?.cancel();
  }
});
