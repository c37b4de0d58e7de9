/** Counts what was handed on and is not done with, so that whoever hands on can wait until there is room for more. */

/** See the module. */
export class Backlog {
  readonly #max: number;
  #count = 0;
  #room: PromiseWithResolvers<void> | undefined;

  /** @param max How much may be under way before there is no room. */
  constructor(max: number) {
    this.#max = max;
  }

  /** One more was handed on, room or not. */
  add(): void {
    this.#count++;
  }

  /** One of them is done with. */
  done(): void {
    this.#count = Math.max(0, this.#count - 1);
    if (this.#count >= this.#max) return;
    this.#room?.resolve();
    this.#room = undefined;
  }

  /** Resolves when there is room: at once, where there is. */
  async room(): Promise<void> {
    while (this.#count >= this.#max) await (this.#room ??= Promise.withResolvers()).promise;
  }
}
