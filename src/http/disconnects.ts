/**
 * Notices that a client has gone while its request is at work. Merely touching `Request.signal` costs a large part of
 * what a short request costs, so it is touched for requests alone that last: a signal that is asked late still fires.
 */
import { DISCONNECT_WATCH_AFTER_MS } from "../core/limits.ts";

/**
 * Turns of the microtask queue after which a call is taken to wait for something outside. One that does not is over by
 * then, and was spared the timer.
 */
const PATIENCE_TURNS = 40;

interface Watch {
  readonly request: Request;
  readonly onGone: () => void;
  isAttached: boolean;
  isOver: boolean;
}

/** Every watch that is set. */
export class Disconnects {
  /** Requests whose signal has not been touched. */
  readonly #waiting = new Set<Watch>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Calls back when the client of a request goes away; returns what ends the watch. */
  watch(request: Request, onGone: () => void): () => void {
    const watch: Watch = { request, onGone, isAttached: false, isOver: false };
    this.#wait(watch, PATIENCE_TURNS);
    return () => {
      watch.isOver = true;
      if (!this.#waiting.delete(watch) && !watch.isAttached) return;
      if (watch.isAttached) request.signal.removeEventListener("abort", onGone);
      if (this.#waiting.size > 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  #wait(watch: Watch, turns: number): void {
    if (watch.isOver) return;
    if (turns > 0) return void Promise.resolve().then(() => this.#wait(watch, turns - 1));
    this.#waiting.add(watch);
    this.#timer ??= setTimeout(() => this.#attach(), DISCONNECT_WATCH_AFTER_MS);
  }

  #attach(): void {
    this.#timer = undefined;
    const watches = [...this.#waiting];
    this.#waiting.clear();
    for (const watch of watches) {
      const { signal } = watch.request;
      watch.isAttached = true;
      if (signal.aborted) watch.onGone();
      else signal.addEventListener("abort", watch.onGone, { once: true });
    }
  }
}
