/** Tells at once, and then not again for a while: what comes in between is told once, at the end of it. */

/** Runs something later; what is returned calls it off. */
export type Later = (run: () => void, ms: number) => () => void;

/** See the module. */
export class QuietPeriod {
  readonly #ms: number;
  readonly #later: Later;
  readonly #tell: () => void;
  #callOff: (() => void) | undefined;
  #isWanted = false;

  constructor(parts: { ms: number; later: Later; tell: () => void }) {
    this.#ms = parts.ms;
    this.#later = parts.later;
    this.#tell = parts.tell;
  }

  /** There is something to tell. */
  touch(): void {
    if (this.#callOff !== undefined) {
      this.#isWanted = true;
      return;
    }
    this.#isWanted = false;
    this.#callOff = this.#later(() => {
      this.#callOff = undefined;
      if (this.#isWanted) this.touch();
    }, this.#ms);
    this.#tell();
  }

  /** Nothing is told any more. */
  close(): void {
    this.#callOff?.();
    this.#callOff = () => {};
  }
}
