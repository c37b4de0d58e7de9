/** The shapes that the tools of models and canaries share. */
import * as z from "zod";
import {
  CANARY_WINDOW_SECONDS_MAX,
  GATE_CHARS_MAX,
  LATENCY_MS_MAX,
  MODEL_ID_CHARS_MAX,
} from "./release_limits.ts";

/** A model, as `name/version` or a plain name. A registry may take more: MLflow's `models:/name@alias`. */
export const modelIdInput = z.string().max(MODEL_ID_CHARS_MAX).regex(
  /^(?!(.*\/)?\.{1,2}(\/|$))[A-Za-z0-9][A-Za-z0-9._:@/-]*$/,
  'must be letters, digits and ".", "_", "/", "-", ":", "@", begin with a letter or digit, and have no segment "." or ".."',
).describe("The model, as name/version: one version of a name is in a gate at a time");

/** A gate, such as `staging`. */
export const gateInput = z.string().max(GATE_CHARS_MAX).regex(
  /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
  'must be letters, digits and ".", "_", "-", and begin with a letter or digit',
);

/** What a canary is held to. */
export const targetsInput = z.strictObject({
  latency_p95_ms: z.number().positive().max(LATENCY_MS_MAX).exactOptional().describe(
    "Milliseconds that 95 of 100 requests may take",
  ),
  max_error_rate: z.number().min(0).max(1).exactOptional().describe(
    "Share of requests that may fail, 0 to 1",
  ),
}).refine(
  ({ latency_p95_ms, max_error_rate }) => latency_p95_ms !== undefined || max_error_rate !== undefined,
  "must have latency_p95_ms or max_error_rate: without a target nothing could ever be wrong",
);

/** How long a canary observes. */
export const windowSecondsInput = z.int().min(1).max(CANARY_WINDOW_SECONDS_MAX).default(300).describe(
  "How long to observe before the model may be promoted",
);

const status = z.enum(["PENDING", "RUNNING", "PROMOTED", "ROLLED_BACK"]);

/** The statuses of a canary. */
export const canaryStatusInput = status.optional().describe("Only canaries of this status");

/** A canary as it is shown; in a dry run without an id. */
export const canaryPreviewShape = z.object({
  canaryId: z.string().optional(),
  modelId: z.string(),
  fromGate: z.string(),
  toGate: z.string(),
  status,
  phase: z.string().optional().describe(
    "Finer than the status: observing, held, promoting, rolling_back, action_failed",
  ),
  policy: z.looseObject({}).describe("What it is judged by"),
  monitor: z.string().optional().describe("Who measures; the figures of `simulated` are made up"),
  simulated: z.boolean().optional(),
  assurance: z.enum(["observed", "demonstrated", "point_estimates"]).optional()
    .describe("How far decisions may be trusted; point_estimates: the monitor knows no request counts"),
  reason: z.string().optional(),
  samples: z.int().describe("Usable measurements so far"),
  lastSample: z.looseObject({}).optional(),
  requestsNeededForProof: z.int().nullable().optional()
    .describe("More requests that would prove every target kept; null: the figures point the other way"),
  startedAt: z.string().optional(),
  updatedAt: z.string().optional(),
  endedAt: z.string().optional(),
  endsAt: z.string().optional().describe("When the window is full, if all goes on as it should; ISO 8601"),
  warning: z.string().optional(),
  will: z.string().optional().describe("What is still to happen after an abort"),
  intent: z.looseObject({}).optional().describe("What is being done to the gate"),
});

/** A canary as it is shown. */
export const canaryShape = canaryPreviewShape.extend({ canaryId: z.string() });

/** A model as it is shown. */
export const modelShape = z.object({
  modelId: z.string(),
  currentGates: z.array(z.string()).describe("The gates that it is in"),
  promoted: z.boolean().describe("Whether it is in at least one gate"),
  promotedAt: z.string().nullable().describe("Its last promotion, ISO 8601"),
});
