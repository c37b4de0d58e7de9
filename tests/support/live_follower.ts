/** A client that follows every event of a server over its deaths, as an `EventSource` would: by the last id it has. */
import type { SeenEvent } from "./live_feed.ts";

/** See the module. */
export class LiveFollower {
  readonly seen: SeenEvent[] = [];
  /** The id of the first opening event: what came before it is nobody's business. */
  firstId: number | undefined;
  #lastId: string | undefined;
  /** Resolved and replaced with each event. */
  #news = Promise.withResolvers<void>();

  /** Reads until the connection ends, however it ends. */
  async follow(url: string): Promise<void> {
    const headers: Record<string, string> = this.#lastId === undefined
      ? {}
      : { "last-event-id": this.#lastId };
    try {
      const response = await fetch(`${url}/sse?topic=*`, { headers });
      if (response.status !== 200 || response.body === null) {
        throw new Error(`/sse answered ${response.status}: ${await response.text()}`);
      }
      await this.#read(response.body);
    } catch (error) {
      // A server that is killed cuts the connection off.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  /** Resolves once an event has come that fits, with that event. */
  async until(fits: (event: SeenEvent) => boolean): Promise<SeenEvent> {
    for (;;) {
      const found = this.seen.find(fits);
      if (found !== undefined) return found;
      await this.#news.promise;
    }
  }

  async #read(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let rest = "";
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) this.#take(block);
    }
  }

  #take(block: string): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
    const id = field("id");
    if (id === undefined) return;
    this.#lastId = id;
    const name = field("event") ?? "";
    if (name === "open") this.firstId ??= Number(id);
    else this.seen.push({ id: Number(id), name, data: JSON.parse(field("data") ?? "null") });
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}
