/** The wire benchmark's server of the official SDK: a benchmark that compares with a server that refuses is worth nothing. */
import assert from "node:assert/strict";
import { startSdk } from "../bench/wire_process.ts";
import { valueOf } from "./authoring_loop.ts";
import { CLIENT_KINDS, connectClient } from "./sdk_client.ts";

const SCHEMA = { type: "object", properties: { id: { type: "string" } }, required: ["id"] };
const TOOL = {
  name: "look_up",
  title: "Look up",
  description: "Use this to look a job up",
  inputSchema: SCHEMA,
  outputSchema: SCHEMA,
  annotations: { readOnlyHint: true },
};

Deno.test("the benchmark's SDK server has the tools that it is given, and looks up", async (t) => {
  await using server = await startSdk({ tools: [TOOL, { ...TOOL, name: "other" }] });
  for (const kind of CLIENT_KINDS) {
    await t.step(kind, async () => {
      await using client = await connectClient(kind, { url: server.url });
      assert.deepEqual(await client.toolNames(), ["look_up", "other"]);
      const { status } = await valueOf(client.call("look_up", { id: "job-7" }));
      assert.equal(status, "RUNNING");
    });
  }
});
