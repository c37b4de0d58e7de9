/** What is kept of a canary as JSON, and read again after a restart: its policy, and what the server remembers of it. */
import * as z from "zod";
import type { Canary } from "../../store/canary.ts";
import type { Assurance } from "./evidence.ts";
import type { CanaryPolicy } from "./policy.ts";
import type { JudgeState } from "./state.ts";

/** The last usable measurement. Times are milliseconds since 1970. */
export type Sample = {
  readonly at: number;
  readonly requests?: number;
  readonly error_rate?: number;
  readonly latency_p95_ms?: number;
};

/** The judge's state without what the record itself has. */
export type JudgeMemory = Omit<JudgeState, "phase" | "abort">;

/** See the module. */
export type CanaryMemory = {
  readonly judge: JudgeMemory;
  /** How far decisions may be trusted, by what the monitor measures. */
  readonly assurance: Assurance;
  /** Which model was in the gate when the canary began: what a rollback restores. */
  readonly baseline: string | null;
  /** Failed attempts at the action that is under way. */
  readonly attempts: number;
  /** Why the last attempt failed. */
  readonly failure?: string | undefined;
  readonly sample?: Sample | undefined;
  /** Requests that would prove every target kept; null where the counts point the other way. */
  readonly requestsNeeded?: number | null | undefined;
  readonly warning?: string | undefined;
};

/** A canary whose JSON was read. */
export interface ReadCanary {
  readonly record: Canary;
  readonly policy: CanaryPolicy;
  readonly memory: CanaryMemory;
}

const targets = z.object({
  max_error_rate: z.number().exactOptional(),
  latency_p95_ms: z.number().exactOptional(),
});

const policySchema: z.ZodType<CanaryPolicy> = z.object({
  windowSeconds: z.number(),
  targets,
  intervalMs: z.number(),
  eps: z.number(),
  minRequests: z.number(),
  minBreachTicks: z.number(),
  outageErrors: z.number(),
  outageMs: z.number(),
  configErrors: z.number(),
  deadlineWindows: z.number(),
  onInconclusive: z.enum(["rollback", "hold"]),
  assurance: z.enum(["observed", "demonstrated"]),
});

const judgeSchema: z.ZodType<JudgeMemory> = z.object({
  startedAt: z.number(),
  lastTickAt: z.number().nullable(),
  ticks: z.number(),
  seen: z.object({
    ok: z.number(),
    no_data: z.number(),
    bad_data: z.number(),
    provider_error: z.number(),
    not_asked: z.number(),
  }),
  observedMs: z.number(),
  supervisedMs: z.number(),
  failures: z.object({
    count: z.number(),
    permanent: z.number(),
    since: z.number().nullable(),
    isOutageTold: z.boolean(),
  }),
  breaches: z.object({ max_error_rate: z.number(), latency_p95_ms: z.number() }),
  goodTicks: z.number(),
  counts: z.object({
    requests: z.number(),
    errors: z.number(),
    slowLow: z.number(),
    slowHigh: z.number(),
  }),
  lookedAtEnd: z.boolean(),
});

const memorySchema: z.ZodType<CanaryMemory> = z.object({
  judge: judgeSchema,
  assurance: z.enum(["observed", "demonstrated", "point_estimates"]),
  baseline: z.string().nullable(),
  attempts: z.number(),
  failure: z.string().optional(),
  sample: z.object({
    at: z.number(),
    requests: z.number().exactOptional(),
    error_rate: z.number().exactOptional(),
    latency_p95_ms: z.number().exactOptional(),
  }).optional(),
  requestsNeeded: z.number().nullable().optional(),
  warning: z.string().optional(),
});

/** Undefined for a canary of another server, whose JSON means nothing to this one. */
export function readCanary(record: Canary): ReadCanary | undefined {
  const policy = policySchema.safeParse(record.policy);
  const memory = memorySchema.safeParse(record.state);
  if (!policy.success || !memory.success) return undefined;
  return { record, policy: policy.data, memory: memory.data };
}

/** The judge's whole state. A canary that is looked at for the first time observes from then on. */
export function judgeState({ record, memory }: ReadCanary): JudgeState {
  const phase = record.phase === "pending" ? "observing" : record.phase;
  return { ...memory.judge, phase, abort: record.abort };
}

/** What of the judge's state is kept beside the record. */
export function judgeMemory({ phase: _phase, abort: _abort, ...memory }: JudgeState): JudgeMemory {
  return memory;
}
