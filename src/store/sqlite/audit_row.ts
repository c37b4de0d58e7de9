/** A row of the table `audits`. */
import type { JsonObject } from "../../core/json.ts";
import type { Audit } from "../audit.ts";
import type { Subject } from "../event.ts";
import { fromIso, fromJson } from "./values.ts";

/** As it stands in the table. */
export interface AuditRow {
  readonly id: number;
  readonly ts: string;
  readonly actor: string | null;
  readonly action: string;
  readonly subject: string | null;
  readonly payload_json: string | null;
  readonly hash: string | null;
}

/** The value of a row. An older server wrote some without an actor, and payloads that are no objects. */
export function toAudit(row: AuditRow): Audit {
  const payload = fromJson(row.payload_json) ?? {};
  const isObject = typeof payload === "object" && payload !== null && !Array.isArray(payload);
  return {
    id: row.id,
    at: fromIso(row.ts),
    actor: row.actor ?? "unknown",
    action: row.action,
    subject: row.subject as Subject | null,
    payload: isObject ? payload as JsonObject : { value: payload },
    hash: row.hash,
  };
}
