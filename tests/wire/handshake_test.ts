/** `initialize` and `tools/list`: what a client learns first. */
import assert from "node:assert/strict";
import { EdgeApp } from "../support/edge_app.ts";

const REVISIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/** An entry of `tools/list`, as far as it is asserted here. */
interface Entry {
  name: string;
  description: string;
  title: string;
  inputSchema: { type: string; properties: Record<string, unknown>; required?: string[] };
  outputSchema: { type: string };
  annotations: Record<string, unknown>;
}

async function listTools(app: EdgeApp): Promise<Entry[]> {
  return (await app.ask("tools/list")).result.tools;
}

Deno.test("initialize agrees on the client's revision where it is served", async () => {
  await using app = await EdgeApp.create();
  for (const protocolVersion of REVISIONS) {
    const { result } = await app.ask("initialize", { protocolVersion, capabilities: {}, clientInfo: {} });
    assert.equal(result.protocolVersion, protocolVersion);
  }
});

Deno.test("initialize offers the newest revision to a client of another one, or of none", async () => {
  await using app = await EdgeApp.create();
  for (const protocolVersion of ["1999-01-01", "2026-07-28", "", 7, null, ["2025-06-18"], undefined]) {
    const { result } = await app.ask("initialize", { protocolVersion });
    assert.equal(result.protocolVersion, "2025-11-25", String(protocolVersion));
  }
});

Deno.test("initialize names the server, its tools and how to work with them", async () => {
  await using app = await EdgeApp.create();
  const { result } = await app.ask("initialize", { protocolVersion: "2025-06-18" });
  assert.equal(result.serverInfo.name, "lukhas-mcp");
  assert.deepEqual(result.capabilities, {
    tools: {},
    resources: { subscribe: true, listChanged: true },
    prompts: {},
    completions: {},
    logging: {},
  });
  // Claude Code and others cut the instructions off at 512 characters.
  assert.ok(
    result.instructions.length > 100 && result.instructions.length <= 512,
    `${result.instructions.length}`,
  );
});

Deno.test("initialize answers plain JSON without Accept, with */* and with JSON", async () => {
  await using app = await EdgeApp.create();
  for (const accept of [undefined, "*/*", "application/json"]) {
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    const response = await app.post({ jsonrpc: "2.0", id: 1, method: "initialize", params: {} }, headers);
    const text = await response.text();
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.ok(!text.includes("\n"));
    assert.equal(JSON.parse(text).result.serverInfo.name, "lukhas-mcp");
  }
});

Deno.test("tools/list begins with search and fetch, which advertise exactly what ChatGPT looks for", async () => {
  await using app = await EdgeApp.create();
  const [search, fetch] = await listTools(app);
  assert.equal(search?.name, "search");
  assert.equal(fetch?.name, "fetch");
  assert.deepEqual(Object.keys(search?.inputSchema.properties ?? {}), ["query"]);
  assert.deepEqual(search?.inputSchema.required, ["query"]);
  assert.deepEqual(Object.keys(fetch?.inputSchema.properties ?? {}), ["id"]);
  assert.deepEqual(fetch?.inputSchema.required, ["id"]);
});

Deno.test("tools/list is the same, byte for byte, every time", async () => {
  await using app = await EdgeApp.create();
  await using other = await EdgeApp.create();
  const message = { jsonrpc: "2.0", id: 1, method: "tools/list" };
  const bytes = await (await app.post(message)).text();
  assert.equal(await (await app.post({ ...message, params: {} })).text(), bytes);
  assert.equal(await (await other.post(message)).text(), bytes);
});

Deno.test("every tool says what it is for, what it takes and gives, and states all four hints", async (t) => {
  await using app = await EdgeApp.create();
  for (const tool of await listTools(app)) {
    await t.step(tool.name, () => {
      assert.match(tool.name, /^[a-z][a-z0-9_]{0,63}$/);
      assert.ok(tool.description.length > 40, "the description is too short to choose by");
      assert.match(tool.description, /^Use this/);
      assert.equal(tool.inputSchema.type, "object");
      assert.equal(tool.outputSchema.type, "object");
      const { title, ...hints } = tool.annotations;
      assert.equal(title, tool.title);
      assert.deepEqual(Object.keys(hints).sort(), [
        "destructiveHint",
        "idempotentHint",
        "openWorldHint",
        "readOnlyHint",
      ]);
      for (const hint of Object.values(hints)) assert.equal(typeof hint, "boolean");
      assert.ok(!(hints.readOnlyHint && hints.destructiveHint), "what only reads destroys nothing");
    });
  }
});

Deno.test("no output schema forbids further fields, so that a new one breaks no client", async () => {
  await using app = await EdgeApp.create();
  for (const tool of await listTools(app)) {
    const text = JSON.stringify(tool.outputSchema);
    assert.doesNotMatch(text, /"additionalProperties":false/, tool.name);
  }
});

Deno.test("fetch promises nothing but the id, since fields may leave out the rest", async () => {
  await using app = await EdgeApp.create();
  const fetch = (await listTools(app))[1];
  assert.deepEqual((fetch?.outputSchema as { required?: string[] }).required, ["id"]);
});

Deno.test("every argument that a tool advertises is described or explains itself by its type", async () => {
  await using app = await EdgeApp.create();
  for (const { name, inputSchema } of await listTools(app)) {
    for (const [key, schema] of Object.entries(inputSchema.properties)) {
      assert.ok(
        schema !== null && Object.keys(schema as object).length > 0,
        `${name}.${key} has an empty schema`,
      );
    }
  }
});
