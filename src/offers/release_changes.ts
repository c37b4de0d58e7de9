/** Tells clients when a job or a canary that they watch has changed. */
import type { Changes } from "../mcp/changes.ts";
import type { Unwatch } from "../mcp/providers.ts";
import type { EventLog, StoredEvent, Subject } from "../store/event.ts";

/** See the module. */
export class ReleaseChanges {
  readonly #changes: Changes;
  readonly #stop: () => void;
  /** Addresses by what they name, each with the number of its watches. */
  readonly #watched = new Map<Subject, Map<string, number>>();

  constructor({ changes, events }: { readonly changes: Changes; readonly events: EventLog }) {
    this.#changes = changes;
    this.#stop = events.watch((committed) => this.#tell(committed));
  }

  /** Watches one address of a subject. */
  watch(uri: string, subject: Subject): Unwatch {
    const uris = this.#watched.get(subject) ?? new Map<string, number>();
    this.#watched.set(subject, uris.set(uri, (uris.get(uri) ?? 0) + 1));
    let isOver = false;
    return () => {
      if (!isOver) this.#unwatch(uri, subject);
      isOver = true;
    };
  }

  /** Nothing is told any more. */
  close(): void {
    this.#stop();
  }

  #tell(events: readonly StoredEvent[]): void {
    // What changed several times in one commit is one news.
    for (const subject of new Set(events.map((event) => event.subject))) {
      for (const uri of this.#watched.get(subject)?.keys() ?? []) {
        this.#changes.announce({ kind: "resource", uri });
      }
    }
  }

  #unwatch(uri: string, subject: Subject): void {
    const uris = this.#watched.get(subject);
    const count = uris?.get(uri) ?? 0;
    if (count > 1) uris?.set(uri, count - 1);
    else uris?.delete(uri);
    if (uris?.size === 0) this.#watched.delete(subject);
  }
}
