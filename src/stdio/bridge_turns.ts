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
   * Waits for the message's turn, which ends when it is disposed of. A stream that only listens would keep its turn for
   * ever, and what asks for nothing may be what others wait for: those need none.
   */
  async take({ ids, method }: BridgeMessage): Promise<Disposable | undefined> {
    if (ids.length === 0 || method === "subscriptions/listen") return undefined;
    this.#backlog.add();
    const turn = await this.#turns.acquire();
    return {
      [Symbol.dispose]: () => {
        turn[Symbol.dispose]();
        this.#backlog.done();
      },
    };
  }
}
