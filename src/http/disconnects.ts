/**
 * Notices that a client has gone while its request is at work. Merely touching `Request.signal` costs a large part of
 * what a short request costs, so it is touched for requests alone that last: a signal that is asked late still fires.
 * One timer serves all of them, and runs on between two requests: setting one is no cheaper.
 */
import { DISCONNECT_WATCH_AFTER_MS } from "../core/limits.ts";

interface Watch {
  readonly request: Request;
  readonly onGone: () => void;
  /** Whether it was there when the timer fired last. */
  lasts: boolean;
  isAttached: boolean;
}

/** Every watch that is set. */
export class Disconnects {
  /** Requests whose signal has not been touched. */
  readonly #waiting = new Set<Watch>();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Calls back when the client of a request goes away; returns what ends the watch. */
  watch(request: Request, onGone: () => void): () => void {
    const watch: Watch = { request, onGone, lasts: false, isAttached: false };
    this.#waiting.add(watch);
    this.#timer ??= setInterval(() => this.#look(), DISCONNECT_WATCH_AFTER_MS);
    return () => {
      this.#waiting.delete(watch);
      if (watch.isAttached) request.signal.removeEventListener("abort", onGone);
    };
  }

  #look(): void {
    for (const watch of this.#waiting) {
      if (watch.lasts) this.#attach(watch);
      watch.lasts = true;
    }
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #attach(watch: Watch): void {
    this.#waiting.delete(watch);
    watch.isAttached = true;
    const { signal } = watch.request;
    if (signal.aborted) watch.onGone();
    else signal.addEventListener("abort", watch.onGone, { once: true });
  }
}
