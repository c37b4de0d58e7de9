/** Looks at a canary: asks the monitor, lets the judge decide, and writes both down together with what follows. */
import type { Observation } from "../../adapters/slo/slo_monitor.ts";
import type { JsonObject } from "../../core/json.ts";
import type { CanaryChange } from "../../store/canary.ts";
import { looked } from "./canary_account.ts";
import { judgeMemory, judgeState, type ReadCanary } from "./canary_memory.ts";
import { isOver, type NextStep, type StepParts } from "./canary_step.ts";
import { judge, type Judgement } from "./judge.ts";
import { type Look, metricOf, remembered, tickOf } from "./look.ts";

/** A monitor may use so much of the time between two looks. */
const LOOK_SHARE = 0.5;

/** How often a canary that waits for a person is looked at, at most: for a breach alone. */
const HELD_INTERVAL_MS = 60_000;

/** See the module. */
export class CanaryWatch {
  readonly #parts: Pick<StepParts, "store" | "monitor" | "now" | "newId" | "signal">;

  constructor(parts: Pick<StepParts, "store" | "monitor" | "now" | "newId" | "signal">) {
    this.#parts = parts;
  }

  /** One look. */
  async look(canary: ReadCanary): Promise<NextStep> {
    const { record, policy } = canary;
    const now = this.#parts.now();
    const observation = await this.#observe(canary, now);
    const judgement = judge(judgeState(canary), { observation, now }, policy);
    if (judgement.kind === undefined && judgement.decision === "none") {
      // Nothing was judged; a clock that was set back is remembered without a tick.
      const memory = { ...canary.memory, judge: judgeMemory(judgement.next) };
      await this.#parts.store.change(record, { state: memory }, () => ({ audits: [], events: [] }));
      return policy.intervalMs;
    }
    return await this.#record(canary, { observation, judgement, now, source: record.monitor });
  }

  async #observe({ record, policy, memory }: ReadCanary, now: number): Promise<Observation> {
    const { monitor, signal } = this.#parts;
    if (monitor.name !== record.monitor) {
      // Figures of another monitor, made-up ones perhaps, say nothing about the counts so far.
      const message =
        `Cannot measure: this canary began with the monitor "${record.monitor}", and the server has ` +
        `"${monitor.name}" now; set LUKHAS_SLO_MONITOR back, or abort the canary`;
      return { kind: "error", code: "not_measured", retryable: false, message };
    }
    const { modelId, toGate: gate } = record;
    const { windowSeconds, targets, intervalMs } = policy;
    const { startedAt } = memory.judge;
    return await monitor.observe(
      { modelId, gate, windowSeconds, targets },
      { startedAt, now, budgetMs: intervalMs * LOOK_SHARE, signal },
    );
  }

  /** Writes a look down, together with what follows from it. */
  async #record(canary: ReadCanary, look: Look): Promise<NextStep> {
    const { record, policy } = canary;
    const memory = { ...canary.memory, ...remembered(look), judge: judgeMemory(look.judgement.next) };
    const changed = await this.#parts.store.change(
      record,
      { state: memory, tick: tickOf(look), ...this.#follows(canary, look.judgement) },
      looked(metricOf(look), auditOf(look.judgement)),
    );
    if (changed === undefined || isOver(changed) || changed.phase === "promoting") return 0;
    return changed.phase === "held" ? Math.max(policy.intervalMs, HELD_INTERVAL_MS) : policy.intervalMs;
  }

  /** What a decision makes of the record. */
  #follows({ memory }: ReadCanary, { decision, reason }: Judgement): CanaryChange {
    switch (decision) {
      case "none":
        return {};
      case "hold":
        return { phase: "held", reason };
      case "promote":
        return {
          phase: "promoting",
          reason,
          intent: { actionId: this.#parts.newId(), action: "promote", fromModel: memory.baseline },
        };
      case "rollback":
        // It never touched its gate, so there is nothing to undo.
        return { phase: "rolled_back", status: "ROLLED_BACK", reason };
      default:
        return decision satisfies never;
    }
  }
}

/** The audit of a look that decided something. */
function auditOf(
  { next, decision, reason, kind, math }: Judgement,
): { action: string; payload: JsonObject } | undefined {
  const actions = { promote: "canary.promoting", rollback: "canary.rolled_back", hold: "canary.held" };
  if (decision === "none") return undefined;
  const payload = { reason, tick: next.ticks, kind, ...(math !== undefined && { math }) };
  return { action: actions[decision], payload };
}
