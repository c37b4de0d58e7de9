/** The idempotency keys, in SQLite. */
import type { Now } from "../../core/clock.ts";
import type { Created, IdempotencyKey } from "../idempotency.ts";
import type { Database, Statement } from "./database.ts";

interface KeyRow {
  readonly fingerprint: string;
  readonly record_id: string;
}

/** See the module. */
export class IdempotencyTable {
  readonly #now: Now;
  readonly #find: Statement<KeyRow>;
  readonly #keep: Statement;
  readonly #sweep: Statement;

  constructor(db: Database, { now }: { now: Now }) {
    this.#now = now;
    this.#find = db.prepare(
      "SELECT fingerprint, record_id FROM idempotency_keys " +
        "WHERE caller = :caller AND tool = :tool AND key = :key AND expires_at > :now",
    );
    this.#keep = db.prepare(
      "INSERT OR REPLACE INTO idempotency_keys (caller, tool, key, fingerprint, record_id, expires_at) " +
        "VALUES (:caller, :tool, :key, :fingerprint, :recordId, :expiresAt)",
    );
    this.#sweep = db.prepare("DELETE FROM idempotency_keys WHERE expires_at <= :now");
  }

  /**
   * What an earlier call with this key has made; undefined when there was none, or when what it made is gone. Called in
   * the transaction that keeps the key.
   */
  earlier<Kept>(
    key: IdempotencyKey | undefined,
    find: (recordId: string) => Kept | undefined,
  ): Exclude<Created<Kept>, { kind: "created" }> | undefined {
    if (key === undefined) return undefined;
    const row = this.#find.get({ ...scope(key), now: this.#now() });
    const record = row && find(row.record_id);
    if (row === undefined || record === undefined) return undefined;
    if (row.fingerprint !== key.fingerprint) return { kind: "key_reused", id: row.record_id };
    return { kind: "known", record };
  }

  keep(key: IdempotencyKey | undefined, recordId: string): void {
    if (key === undefined) return;
    const { fingerprint, lifeMs } = key;
    this.#keep.run({ ...scope(key), fingerprint, recordId, expiresAt: this.#now() + lifeMs });
  }

  /** Forgets keys that are too old. */
  sweep(): void {
    this.#sweep.run({ now: this.#now() });
  }
}

function scope({ caller, tool, key }: IdempotencyKey): { caller: string; tool: string; key: string } {
  return { caller: caller ?? "", tool, key };
}
