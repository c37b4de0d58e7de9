/** A step of a canary: what it needs, and when the next one is to be taken. */
import type { ModelRegistry } from "../../adapters/registry/model_registry.ts";
import type { SloMonitor } from "../../adapters/slo/slo_monitor.ts";
import type { Clock, NewId } from "../../core/clock.ts";
import type { Canary, CanaryStore } from "../../store/canary.ts";

/** What drives canaries. */
export interface StepParts {
  readonly store: CanaryStore;
  /** Makes sure that what was written stays, where the store is some seconds behind. */
  readonly flush: () => Promise<void>;
  readonly registry: ModelRegistry;
  readonly monitor: SloMonitor;
  readonly now: Clock["now"];
  readonly newId: NewId;
  /** Aborted when the server stops. */
  readonly signal: AbortSignal;
}

/** When to take the next step, in milliseconds from now; undefined when there is none to take. */
export type NextStep = number | undefined;

/** Whether a canary is over. */
export function isOver({ status }: Canary): boolean {
  return status === "PROMOTED" || status === "ROLLED_BACK";
}
