/** One at a time for each name: a path that is written, a gate that is changed. */

/** Locks by name, first come first served. Unused names take no memory. */
export class NameLocks {
  readonly #tails = new Map<string, Promise<void>>();

  /** Runs `action` while every named lock is held. The names are taken in one order, so that no two calls wait for each other. */
  async hold<Result>(names: Iterable<string>, action: () => Promise<Result>): Promise<Result> {
    const releases: (() => void)[] = [];
    try {
      for (const name of [...new Set(names)].sort()) releases.push(await this.#acquire(name));
      return await action();
    } finally {
      for (const release of releases) release();
    }
  }

  async #acquire(name: string): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#tails.get(name);
    this.#tails.set(name, promise);
    await before;
    return () => {
      if (this.#tails.get(name) === promise) this.#tails.delete(name);
      resolve();
    };
  }
}
