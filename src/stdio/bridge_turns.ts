/** Which of a client's requests the owner of the root has at one time; the others wait for their turn. */
import { Backlog } from "../core/backlog.ts";
import { BRIDGE_REQUESTS_MAX, HELD_MESSAGES_MAX } from "../core/limits.ts";
import { Semaphore } from "../core/semaphore.ts";
import type { BridgeMessage } from "./bridge_message.ts";

/** See the module. */
export class BridgeTurns {
  readonly #turns = new Semaphore(BRIDGE_REQUESTS_MAX);
  readonly #backlog = new Backlog(HELD_MESSAGES_MAX);

  /** Resolves when there is room for one more line. */
  room(): Promise<void> {
    return this.#backlog.room();
  }

  /**
   * Counts the message at once, then waits until the session that it belongs to has begun, and for its turn. It has both
   * until what is returned is disposed of.
   */
  async take({ ids, method }: BridgeMessage, begun: Promise<void> | undefined): Promise<Disposable> {
    // A stream that only listens would be counted, and keep its turn, for ever.
    const isCounted = method !== "subscriptions/listen";
    if (isCounted) this.#backlog.add();
    await begun;
    // What asks for nothing may be what others wait for: it needs no turn.
    const turn = isCounted && ids.length > 0 ? await this.#turns.acquire() : undefined;
    return {
      [Symbol.dispose]: () => {
        turn?.[Symbol.dispose]();
        if (isCounted) this.#backlog.done();
      },
    };
  }
}
