/** How long to wait before something that has failed is started again: longer each time, until it has run well for a while. */

/** The first pause, and the longest one, when it fails again and again. */
const PAUSE_MS = 1_000;
const PAUSE_MAX_MS = 60_000;

/** What has run this long has started well: a failure after that has nothing to do with those before it. */
const RAN_WELL_MS = 5 * 60_000;

/** See the module. */
export class RestartPause {
  readonly #elapsed: () => number;
  #ms = PAUSE_MS;
  #startedAt = Infinity;

  /** @param elapsed Milliseconds of a clock that never goes back. */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  /** It was started. */
  started(): void {
    this.#startedAt = this.#elapsed();
  }

  /** It has failed. Returns the pause in milliseconds: what fails at every start (a full disk) fails often enough as it is. */
  failed(): number {
    if (this.#elapsed() - this.#startedAt >= RAN_WELL_MS) this.#ms = PAUSE_MS;
    const ms = this.#ms;
    this.#ms = Math.min(2 * ms, PAUSE_MAX_MS);
    return ms;
  }
}
