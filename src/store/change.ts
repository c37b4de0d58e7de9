/** What is written together with a change: its audit rows and its events. */
import type { NewAudit } from "./audit.ts";
import type { NewEvent } from "./event.ts";

/** What is written together with a change. */
export interface Account {
  readonly audits: readonly NewAudit[];
  readonly events: readonly NewEvent[];
}

/**
 * Accounts for a change, of the record as the change left it. Called inside of the transaction, and only when the
 * change applies; what it throws undoes the change.
 */
export type Tell<Changed> = (changed: Changed) => Account;
