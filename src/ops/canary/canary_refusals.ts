/** What is said to a caller whose canary cannot be started, ended or promoted. */
import { ToolError } from "../../core/errors.ts";
import type { Canary } from "../../store/canary.ts";
import type { CanaryMemory } from "./canary_memory.ts";

/** The key was sent before with another call. */
export function keyReused(canaryId: string): ToolError {
  return new ToolError(
    "conflict",
    `Cannot start this: "idempotencyKey" was sent before with other arguments, for canary "${canaryId}"; use a new key`,
    { reason: "idempotency_key_reused", canaryId },
  );
}

/** Another canary of the model is on its way into the gate. */
export function alreadyRunning({ canaryId, modelId, toGate }: Canary): ToolError {
  return new ToolError(
    "conflict",
    `Cannot start: canary "${canaryId}" of "${modelId}" into "${toGate}" is not over; look at canary_status, or end ` +
      "it with abort_canary",
    { reason: "canary_already_running", canaryId },
  );
}

/** The gate is the canary's to change, until it is over. */
export function stillRunning({ canaryId, modelId, toGate }: Canary): ToolError {
  return new ToolError(
    "conflict",
    `Cannot promote "${modelId}": canary "${canaryId}" into "${toGate}" decides about that; wait for it, or end it ` +
      "with abort_canary first",
    { reason: "canary_running", canaryId },
  );
}

/** It is too late for an abort: how to undo the promotion. */
export function alreadyPromoted({ canaryId, modelId, toGate, intent, state }: Canary): ToolError {
  const baseline = intent?.fromModel ?? (state as CanaryMemory).baseline ?? null;
  const undo = baseline === null
    ? undefined
    : { tool: "promote_model", arguments: { modelId: baseline, gate: toGate } };
  const advice = baseline === null
    ? "no model was in the gate before"
    : `to undo it, call promote_model with modelId "${baseline}" and gate "${toGate}"`;
  return new ToolError("conflict", `Cannot abort: "${modelId}" is in gate "${toGate}" already; ${advice}`, {
    reason: "already_promoted",
    canaryId,
    ...(undo !== undefined && { undo }),
  });
}
