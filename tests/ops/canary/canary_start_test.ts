/** Starting canaries again: what the first call made is the answer, however things stand by then. */
import assert from "node:assert/strict";
import { Why } from "../../../src/ops/why/why.ts";
import { ToolError } from "../../../src/core/errors.ts";
import { CanaryLab } from "../../support/canary_lab.ts";

Deno.test("a repeated start with the same key is the same canary, though it could not be started now", async () => {
  await using lab = new CanaryLab();
  const idempotencyKey = "once";
  const canaryId = await lab.start({ idempotencyKey });
  lab.policy = { gates: { production: { evals: [{ taskId: "mmlu" }] } } };
  assert.equal(await lab.start({ idempotencyKey }), canaryId);
  const refused = await lab.store.audits.of("model/chat/7", { limit: 10 });
  assert.deepEqual(refused.map(({ action }) => action), [], "nothing was refused");
  await assert.rejects(lab.start({ idempotencyKey, windowSeconds: 30 }), {
    code: "conflict",
    details: { reason: "idempotency_key_reused", canaryId },
  });
  await assert.rejects(lab.start({ modelId: "chat/8" }), { code: "conflict" });
});

Deno.test("why tells of an action that the next server takes up again", async () => {
  await using lab = new CanaryLab();
  lab.beforeGate = () => {
    throw new ToolError("unavailable", "the registry is away", { retryable: false });
  };
  const canaryId = await lab.start();
  await lab.clock.pass(30_000);
  lab.beforeGate = () => {};
  await lab.restart();
  await lab.clock.pass(1_000);
  const { narrative, status } = await new Why(lab.store).story(canaryId);
  assert.equal(status, "PROMOTED");
  assert.match(narrative, /The server took up again what the registry had not done/);
  assert.doesNotMatch(narrative, /undefined|unknown/);
});
