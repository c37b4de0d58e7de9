/** The store in an SQLite database. */
import type { NewId, Now } from "../../core/clock.ts";
import type { Store, StoreSizes } from "../store.ts";
import { AuditTable } from "./audit_table.ts";
import { CanaryTable } from "./canary_table.ts";
import { Database, type Statement } from "./database.ts";
import { EventTable } from "./event_table.ts";
import { IdempotencyTable } from "./idempotency_table.ts";
import { JobTable } from "./job_table.ts";
import { Journal } from "./journal.ts";
import { migrate } from "./migrations.ts";
import { ModelTable } from "./model_table.ts";

/** What a database is opened with. */
export interface SqliteOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  readonly now: Now;
  /** Makes the tokens of leases. */
  readonly newId: NewId;
}

/** See the module. One process has a database at a time: leases of another are void. */
export class SqliteStore implements Store {
  readonly kind = "sqlite";
  readonly jobs: JobTable;
  readonly models: ModelTable;
  readonly canaries: CanaryTable;
  readonly audits: AuditTable;
  readonly events: EventTable;
  /** For what is kept in another form than this database. */
  readonly database: Database;
  /** Where changes are told of. */
  readonly journal: Journal;
  readonly #sizes: Statement<{ audits: number; events: number; bytes: number }>;

  /**
   * Opens the database, brings it up to date, and makes it where there is none.
   *
   * @throws {Error} When it is no database, a newer server made it, or it cannot be reached; the message says so.
   */
  constructor({ path, now, newId }: SqliteOptions) {
    this.database = new Database(path);
    migrate(this.database, now);
    const journal = this.journal = new Journal(this.database, { now });
    const keys = new IdempotencyTable(this.database, { now });
    this.jobs = new JobTable(this.database, { journal, keys, now, newId });
    this.models = new ModelTable(this.database, { journal, now });
    this.canaries = new CanaryTable(this.database, { journal, keys, now });
    this.audits = new AuditTable(this.database, journal);
    this.events = new EventTable(this.database, journal);
    this.#sizes = this.database.prepare(
      "SELECT (SELECT count(*) FROM audits) AS audits, (SELECT count(*) FROM events) AS events, " +
        "(SELECT page_count * page_size FROM pragma_page_count, pragma_page_size) AS bytes",
    );
    // Whoever held them is gone.
    this.database.exec("UPDATE jobs SET lease_token = NULL, lease_until = 0 WHERE status = 'RUNNING'");
  }

  async sizes(): Promise<StoreSizes> {
    return { ...this.#sizes.get() ?? { audits: 0, events: 0, bytes: 0 } };
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {
    this.database.close();
  }
}
