/** Collects what has changed in the index between two reports. */
import type { IndexedFacts } from "./index_store.ts";
import { type IndexReport, WAITING_MAX } from "./protocol.ts";

/** Changes that a report names; a reader is faster with all of them anew beyond that. */
const CHANGES_MAX = 1_000;

/** How it stands at the time of a report. */
export interface ReportedState extends Pick<IndexReport, "files" | "isSwept" | "wordsSequence"> {
  /** Files that the index does not have as they are. */
  readonly waiting: ReadonlySet<string>;
}

/** See the module. */
export class ReportBuilder {
  readonly #send: (report: IndexReport) => void;
  readonly #changed = new Map<string, IndexedFacts>();
  readonly #removed = new Set<string>();

  constructor(send: (report: IndexReport) => void) {
    this.#send = send;
  }

  changed(facts: IndexedFacts): void {
    this.#removed.delete(facts.path);
    this.#changed.set(facts.path, facts);
  }

  removed(path: string): void {
    this.#changed.delete(path);
    this.#removed.add(path);
  }

  /** Reports, and begins anew. */
  send({ waiting, ...state }: ReportedState): void {
    const isMany = this.#changed.size + this.#removed.size > CHANGES_MAX;
    this.#send({
      ...state,
      pending: waiting.size,
      waiting: [...waiting.values().take(WAITING_MAX)],
      changed: isMany ? null : [...this.#changed.values()],
      removed: isMany ? [] : [...this.#removed],
    });
    this.#changed.clear();
    this.#removed.clear();
  }
}
