/** A counting semaphore whose waiters are served in the order in which they came. */

interface Waiter {
  grant(): void;
}

/** At most `permits` holders at a time. `using permit = await semaphore.acquire()` gives one back by itself. */
export class Semaphore {
  #free: number;
  readonly #queue: Waiter[] = [];

  constructor(permits: number) {
    this.#free = permits;
  }

  /** Waits for a permit. Rejects with the signal's reason when it aborts first. */
  async acquire(signal?: AbortSignal): Promise<Disposable> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#wait(signal);
    let released = false;
    return {
      [Symbol.dispose]: () => {
        if (released) return;
        released = true;
        this.#release();
      },
    };
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = {
      grant() {
        signal?.removeEventListener("abort", leave);
        resolve();
      },
    };
    const leave = () => {
      const index = this.#queue.indexOf(waiter);
      if (index >= 0) this.#queue.splice(index, 1);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", leave, { once: true });
    this.#queue.push(waiter);
    return promise;
  }

  // The permit goes straight to the next in line: whoever asks in between cannot overtake.
  #release(): void {
    const next = this.#queue.shift();
    if (next) next.grant();
    else this.#free++;
  }
}
