/** The official SDK's clients against the server's own process, over HTTP. */
import assert from "node:assert/strict";
import { startServerProcess } from "../../scripts/server_process.ts";
import { TempRoot } from "../support/temp_repo.ts";
import { authorAndCommit, valueOf } from "./authoring_loop.ts";
import { evaluateAndRelease } from "./release_loop.ts";
import { CLIENT_KINDS, CLIENT_REVISIONS, connectClient } from "./sdk_client.ts";

const KEY = "clients-test-key";

Deno.test("a server without a key serves every client, in the revision that it is to end up with", async (t) => {
  await using temp = await TempRoot.create();
  await using server = await startServerProcess({ root: temp.root });
  for (const [index, kind] of CLIENT_KINDS.entries()) {
    await t.step(`${kind}: the authoring loop`, async () => {
      await using client = await connectClient(kind, { url: server.url });
      assert.equal(client.serverName, "lukhas-mcp");
      assert.equal(client.revision, CLIENT_REVISIONS[kind]);
      await authorAndCommit(client, `docs/client-${index}`);
    });
  }
});

Deno.test("every client evaluates a model, lets a canary decide and is told why", async (t) => {
  await using temp = await TempRoot.create();
  await using server = await startServerProcess({ root: temp.root });
  for (const [index, kind] of CLIENT_KINDS.entries()) {
    await t.step(kind, async () => {
      await using client = await connectClient(kind, { url: server.url });
      await evaluateAndRelease(client, `model-${index}/1`);
    });
  }
});

Deno.test("a server with keys serves every client that sends one, and none that does not", async (t) => {
  await using temp = await TempRoot.create();
  await using server = await startServerProcess({ root: temp.root, env: { LUKHAS_MCP_API_KEYS: KEY } });
  const keyHeaders = [{ "x-api-key": KEY }, { authorization: `Bearer ${KEY}` }];
  for (const [index, kind] of CLIENT_KINDS.entries()) {
    await t.step(`${kind}: the authoring loop with a key`, async () => {
      const headers = keyHeaders[index % keyHeaders.length] ?? {};
      await using client = await connectClient(kind, { url: server.url, headers });
      await authorAndCommit(client, `docs/client-${index}`);
    });
    await t.step(`${kind}: refused without a key`, async () => {
      await assert.rejects(connectClient(kind, { url: server.url }), /401|Unauthorized/);
    });
  }
});

Deno.test("a session lasts until its client ends it, and a stateless client has none", async (t) => {
  await using temp = await TempRoot.create();
  await using server = await startServerProcess({ root: temp.root });
  for (const kind of CLIENT_KINDS) {
    await t.step(kind, async () => {
      const statuses = new Map<string, number>();
      await using client = await connectClient(kind, {
        url: server.url,
        fetch: async (url, init) => {
          const response = await fetch(url, init);
          statuses.set(init?.method ?? "GET", response.status);
          return response;
        },
      });
      const session = client.sessionId();
      assert.equal(
        session !== undefined,
        CLIENT_REVISIONS[kind] === "2025-11-25",
      );
      if (session === undefined) {
        // 2026-07-28 has no ping: the client does not even send it.
        await assert.rejects(client.ping(), { code: "METHOD_NOT_SUPPORTED_BY_PROTOCOL_VERSION" });
        return;
      }
      await client.ping();
      await client.endSession();
      assert.equal(statuses.get("DELETE"), 204);
      assert.equal(await statusInSession(server.url, session), 404);
    });
  }
});

/** The status of a request that names the session. */
async function statusInSession(url: string, session: string): Promise<number> {
  const response = await fetch(`${url}/mcp`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "accept": "application/json, text/event-stream",
      "mcp-protocol-version": "2025-11-25",
      "mcp-session-id": session,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }),
  });
  await response.body?.cancel();
  return response.status;
}

Deno.test("every client holds structuredContent against the output schema: a value without a field is refused", async (t) => {
  await using temp = await TempRoot.create();
  await temp.write({ "a.md": "a\n" });
  await using server = await startServerProcess({ root: temp.root });
  for (const kind of CLIENT_KINDS) {
    await t.step(kind, async () => {
      let cut = false;
      await using client = await connectClient(kind, {
        url: server.url,
        fetch: async (url, init) => {
          const response = await fetch(url, init);
          return cut ? await withoutField(response, "entries") : response;
        },
      });
      await client.toolNames();
      await valueOf(client.call("list_dir", { path: "" }));
      cut = true;
      await assert.rejects(client.call("list_dir", { path: "" }), /output schema/);
    });
  }
});

/** The same response, with a field of the structured value left out. */
async function withoutField(
  response: Response,
  field: string,
): Promise<Response> {
  const { status } = response;
  const message = JSON.parse(await response.text());
  assert.ok(Object.hasOwn(message.result.structuredContent, field));
  delete message.result.structuredContent[field];
  return new Response(JSON.stringify(message), {
    status,
    headers: { "content-type": "application/json" },
  });
}
