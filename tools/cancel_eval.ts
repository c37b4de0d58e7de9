import * as z from "zod";
import { jobShape, opsIdInput } from "../src/core/job_schemas.ts";
import { defineTool } from "../src/tool.ts";

/** Ends a job. */
export const cancelEval = defineTool({
  name: "cancel_eval",
  title: "End an evaluation",
  description:
    "Use this to end an evaluation that is queued or running. One at work may need some seconds; status tells when it is CANCELED.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  scope: "ops",
  input: z.strictObject({ jobId: opsIdInput.describe("The jobId that run_eval answered") }),
  output: jobShape.extend({
    changed: z.boolean().describe("False when it was over already, or was to end already"),
  }),
  run: ({ jobId }, { jobs, call }) => jobs.cancel(jobId, call.caller),
  log: ({ jobId, status }) => ({ level: "notice", data: { jobId, status } }),
});
