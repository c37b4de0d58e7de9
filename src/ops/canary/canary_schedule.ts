/** When each canary takes its next step: one timer a canary, and never two steps of one at the same time. */
import type { Later } from "../../core/clock.ts";
import type { NextStep } from "./canary_step.ts";

/** What a schedule is made of. */
export interface ScheduleParts {
  readonly step: (canaryId: string) => Promise<NextStep>;
  readonly later: Later;
  /** Told of a step that rejected, which is a bug of ours or a store that fails. */
  readonly onBug: (error: unknown) => void;
}

/** How long a canary rests after a step that rejected. */
const REST_MS = 30_000;

interface Entry {
  cancel: () => void;
  /** The step that is under way. */
  running: Promise<void> | undefined;
  /** Whether another step is wanted right after it. */
  isWanted: boolean;
}

/** See the module. */
export class CanarySchedule {
  readonly #parts: ScheduleParts;
  readonly #entries = new Map<string, Entry>();
  #isClosed = false;

  constructor(parts: ScheduleParts) {
    this.#parts = parts;
  }

  /** Takes a step of a canary in `ms` milliseconds, in place of the step that was to come. */
  plan(canaryId: string, ms: number): void {
    if (this.#isClosed) return;
    const entry = this.#entries.get(canaryId) ?? { cancel: () => {}, running: undefined, isWanted: false };
    this.#entries.set(canaryId, entry);
    if (entry.running !== undefined) {
      entry.isWanted = true;
      return;
    }
    entry.cancel();
    entry.cancel = this.#parts.later(() => void this.#run(canaryId, entry), ms);
  }

  /** Steps on until the canary waits for something, or is over. */
  async settle(canaryId: string): Promise<void> {
    this.plan(canaryId, 0);
    const entry = this.#entries.get(canaryId);
    if (entry === undefined) return;
    entry.cancel();
    await (entry.running ?? this.#run(canaryId, entry));
  }

  /** Takes no further step, and waits for those that are under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { cancel } of this.#entries.values()) cancel();
    await Promise.all([...this.#entries.values()].map(({ running }) => running));
    this.#entries.clear();
  }

  #run(canaryId: string, entry: Entry): Promise<void> {
    return entry.running = this.#stepOn(canaryId, entry);
  }

  /** Steps that follow at once are taken at once. */
  async #stepOn(canaryId: string, entry: Entry): Promise<void> {
    let next: NextStep;
    do {
      entry.isWanted = false;
      next = await this.#parts.step(canaryId).catch((error) => this.#rest(error));
    } while (!this.#isClosed && (entry.isWanted || next === 0));
    // In the same turn as the last look at `isWanted`: nobody can want a step that is not taken.
    entry.running = undefined;
    if (this.#isClosed) return;
    if (next === undefined) this.#entries.delete(canaryId);
    else entry.cancel = this.#parts.later(() => void this.#run(canaryId, entry), next);
  }

  #rest(error: unknown): number {
    if (!this.#isClosed) this.#parts.onBug(error);
    return REST_MS;
  }
}
