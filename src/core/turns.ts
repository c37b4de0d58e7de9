/** Long work on the one thread that serves everybody: it gives way now and then, so that other requests have their turn. */

/** How long work goes on before others have their turn, in milliseconds. */
const TURN_MS = 8;

/**
 * Lets whatever waits have its turn. By a timer: requests that come in are not looked at before an immediate.
 *
 * @throws The signal's reason, when the work has been cancelled meanwhile.
 */
export async function giveWay(signal?: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal?.throwIfAborted();
}

/** Turns by time, from the moment on in which it is made. */
export class Turns {
  readonly #elapsed: () => number;
  readonly #signal: AbortSignal;
  #began: number;

  /** @param elapsed Milliseconds of a clock that only goes forward. */
  constructor(elapsed: () => number, signal: AbortSignal) {
    this.#elapsed = elapsed;
    this.#signal = signal;
    this.#began = elapsed();
  }

  /** Gives way, when the turn is over. Throws as {@linkcode giveWay} does. */
  async wait(): Promise<void> {
    if (this.#elapsed() - this.#began < TURN_MS) return;
    await giveWay(this.#signal);
    this.#began = this.#elapsed();
  }
}
