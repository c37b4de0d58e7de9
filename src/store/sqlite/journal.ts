/** Transactions with their account: what a change is told by, in audits and events, is written with it or not at all. */
import type { Now } from "../../core/clock.ts";
import type { JsonObject } from "../../core/json.ts";
import { loadHashes } from "../../core/node_modules.ts";
import type { NewAudit } from "../audit.ts";
import { auditHash, CHAIN_START, unsealedDigest } from "../audit_chain.ts";
import type { Account } from "../change.ts";
import type { NewEvent, StoredEvent } from "../event.ts";
import { type AuditRow, toAudit } from "./audit_row.ts";
import type { Database, Statement } from "./database.ts";
import { toIso } from "./values.ts";

/** Writes an account in the transaction that is in progress. */
export type Write = (account: Account) => void;

/** See the module. */
export class Journal {
  /** Told after each transaction that has changed something. */
  onChange = () => {};
  readonly #db: Database;
  readonly #now: Now;
  readonly #listeners = new Set<(events: readonly StoredEvent[]) => void>();
  readonly #totalChanges: Statement<{ total: number }>;
  readonly #lastAudit: Statement<{ id: number; hash: string | null }>;
  readonly #lastId: Statement<{ seq: number }>;
  readonly #anchor: Statement<{ first_id: number; previous_hash: string }>;
  readonly #sealedBefore: Statement<{ id: number; hash: string }>;
  readonly #between: Statement<AuditRow>;
  readonly #insertAudit: Statement;
  readonly #insertEvent: Statement<{ id: number }>;

  constructor(db: Database, { now }: { now: Now }) {
    this.#db = db;
    this.#now = now;
    this.#totalChanges = db.prepare("SELECT total_changes() AS total");
    this.#lastAudit = db.prepare("SELECT id, hash FROM audits ORDER BY id DESC LIMIT 1");
    // The table of an older server may be one that SQLite does not count the ids of.
    this.#lastId = db.prepare(
      "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audits'), 0), " +
        "coalesce((SELECT max(id) FROM audits), 0)) AS seq",
    );
    this.#anchor = db.prepare("SELECT first_id, previous_hash FROM audit_anchor");
    this.#sealedBefore = db.prepare(
      "SELECT id, hash FROM audits WHERE hash IS NOT NULL ORDER BY id DESC LIMIT 1",
    );
    this.#between = db.prepare("SELECT * FROM audits WHERE id > :after ORDER BY id");
    this.#insertAudit = db.prepare(
      "INSERT INTO audits (id, ts, actor, action, subject, payload_json, hash) " +
        "VALUES (:id, :ts, :actor, :action, :subject, :payload, :hash)",
    );
    this.#insertEvent = db.prepare(
      "INSERT INTO events (at, subject, name, data_json) VALUES (:at, :subject, :name, :data) RETURNING id",
    );
  }

  /** One transaction. Those who watch are told of its events when it has been committed. */
  transaction<Result>(work: (write: Write) => Result): Result {
    const events: StoredEvent[] = [];
    loadHashes();
    const before = this.#totalChanges.get()?.total;
    const result = this.#db.transaction(() =>
      work((account) => {
        for (const audit of account.audits) this.#writeAudit(audit);
        for (const event of account.events) events.push(this.#writeEvent(event));
      })
    );
    if (this.#totalChanges.get()?.total !== before) this.onChange();
    if (events.length > 0) { for (const listener of this.#listeners) listener(events); }
    return result;
  }

  watch(listener: (events: readonly StoredEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #writeAudit({ actor, action, subject, payload }: NewAudit): void {
    const last = this.#lastAudit.get();
    const at = this.#now();
    const id = (this.#lastId.get()?.seq ?? 0) + 1;
    // What is undefined is not stored, so it is not hashed either.
    const stored = JSON.parse(JSON.stringify(payload)) as JsonObject;
    const row = { id, at, actor, action, subject, payload: stored };
    const hash = auditHash(last?.hash ?? this.#unsealedHead(), row);
    this.#insertAudit.run({
      id,
      ts: toIso(at),
      actor,
      action,
      subject,
      payload: JSON.stringify(stored),
      hash,
    });
  }

  /** What a row follows that comes after rows without hashes, or after none. */
  #unsealedHead(): string {
    const sealed = this.#sealedBefore.get();
    let head = sealed?.hash ?? this.#anchor.get()?.previous_hash ?? CHAIN_START;
    for (const row of this.#between.each({ after: sealed?.id ?? 0 })) {
      head = unsealedDigest(head, toAudit(row));
    }
    return head;
  }

  #writeEvent({ subject, name, data }: NewEvent): StoredEvent {
    const at = this.#now();
    const text = JSON.stringify(data);
    const id = this.#insertEvent.get({ at, subject, name, data: text })?.id ?? 0;
    return { id, at, subject, name, data: JSON.parse(text) };
  }
}
