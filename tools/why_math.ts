import * as z from "zod";
import { opsIdInput } from "../src/core/job_schemas.ts";
import { defineTool, READS } from "../src/tool.ts";

/** One target against what was measured. */
const target = z.object({
  target: z.enum(["max_error_rate", "latency_p95_ms"]),
  limit: z.number(),
  observed: z.number().nullable(),
  test: z.object({
    requests: z.int(),
    bad: z.int().describe("Requests that failed, or were certainly too slow"),
    badAtMost: z.int().describe("The same, where the buckets leave it open"),
    allowedShare: z.number(),
    statistic: z.number().nullable().describe("Of bad: below the threshold it is proof"),
    threshold: z.number(),
    requestsNeeded: z.int().nullable().describe(
      "More requests that would prove the target kept at this rate; null: none would",
    ),
  }).optional(),
  isBreach: z.boolean(),
  isWithin: z.boolean(),
  isProvenWithin: z.boolean(),
  verdict: z.enum(["proven_missed", "proven_kept", "within", "outside", "unknown"]),
  explanation: z.string(),
});

/** Shows the figures behind a canary's decision. */
export const whyMath = defineTool({
  name: "why_math",
  title: "The figures behind a canary",
  description:
    "Use this to check a canary's decision: thresholds, counts, the statistic of each target, how many requests a proof still needs, and the looks themselves.",
  annotations: READS,
  scope: "ops",
  input: z.strictObject({ id: opsIdInput.describe("A canaryId") }),
  output: z.object({
    id: z.string(),
    status: z.enum(["PENDING", "RUNNING", "PROMOTED", "ROLLED_BACK"]),
    phase: z.string(),
    thresholds: z.looseObject({
      max_error_rate: z.number().optional(),
      latency_p95_ms: z.number().optional(),
    }),
    observed: z.looseObject({
      error_rate: z.number().nullable().optional(),
      latency_p95_ms: z.number().nullable().optional(),
      requests: z.int().optional(),
      errors: z.int().optional(),
    }),
    samples: z.int().describe("Usable looks"),
    looks: z.looseObject({}).describe("Looks by what came of them"),
    targets: z.array(target),
    test: z.looseObject({ name: z.string() }),
    assurance: z.string(),
    requestsNeededForProof: z.int().nullable().describe("More requests that would prove every target kept"),
    decision: z.enum(["none", "promote", "rollback", "hold"]),
    reason: z.string().nullable(),
    startedAt: z.string(),
    decidedAt: z.string().nullable(),
    timeToActionMs: z.number().nullable().describe(
      "From the start to the end of what followed from the decision",
    ),
    evidence: z.array(z.looseObject({ tick: z.int(), at: z.string(), kind: z.string() })).describe(
      "The newest looks, oldest first",
    ),
    evidenceTruncated: z.boolean(),
  }),
  run: ({ id }, { why }) => why.math(id),
});
