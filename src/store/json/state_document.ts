/** The JSON file's contents: what is expected of it, and what is kept of it that this server does not know. */
import * as z from "zod";
import type { Now } from "../../core/clock.ts";
import { fromIso, toIso } from "../sqlite/values.ts";
import { modelName } from "../model.ts";

/** The last moment that a `Date` can hold (ECMA-262, section 21.4.1.1). */
const LATEST_MS = 8.64e15;

/** Milliseconds, where an older server wrote a number, become the text that columns have. */
const time = z.union([z.string(), z.number().min(-LATEST_MS).max(LATEST_MS).transform(toIso)]);
const id = z.string().min(1);
const rows = z.array(z.looseObject({})).optional();

const job = z.looseObject({
  jobId: id,
  taskId: id,
  configId: id,
  status: id,
  startedAt: time,
  updatedAt: time,
});
const model = z.looseObject({
  modelId: id,
  gates: z.array(z.string()).default([]),
  promotedAt: time.nullish(),
});
const canary = z.looseObject({
  canaryId: id,
  modelId: id,
  fromGate: z.string(),
  toGate: z.string(),
  status: id,
});

const document = z.looseObject({
  jobs: z.array(job).default([]),
  models: z.array(model).default([]),
  canaries: z.array(canary).default([]),
  jobAttempts: rows,
  gateHistory: rows,
  canaryTicks: rows,
  idempotencyKeys: rows,
  audits: rows,
  events: rows,
  lastAuditId: z.int().min(0).default(0),
  lastEventId: z.int().min(0).default(0),
  auditAnchor: z.object({ firstId: z.int(), previousHash: z.string() }).nullish(),
});

/** A document as it was read. */
export type StateDocument = z.output<typeof document>;

/** @throws {SyntaxError} For a text that is no JSON, or not of this shape. */
export function readDocument(text: string): StateDocument {
  const parsed = document.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new SyntaxError(z.prettifyError(parsed.error));
}

/** The document's lists as the tables have them, each as one JSON text. */
export function listsOf(read: StateDocument, now: Now): Map<string, string> {
  // How long a job is kept begins when this server first sees it: else the first start would forget all that are old.
  const jobs = read.jobs.map((job) => ({ runAfter: now(), ...job }));
  const modelGates = read.models.flatMap(({ modelId, gates }) => gates.map((gate) => ({ modelId, gate })));
  const gateHistory = read.gateHistory ?? firstStays(read.models);
  const lists = Object.entries({ ...read, jobs, modelGates, gateHistory }).filter(([, value]) =>
    Array.isArray(value)
  );
  return new Map(lists.map(([name, list]) => [name, JSON.stringify(list)]));
}

/** What an older server's models say of who came into which gate when. */
function firstStays(models: StateDocument["models"]) {
  return models.toSorted((a, b) => fromIso(a.promotedAt ?? null) - fromIso(b.promotedAt ?? null))
    .flatMap(({ modelId, gates, promotedAt }) =>
      gates.map((gate) => ({
        name: modelName(modelId),
        gate,
        modelId,
        by: "unknown",
        from: fromIso(promotedAt ?? null),
      }))
    );
}
