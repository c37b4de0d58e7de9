/** What is kept of the release loop: one port, shaped by what jobs, gates and canaries need, whatever keeps it. */
import type { AuditLog } from "./audit.ts";
import type { CanaryStore } from "./canary.ts";
import type { EventLog } from "./event.ts";
import type { JobStore } from "./job.ts";
import type { ModelStore } from "./model.ts";

/**
 * The store. Times are milliseconds since 1970, by the store's own clock (in a database that several processes share,
 * the database's): it stamps records, judges leases and the age of things, and no caller says what time it is.
 *
 * A change is one call and one transaction: the record, its audit rows and its events are all written, or none is.
 * Once the call resolves, a crash cannot lose it (where the store is a database; the JSON file is some seconds behind).
 */
export interface Store {
  readonly jobs: JobStore;
  readonly models: ModelStore;
  readonly canaries: CanaryStore;
  readonly audits: AuditLog;
  readonly events: EventLog;
  /** Where things are kept, and whether audits and events are all there or only the newest. */
  readonly kind: StoreKind;
  /** How much is kept. */
  sizes(): Promise<StoreSizes>;
  /**
   * Writes what is not written yet. Where everything is written at once, nothing happens.
   *
   * @throws {ToolError} `unavailable`, worth another try, when it could not be written.
   */
  flush(): Promise<void>;
  /** Flushes and closes. Nothing may be called after it. */
  close(): Promise<void>;
}

/** `json` keeps the newest 5,000 audits and events alone; `sqlite` keeps all. */
export type StoreKind = "json" | "sqlite";

/** How much a store keeps. */
export interface StoreSizes {
  readonly audits: number;
  readonly events: number;
  /** Of the database, its write-ahead log left out. */
  readonly bytes: number;
}
