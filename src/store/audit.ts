/** Audits: who did what to which job, model or canary, and why. Append-only, each row sealed by the hash of the one before. */
import type { JsonObject } from "../core/json.ts";
import type { Subject } from "./event.ts";
import type { TimeSpan } from "./page.ts";

/** An audit row, before it is written. */
export interface NewAudit {
  /** The fingerprint of a key, `local` where nobody needs one, or a part of the server (`canary`, `jobs`). */
  readonly actor: string;
  /** What was done, as `run_eval` or `canary.rolled_back`. */
  readonly action: string;
  /** What it was done to; null where it is about none of them. */
  readonly subject: Subject | null;
  readonly payload: JsonObject;
}

/** An audit row. */
export interface Audit extends NewAudit {
  /** Grows by one with each row. */
  readonly id: number;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  /** SHA-256 in hexadecimal over the row and the hash before; null for rows of a server that had no chain. */
  readonly hash: string | null;
}

/** What the first row that is still there is chained to. */
export interface ChainAnchor {
  /** The first row whose hash can be checked. */
  readonly firstId: number;
  /** The hash that this row follows. */
  readonly previousHash: string;
}

/** See the module. */
export interface AuditLog {
  /** Writes rows that go with no change, such as a refusal. */
  append(audits: readonly NewAudit[]): Promise<void>;
  /** The rows about one job, model or canary, oldest first. */
  of(subject: Subject, options: { readonly limit: number }): Promise<readonly Audit[]>;
  /** Rows in the order of their ids, of a time span: the next `limit` of them after `afterId`. */
  read(range: TimeSpan & { readonly afterId?: number; readonly limit: number }): Promise<readonly Audit[]>;
  /** Undefined while no row has a hash. */
  anchor(): Promise<ChainAnchor | undefined>;
}
