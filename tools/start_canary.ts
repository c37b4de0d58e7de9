import * as z from "zod";
import {
  canaryPreviewShape,
  gateInput,
  modelIdInput,
  targetsInput,
  windowSecondsInput,
} from "../src/core/canary_schemas.ts";
import { idempotencyKeyInput } from "../src/core/job_schemas.ts";
import { asTask, defineTool } from "../src/tool.ts";

/** Starts a canary. */
export const startCanary = defineTool({
  name: "start_canary",
  title: "Start a canary",
  description:
    "Use this to let a model into a gate only if it serves well: its latency and errors are measured for a while, and " +
    "it is promoted or rolled back by itself. Follow it with canary_status, or live at /sse?topic=canary/<canaryId>.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  scope: "ops",
  input: z.strictObject({
    modelId: modelIdInput,
    fromGate: gateInput.describe("Where the model is now; recorded, not enforced"),
    toGate: gateInput.describe("Where it is to go"),
    windowSeconds: windowSecondsInput,
    targets: targetsInput.describe("What it is held to; at least one"),
    dryRun: z.boolean().default(false).describe(
      "Only look whether it could be measured; returns sample values",
    ),
    idempotencyKey: idempotencyKeyInput,
  }).refine(({ fromGate, toGate }) => fromGate !== toGate, {
    path: ["toGate"],
    message: "must be another gate than fromGate",
  }),
  output: canaryPreviewShape.extend({
    dryRun: z.boolean().optional(),
    sample: z.looseObject({}).optional().describe("In a dry run: what was measured of the window before"),
    deduplicated: z.boolean().optional().describe(
      "True when the canary is that of an earlier call with the same key",
    ),
  }),
  async run(request, { canaries, call, signal }) {
    const canary = await canaries.start({ ...request, caller: call.caller, signal });
    const { canaryId } = canary;
    return (typeof canaryId === "string" ? asTask(call, canaryId) : undefined) ?? canary;
  },
  log: ({ canaryId, modelId, fromGate, toGate }) =>
    canaryId === undefined ? undefined : { level: "info", data: { canaryId, modelId, fromGate, toGate } },
});
