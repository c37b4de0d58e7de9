/** Intervals that pass when a test says so. */

/** Takes the place of `setInterval` and `clearInterval` until it is disposed. */
export class FakeTime implements Disposable {
  readonly #real = { setInterval: globalThis.setInterval, clearInterval: globalThis.clearInterval };
  readonly #intervals = new Map<number, { callback: () => void; ms: number; due: number }>();
  #now = 0;
  #id = 0;

  constructor() {
    const set = (callback: () => void, ms = 0) => {
      this.#intervals.set(++this.#id, { callback, ms, due: this.#now + ms });
      return this.#id;
    };
    Object.assign(globalThis, {
      setInterval: set,
      clearInterval: (id?: number) => this.#intervals.delete(id ?? 0),
    });
  }

  /** Intervals that are set. */
  get timers(): number {
    return this.#intervals.size;
  }

  pass(ms: number): void {
    this.#now += ms;
    for (const interval of this.#intervals.values()) {
      for (; interval.due <= this.#now; interval.due += interval.ms) interval.callback();
    }
  }

  [Symbol.dispose](): void {
    Object.assign(globalThis, this.#real);
  }
}
