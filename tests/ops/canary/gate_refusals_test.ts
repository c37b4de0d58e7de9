/** Canaries whose registry says no, and those whose intent cannot be written down. */
import assert from "node:assert/strict";
import type { ModelRegistry } from "../../../src/adapters/registry/model_registry.ts";
import { ToolError } from "../../../src/core/errors.ts";
import { CanaryLab } from "../../support/canary_lab.ts";

Deno.test("a registry's refusal that is final ends a canary, with why", async (t) => {
  const refusals = {
    lost_race: "superseded",
    precondition_failed: "superseded",
    not_ready: "promotion_refused",
  };
  for (const [refusal, reason] of Object.entries(refusals)) {
    await t.step(refusal, async () => {
      await using lab = new CanaryLab();
      await lab.promote("chat/6");
      const canaryId = await lab.start();
      lab.beforeGate = () => {
        lab.beforeGate = () => {};
        throw new ToolError("conflict", "Cannot promote", { reason: refusal });
      };
      await lab.clock.pass(30_000);
      const { status, reason: found } = await lab.canaries.status(canaryId);
      assert.deepEqual([status, found, await lab.holder()], ["ROLLED_BACK", reason, "chat/6"]);
    });
  }
});

Deno.test("a registry elsewhere is not touched before what is to be done is written down", async () => {
  const order: string[] = [];
  let canWrite = false;
  let holder: string | null = null;
  const registry: ModelRegistry = {
    name: "mlflow",
    resolve: (modelId) => Promise.resolve(modelId),
    current: () => Promise.resolve(holder),
    promote: async ({ modelId, dryRun }) => {
      const previous = holder;
      if (dryRun) return { changed: true, previous };
      order.push("promote");
      holder = modelId;
      return { changed: true, previous };
    },
    rollback: () => Promise.resolve({ kind: "already_restored" }),
  };
  const flush = async () => {
    order.push(canWrite ? "written" : "not written");
    if (!canWrite) throw new ToolError("unavailable", "the disk is full", { retryable: true });
  };
  await using lab = new CanaryLab({ registry, flush });
  const canaryId = await lab.start();
  await lab.clock.pass(20_500);
  assert.deepEqual([order, holder], [["not written"], null]);
  canWrite = true;
  await lab.clock.pass(1_000);
  assert.deepEqual(order, ["not written", "written", "promote"]);
  assert.equal((await lab.canaries.status(canaryId)).status, "PROMOTED");
});
