/** Waits for things that arrive, and no longer than so long. One timer serves all of them: most arrive at once. */
import { BODY_TIMEOUT_MS } from "../core/limits.ts";

/** It took too long. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

interface Waiting {
  ticksLeft: number;
  readonly giveUp: (error: TimeoutError) => void;
}

/** Looks at those who wait so often within the time that they have. */
const TICKS = 20;

/** See the module. */
export class Patience {
  readonly #tickMs: number;
  readonly #waiting = new Set<Waiting>();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param timeoutMs How long, to a twentieth of it. @default BODY_TIMEOUT_MS */
  constructor(timeoutMs: number = BODY_TIMEOUT_MS) {
    this.#tickMs = timeoutMs / TICKS;
  }

  /**
   * What `arriving` resolves with.
   *
   * @throws {TimeoutError} When it does not arrive in time; what it does then is of no interest.
   */
  await<Value>(arriving: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { ticksLeft: TICKS, giveUp: reject };
      this.#waiting.add(waiting);
      this.#timer ??= setInterval(() => this.#tick(), this.#tickMs);
      arriving.then((value) => {
        this.#waiting.delete(waiting);
        resolve(value);
      }, (error) => {
        this.#waiting.delete(waiting);
        reject(error);
      });
    });
  }

  /** Ends the timer. Who still waits waits on. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    for (const waiting of this.#waiting) {
      if (--waiting.ticksLeft < 0) waiting.giveUp(new TimeoutError("It took too long to arrive"));
    }
    if (this.#waiting.size === 0) this.close();
  }
}
