/** How many streams each caller has open. */

/** Counts them. */
export class OpenStreams {
  readonly #max: number;
  readonly #counts = new Map<string, number>();

  /** @param max Streams of one caller. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Whether the caller may open no more. */
  isFull(caller: string): boolean {
    return (this.#counts.get(caller) ?? 0) >= this.#max;
  }

  /** Counts one more, until the returned function is called. */
  open(caller: string): () => void {
    this.#counts.set(caller, (this.#counts.get(caller) ?? 0) + 1);
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      const left = (this.#counts.get(caller) ?? 1) - 1;
      if (left > 0) this.#counts.set(caller, left);
      else this.#counts.delete(caller);
    };
  }
}
