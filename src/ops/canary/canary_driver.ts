/**
 * Moves canaries on, one step at a time. Each step reads the record, does at most one thing to the outside world, and
 * ends in one compare-and-swap of the record; what is done to a gate is written down before. So a step may be lost,
 * repeated or raced by another, at any point, and the record still says what is to be done next.
 */
import type { Canary } from "../../store/canary.ts";
import { CANARY_ACTOR, moved } from "./canary_account.ts";
import { readCanary } from "./canary_memory.ts";
import { isOver, type NextStep, type StepParts } from "./canary_step.ts";
import { CanaryWatch } from "./canary_watch.ts";
import { GateActions } from "./gate_actions.ts";

/** See the module. */
export class CanaryDriver {
  readonly #store: StepParts["store"];
  readonly #watch: CanaryWatch;
  readonly #actions: GateActions;

  constructor(parts: StepParts) {
    this.#store = parts.store;
    this.#watch = new CanaryWatch(parts);
    this.#actions = new GateActions(parts);
  }

  /** Takes one step. Rejects only for a bug, a store that fails, or a stop. */
  async step(canaryId: string): Promise<NextStep> {
    const record = await this.#store.get(canaryId);
    if (record === undefined || isOver(record)) return undefined;
    const canary = readCanary(record);
    if (canary === undefined) return await this.#endUnreadable(record);
    switch (record.phase) {
      case "pending":
      case "observing":
      case "held":
        return await this.#watch.look(canary);
      case "promoting":
        return await this.#actions.promote(canary);
      case "rolling_back":
        return await this.#actions.restore(canary);
      case "action_failed":
      case "promoted":
      case "rolled_back":
        return undefined;
      default:
        return record.phase satisfies never;
    }
  }

  /** A canary that another server began: nobody knows any more what it was judged by. */
  async #endUnreadable(record: Canary): Promise<NextStep> {
    await this.#store.change(
      record,
      { phase: "rolled_back", status: "ROLLED_BACK", reason: "left_by_another_server" },
      moved({ actor: CANARY_ACTOR, action: "canary.rolled_back" }),
    );
    return 0;
  }
}
