/** What a canary does to its gate: promotes into it, or gives it back. Both are written down before, and may be repeated. */
import { ToolError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Canary } from "../../store/canary.ts";
import { CANARY_ACTOR, gateMoved, moved } from "./canary_account.ts";
import type { CanaryMemory, ReadCanary } from "./canary_memory.ts";
import type { NextStep, StepParts } from "./canary_step.ts";

/** Pauses before an action is tried again, in milliseconds; after the last one a person is needed. */
const RETRY_PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000];

/** Refusals of a registry that end a canary: the gate, or the model, is not what it was. */
const FINAL_REFUSALS: Readonly<Record<string, string>> = {
  precondition_failed: "superseded",
  lost_race: "superseded",
  not_ready: "promotion_refused",
};

/** See the module. */
export class GateActions {
  readonly #parts: Pick<StepParts, "store" | "flush" | "registry" | "newId" | "signal">;

  constructor(parts: Pick<StepParts, "store" | "flush" | "registry" | "newId" | "signal">) {
    this.#parts = parts;
  }

  /** Puts the model into its gate. */
  async promote(canary: ReadCanary): Promise<NextStep> {
    const { record } = canary;
    const { registry, signal } = this.#parts;
    const { modelId, toGate: gate, intent } = record;
    const fromModel = intent?.fromModel ?? null;
    // Whether the gate was changed before a crash is not known here: restoring it looks.
    if (record.abort) return await this.#rollBack(record, { fromModel, reason: "aborted_by_user" });
    try {
      await this.#writeAhead();
      await registry.promote({
        modelId,
        gate,
        dryRun: false,
        expectedCurrent: fromModel,
        idempotencyKey: intent?.actionId ?? record.canaryId,
        by: CANARY_ACTOR,
        tell: gateMoved(record, "gate.promoted"),
      }, signal);
    } catch (error) {
      return await this.#failed(canary, error);
    }
    return await this.#finishPromotion(record.canaryId, fromModel);
  }

  /** The gate is changed. An abort that was accepted meanwhile still wins. */
  async #finishPromotion(canaryId: string, fromModel: string | null): Promise<NextStep> {
    for (;;) {
      const record = await this.#parts.store.get(canaryId);
      if (record?.phase !== "promoting") return 0;
      if (record.abort) return await this.#rollBack(record, { fromModel, reason: "aborted_by_user" });
      const done = await this.#parts.store.change(
        record,
        { phase: "promoted", status: "PROMOTED", intent: null },
        moved({ actor: CANARY_ACTOR, action: "canary.promoted", payload: { previous: fromModel } }),
      );
      if (done !== undefined) return undefined;
    }
  }

  async #rollBack(
    record: Canary,
    { fromModel, reason }: { fromModel: string | null; reason: string },
  ): Promise<NextStep> {
    await this.#parts.store.change(
      record,
      {
        phase: "rolling_back",
        reason,
        intent: { actionId: this.#parts.newId(), action: "rollback", fromModel },
        state: { ...record.state, attempts: 0 },
      },
      moved({ actor: CANARY_ACTOR, action: "canary.rolling_back", payload: { restores: fromModel } }),
    );
    return 0;
  }

  /** Gives the gate back to whom it belonged, unless somebody else has taken it since. */
  async restore(canary: ReadCanary): Promise<NextStep> {
    const { record } = canary;
    const { registry, signal } = this.#parts;
    const { modelId, toGate: gate, intent } = record;
    let outcome: JsonObject;
    try {
      await this.#writeAhead();
      outcome = {
        ...await registry.rollback({
          modelId,
          gate,
          to: intent?.fromModel ?? null,
          idempotencyKey: intent?.actionId ?? record.canaryId,
          by: CANARY_ACTOR,
          tell: gateMoved(record, "gate.restored"),
        }, signal),
      };
    } catch (error) {
      return await this.#failed(canary, error);
    }
    const ended = await this.#parts.store.change(
      record,
      { phase: "rolled_back", status: "ROLLED_BACK", intent: null },
      moved({ actor: CANARY_ACTOR, action: "canary.rolled_back", payload: { gate: outcome } }),
    );
    return ended === undefined ? 0 : undefined;
  }

  /** An action came to nothing: try again, give way, or wait for a person. */
  async #failed({ record, memory }: ReadCanary, error: unknown): Promise<NextStep> {
    this.#parts.signal.throwIfAborted();
    if (!(error instanceof ToolError)) throw error;
    const refusal = error.code === "not_found"
      ? "promotion_refused"
      : FINAL_REFUSALS[String(error.details.reason)];
    if (refusal !== undefined && record.phase === "promoting") {
      const fromModel = record.intent?.fromModel ?? null;
      return await this.#rollBack(record, { fromModel, reason: refusal });
    }
    const pause = error.details.retryable === true ? RETRY_PAUSES_MS[memory.attempts] : undefined;
    const state: CanaryMemory = { ...memory, attempts: memory.attempts + 1, failure: error.message };
    const payload = { attempts: state.attempts, failure: error.message, code: error.code };
    const isOver = pause === undefined;
    const changed = await this.#parts.store.change(
      record,
      { state, ...(isOver && { phase: "action_failed" }) },
      moved({
        actor: CANARY_ACTOR,
        action: isOver ? "canary.action_failed" : "canary.action_retried",
        payload,
        note: isOver ? "action_failed" : "action_retried",
      }),
    );
    return changed === undefined ? 0 : pause;
  }

  /** A registry of its own knows nothing of the record: that one must not be lost once the gate is changed. */
  async #writeAhead(): Promise<void> {
    if (this.#parts.registry.name !== "local") await this.#parts.flush();
  }
}
