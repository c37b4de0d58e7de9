/** When to look at every file: soon after something has changed, and every now and then, because watchers miss things. */

/** From the first sign of a change to the sweep: most changes come in groups. */
const HURRY_MS = 150;

/** The pause after a sweep, while there is always something to look at, and how it grows with what the last one took. */
const PAUSE_PER_SWEEP = 1;
const PAUSE_MIN_MS = 400;

/** How often, when nothing gives a sign, and which share of the time that may take. */
const IDLE_MS = 30_000;
const IDLE_PER_SWEEP = 50;

/** The same without a watcher. */
const UNWATCHED_IDLE_MS = 5_000;
const UNWATCHED_IDLE_PER_SWEEP = 20;

/** How long to wait after the files could not be listed. */
const RETRY_MS = 2_000;

/** Times are those of a clock that never goes back. The first sweep is due at once. */
export class SweepSchedule {
  readonly #elapsed: () => number;
  #dueAt: number;
  #beganAt = 0;
  #endedAt = -Infinity;
  #tookMs = 0;
  /** Whether something has asked for another one since it began. */
  #isWantedAgain = false;
  #isRunning = false;
  #isWatched = true;

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
    this.#dueAt = elapsed();
  }

  /** Whether changes are told of, so that sweeps are for the rest. */
  set isWatched(isWatched: boolean) {
    this.#isWatched = isWatched;
    if (!this.#isRunning) this.#dueAt = Math.min(this.#dueAt, this.#elapsed() + this.#idleMs());
  }

  isDue(): boolean {
    return !this.#isRunning && this.#elapsed() >= this.#dueAt;
  }

  dueInMs(): number {
    return this.#isRunning ? Infinity : this.#dueAt - this.#elapsed();
  }

  /** Something has changed. */
  hurry(): void {
    if (this.#isRunning) this.#isWantedAgain = true;
    else this.#dueAt = Math.min(this.#dueAt, this.#soonest());
  }

  began(): void {
    this.#isRunning = true;
    this.#isWantedAgain = false;
    this.#beganAt = this.#elapsed();
  }

  ended(): void {
    this.#isRunning = false;
    this.#endedAt = this.#elapsed();
    this.#tookMs = this.#endedAt - this.#beganAt;
    this.#dueAt = this.#isWantedAgain ? this.#soonest() : this.#endedAt + this.#idleMs();
  }

  /** The files could not be listed. */
  failed(): void {
    this.#isRunning = false;
    this.#dueAt = this.#elapsed() + RETRY_MS;
  }

  #soonest(): number {
    const pause = Math.max(PAUSE_MIN_MS, PAUSE_PER_SWEEP * this.#tookMs);
    return Math.max(this.#elapsed() + HURRY_MS, this.#endedAt + pause);
  }

  #idleMs(): number {
    return this.#isWatched
      ? Math.max(IDLE_MS, IDLE_PER_SWEEP * this.#tookMs)
      : Math.max(UNWATCHED_IDLE_MS, UNWATCHED_IDLE_PER_SWEEP * this.#tookMs);
  }
}
