/** What a client that sent a token hears of work that takes its time. */
import assert from "node:assert/strict";
import { PROGRESS_INTERVAL_MS } from "../../src/core/limits.ts";
import type { McpCall, Progress } from "../../src/mcp/call.ts";
import { whileTelling } from "../../src/tool.ts";
import { AppClient } from "../support/app_client.ts";
import { FakeTime } from "../support/fake_time.ts";
import type { Json } from "../support/mcp_client.ts";

Deno.test("a patch over several files tells each step to who sent a token, and nobody else", async () => {
  await using client = await AppClient.create({ git: false });
  const names = ["a", "b", "c"];
  const patch = (verb: string) =>
    [
      "*** Begin Patch",
      ...names.flatMap((name) => [`*** Add File: ${verb}/${name}`, "+one"]),
      "*** End Patch",
    ]
      .join("\n");
  const call = (verb: string, meta: Json) =>
    client.modern("tools/call", { name: "apply_patch", arguments: { patch: patch(verb) } }, { meta });
  const told = await call("x", { progressToken: "t" });
  const steps = told.messages.slice(0, -1).map(({ method, params }) => {
    assert.equal(method, "notifications/progress");
    return [params.progressToken, params.progress, params.total];
  });
  assert.deepEqual(steps, [1, 2, 3, 4, 5, 6].map((progress) => ["t", progress, 6]));
  assert.equal(told.last.result.structuredContent.files.length, 3);
  assert.equal((await call("y", {})).isStream, false);
});

Deno.test("work without steps is told every half second, growing, until it ends", async () => {
  using time = new FakeTime();
  const told: Progress[] = [];
  const call = { progress: (report: Progress) => told.push(report) } as unknown as McpCall;
  const work = Promise.withResolvers<number>();
  const telling = whileTelling(call, "Searching", () => work.promise);
  time.pass(PROGRESS_INTERVAL_MS - 1);
  assert.deepEqual(told, []);
  time.pass(2 * PROGRESS_INTERVAL_MS);
  assert.deepEqual(told, [
    { progress: 0.5, message: "Searching: 0.5 s" },
    { progress: 1, message: "Searching: 1 s" },
  ]);
  work.resolve(7);
  assert.equal(await telling, 7);
  assert.equal(time.timers, 0);
  await assert.rejects(whileTelling(call, "Searching", () => Promise.reject(new Error("no"))), /no/);
  assert.equal(time.timers, 0);
});
