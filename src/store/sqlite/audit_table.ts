/** The audits, in SQLite. */
import type { Audit, AuditLog, ChainAnchor, NewAudit } from "../audit.ts";
import { CHAIN_START } from "../audit_chain.ts";
import type { Subject } from "../event.ts";
import type { TimeSpan } from "../page.ts";
import { type AuditRow, toAudit } from "./audit_row.ts";
import type { Database, Statement } from "./database.ts";
import type { Journal } from "./journal.ts";
import { toIso } from "./values.ts";

/** See the module. */
export class AuditTable implements AuditLog {
  readonly #journal: Journal;
  readonly #of: Statement<AuditRow>;
  readonly #read: Statement<AuditRow>;
  readonly #anchor: Statement<{ first_id: number; previous_hash: string }>;
  readonly #first: Statement<{ id: number | null }>;

  constructor(db: Database, journal: Journal) {
    this.#journal = journal;
    this.#of = db.prepare("SELECT * FROM audits WHERE subject = :subject ORDER BY id LIMIT :limit");
    this.#read = db.prepare(
      "SELECT * FROM audits WHERE id > :afterId AND (:from IS NULL OR ts >= :from) AND (:to IS NULL OR ts < :to) " +
        "ORDER BY id LIMIT :limit",
    );
    this.#anchor = db.prepare("SELECT first_id, previous_hash FROM audit_anchor");
    this.#first = db.prepare("SELECT min(id) AS id FROM audits");
  }

  async append(audits: readonly NewAudit[]): Promise<void> {
    this.#journal.transaction((write) => write({ audits, events: [] }));
  }

  async of(subject: Subject, { limit }: { limit: number }): Promise<readonly Audit[]> {
    return this.#of.all({ subject, limit }).map(toAudit);
  }

  async read(
    { from, to, afterId = 0, limit }: TimeSpan & { afterId?: number; limit: number },
  ): Promise<readonly Audit[]> {
    const times = { from: from === undefined ? null : toIso(from), to: to === undefined ? null : toIso(to) };
    return this.#read.all({ afterId, limit, ...times }).map(toAudit);
  }

  async anchor(): Promise<ChainAnchor | undefined> {
    const kept = this.#anchor.get();
    if (kept !== undefined) return { firstId: kept.first_id, previousHash: kept.previous_hash };
    const first = this.#first.get()?.id ?? undefined;
    return first === undefined ? undefined : { firstId: first, previousHash: CHAIN_START };
  }
}
