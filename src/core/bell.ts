/** A wait that somebody may cut short. */
import type { Later } from "./clock.ts";

/** One who waits, for a time at most, and others who ring. A ring that nobody heard is heard by the next wait. */
export class Bell {
  readonly #later: Later;
  #hasRung = false;
  #onRing: (() => void) | undefined;

  constructor(later: Later) {
    this.#later = later;
  }

  ring(): void {
    this.#hasRung = true;
    this.#onRing?.();
  }

  /** Resolves after so many milliseconds, or at a ring. */
  async wait(ms: number): Promise<void> {
    if (!this.#hasRung) {
      await new Promise<void>((resolve) => {
        const cancel = this.#later(resolve, ms);
        this.#onRing = () => {
          cancel();
          resolve();
        };
      });
    }
    this.#hasRung = false;
    this.#onRing = undefined;
  }
}
