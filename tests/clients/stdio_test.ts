/** The official SDK's clients against the server as their child, over its standard input and output. */
import assert from "node:assert/strict";
import { TempRoot } from "../support/temp_repo.ts";
import { authorAndCommit } from "./authoring_loop.ts";
import { CLIENT_KINDS, CLIENT_REVISIONS, connectClient } from "./sdk_client.ts";
import { stdioChild } from "./stdio_child.ts";

Deno.test("every client does the authoring loop over stdio, with the server as its child", async (t) => {
  for (const kind of CLIENT_KINDS) {
    await t.step(kind, async () => {
      await using temp = await TempRoot.create();
      await using client = await connectClient(kind, stdioChild(temp.root));
      assert.equal(client.serverName, "lukhas-mcp");
      assert.equal(client.revision, CLIENT_REVISIONS[kind]);
      if (client.revision === "2025-11-25") await client.ping();
      await authorAndCommit(client, "docs/client");
    });
  }
});
