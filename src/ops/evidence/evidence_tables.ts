/** What evidence consists of, table by table: which columns, and the rows of a time span, by pages. */
import { EVIDENCE_PAGE_ROWS } from "../../core/release_limits.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Store } from "../../store/store.ts";
import type { TimeSpan } from "./time_span.ts";

/** A table. */
export interface EvidenceTable {
  readonly name: "audits" | "events" | "canary_ticks" | "gate_history";
  readonly columns: readonly string[];
  /** Oldest first where the store keeps an order; never more than one page in memory. */
  rows(): AsyncGenerator<readonly JsonObject[], void, undefined>;
}

type Tables = Pick<Store, "audits" | "events" | "canaries" | "models">;

/** The tables of a span. Each can be read more than once, and has the same rows each time. */
export function evidenceTables(store: Tables, span: TimeSpan): EvidenceTable[] {
  return [
    {
      name: "audits",
      columns: ["id", "time", "at", "actor", "action", "subject", "payload", "hash"],
      rows: () => audits(store, span),
    },
    {
      name: "events",
      columns: ["id", "time", "at", "subject", "name", "data"],
      rows: () => events(store, span),
    },
    {
      name: "canary_ticks",
      columns: [
        "canaryId",
        "tick",
        "time",
        "at",
        "evalTime",
        "kind",
        "latencyP95Ms",
        "errorRate",
        "source",
        "observation",
        "verdict",
      ],
      rows: () => ticks(store, span),
    },
    {
      name: "gate_history",
      columns: ["name", "gate", "modelId", "time", "from", "until", "by", "actionId"],
      rows: () => stays(store, span),
    },
  ];
}

/** From the first row of the span on, whatever the clock did after it: a gap would break the chain. */
async function* audits({ audits }: Tables, { from, to }: TimeSpan) {
  const [first] = await audits.read({ from, to, limit: 1 });
  if (first === undefined) return;
  const read = (afterId: number) => audits.read({ to, afterId, limit: EVIDENCE_PAGE_ROWS });
  yield* pages(read, { first: first.id - 1, keyOf: ({ id }) => id, timeOf: ({ at }) => at });
}

async function* events({ events }: Tables, span: TimeSpan) {
  const read = (afterId: number) => events.read({ ...span, afterId, limit: EVIDENCE_PAGE_ROWS });
  yield* pages(read, { keyOf: ({ id }) => id, timeOf: ({ at }) => at });
}

async function* ticks({ canaries }: Tables, span: TimeSpan) {
  const read = (afterRow: number) => canaries.ticksBetween({ ...span, afterRow, limit: EVIDENCE_PAGE_ROWS });
  yield* pages(read, { keyOf: ({ row }) => row, timeOf: ({ at }) => at });
}

/** Every stay that touches the span, as it is now. */
async function* stays({ models }: Tables, span: TimeSpan) {
  const read = (afterRow: number) => models.staysBetween({ ...span, afterRow, limit: EVIDENCE_PAGE_ROWS });
  yield* pages(read, { keyOf: ({ row }) => row, timeOf: ({ from }) => from });
}

async function* pages<Row extends object>(
  read: (after: number) => Promise<readonly Row[]>,
  { first = 0, keyOf, timeOf }: { first?: number; keyOf: (row: Row) => number; timeOf: (row: Row) => number },
): AsyncGenerator<readonly JsonObject[], void, undefined> {
  for (let after = first;;) {
    const rows = await read(after);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = keyOf(last);
    // Records of the store are plain JSON, though their types have no index signature.
    yield rows.map((row) => ({ ...row as JsonObject, time: new Date(timeOf(row)).toISOString() }));
  }
}
