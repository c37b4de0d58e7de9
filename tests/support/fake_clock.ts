/** A clock and timers that stand still until a test moves them. */
import type { Clock, Later } from "../../src/core/clock.ts";

interface Timer {
  readonly run: () => void;
  readonly due: number;
}

/** See the module. */
export class FakeClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now: number;

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  readonly now = (): number => this.#now;

  readonly elapsed = (): number => this.#now;

  /** Takes the place of `setTimeout`. */
  readonly later: Later = (run, ms) => {
    const timer = { run, due: this.#now + Math.max(0, ms) };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** Timers that are set. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Lets time go on: each timer runs when it is due, and what it starts comes to rest before the next. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = [...this.#timers].filter(({ due }) => due <= end).toSorted((a, b) => a.due - b.due)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.due);
      next.run();
      await settle();
    }
    this.#now = end;
  }

  /** Moves the time alone: what is due stays undone. */
  jump(ms: number): void {
    this.#now += ms;
  }
}

/** Whatever is under way without I/O comes to rest. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve));
}
