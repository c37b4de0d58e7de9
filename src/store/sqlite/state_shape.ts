/** Which lists of objects a store is, when it is written as one JSON document, and where each property is kept. */

/** A property of an object, and the column that it stands in. */
export interface Column {
  readonly property: string;
  /** The column's name; of a property that is only written, any SQL expression. */
  readonly column: string;
  readonly isDerived?: boolean;
  /** `json` columns hold JSON texts; `flag` columns 1 and 0. @default "value" */
  readonly kind?: "value" | "json" | "flag";
  /** What stands in a column that must not be empty when the object says nothing: an SQL expression. */
  readonly otherwise?: string;
}

/** A list of the document, and its table. */
export interface TableShape {
  readonly list: string;
  readonly table: string;
  /** What of the table is written, and in which order: the end of a query. Undefined where another list says it all. */
  readonly rows: string | undefined;
  readonly columns: readonly Column[];
}

/** A column whose name is the property's, in the table's way of writing. */
function column(property: string, options: Omit<Column, "property" | "column"> = {}): Column {
  const words = property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return { property, column: options.kind === "json" ? `${words}_json` : words, ...options };
}

/** Canaries that are over, of which a document tells. */
const FINISHED_CANARIES_MAX = 1_000;

const IS_ACTIVE = "status IN ('PENDING', 'RUNNING')";

/** The canaries that a document tells of: a condition on their table. */
const IS_TOLD =
  `(${IS_ACTIVE} OR rowid IN (SELECT rowid FROM canaries ORDER BY created_at DESC, rowid DESC ` +
  `LIMIT ${FINISHED_CANARIES_MAX}))`;

/** In the order in which they are read: what others refer to comes first. */
export const STATE_TABLES: readonly TableShape[] = [
  {
    list: "jobs",
    table: "jobs",
    rows: "ORDER BY rowid",
    columns: [
      ...["jobId", "taskId", "configId", "status", "startedAt", "updatedAt"].map((name) => column(name)),
      column("result", { kind: "json" }),
      column("outcome"),
      column("progress", { kind: "json" }),
      column("error", { kind: "json" }),
      column("run", { kind: "json" }),
      column("caller"),
      column("backend", { otherwise: "'unknown'" }),
      column("attempt", { otherwise: "0" }),
      column("cancelRequestedAt"),
      column("runAfter", { otherwise: "0" }),
      column("externalId"),
    ],
  },
  {
    list: "jobAttempts",
    table: "job_attempts",
    rows: "ORDER BY job_id, attempt",
    columns: [
      ...["jobId", "attempt", "startedAt", "endedAt", "externalId", "outcome"].map((name) => column(name)),
      column("error", { kind: "json" }),
    ],
  },
  {
    list: "models",
    table: "models",
    rows: "ORDER BY rowid",
    columns: [
      column("modelId"),
      {
        property: "gates",
        column:
          "(SELECT json_group_array(gate ORDER BY gate) FROM model_gates g WHERE g.model_id = models.model_id)",
        kind: "json",
        isDerived: true,
      },
      column("promoted", { kind: "flag" }),
      column("promotedAt"),
    ],
  },
  {
    list: "modelGates",
    table: "model_gates",
    rows: undefined,
    columns: [column("modelId"), column("gate")],
  },
  {
    list: "gateHistory",
    table: "gate_stays",
    rows: "ORDER BY id",
    columns: [
      ...["name", "gate", "modelId", "by", "actionId"].map((name) => column(name)),
      { property: "from", column: "from_at" },
      { property: "until", column: "until_at" },
    ],
  },
  {
    list: "canaries",
    table: "canaries",
    rows: `WHERE ${IS_TOLD} ORDER BY rowid`,
    columns: [
      ...["canaryId", "modelId", "fromGate", "toGate", "status", "createdAt", "updatedAt"].map((name) =>
        column(name)
      ),
      column("policy", { kind: "json", otherwise: "'{}'" }),
      column("phase", { otherwise: "'observing'" }),
      column("endedAt"),
      column("reason"),
      column("caller"),
      column("monitor", { otherwise: "'unknown'" }),
      column("state", { kind: "json", otherwise: "'{}'" }),
      column("abort", { kind: "flag" }),
      column("intent", { kind: "json" }),
      column("version", { otherwise: "1" }),
    ],
  },
  {
    list: "canaryTicks",
    table: "canary_ticks",
    // Of one that is over, the tick that decided.
    rows: `AS t WHERE canary_id IN (SELECT canary_id FROM canaries WHERE ${IS_TOLD}) AND (` +
      `canary_id IN (SELECT canary_id FROM canaries WHERE ${IS_ACTIVE}) OR ` +
      "tick = (SELECT max(tick) FROM canary_ticks l WHERE l.canary_id = t.canary_id)) ORDER BY id",
    columns: [
      ...["canaryId", "tick", "evalTime", "at", "kind", "latencyP95Ms", "errorRate", "source"].map((name) =>
        column(name)
      ),
      column("observation", { kind: "json", otherwise: "'{}'" }),
      column("verdict", { kind: "json", otherwise: "'{}'" }),
    ],
  },
  {
    list: "idempotencyKeys",
    table: "idempotency_keys",
    rows: "ORDER BY expires_at",
    columns: ["caller", "tool", "key", "fingerprint", "recordId", "expiresAt"].map((name) => column(name)),
  },
  {
    list: "audits",
    table: "audits",
    rows: "ORDER BY id",
    columns: [
      ...["id", "ts", "actor", "action", "subject", "hash"].map((name) => column(name)),
      column("payload", { kind: "json" }),
    ],
  },
  {
    list: "events",
    table: "events",
    rows: "ORDER BY id",
    columns: [
      ...["id", "at", "subject", "name"].map((name) => column(name)),
      column("data", { kind: "json" }),
    ],
  },
];
