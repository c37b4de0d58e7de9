import * as z from "zod";
import { evalIdInput, idempotencyKeyInput, jobShape } from "../src/core/job_schemas.ts";
import { asTask, defineTool } from "../src/tool.ts";

/** Queues an evaluation. */
export const runEval = defineTool({
  name: "run_eval",
  title: "Run an evaluation",
  description:
    "Use this to evaluate a model: queues a job and answers at once. Follow it with status, or live at /sse?topic=job/<jobId>.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  scope: "ops",
  input: z.strictObject({
    taskId: evalIdInput.describe("What to evaluate, as the evaluation backend names it"),
    configId: evalIdInput.describe("With which configuration, as the evaluation backend names it"),
    dryRun: z.boolean().default(false).describe("Only note the job, and run nothing"),
    idempotencyKey: idempotencyKeyInput,
  }),
  output: jobShape.extend({
    deduplicated: z.boolean().optional().describe(
      "True when the job is that of an earlier call with the same key",
    ),
  }),
  run: async ({ idempotencyKey, ...request }, { jobs, call }) => {
    const key = idempotencyKey === undefined ? {} : { idempotencyKey };
    const job = await jobs.run({ ...request, ...key, caller: call.caller });
    // A dry run is over already: there is nothing to wait for.
    return (request.dryRun ? undefined : asTask(call, job.jobId)) ?? job;
  },
  log: ({ jobId, status, taskId, configId }) => ({
    level: "info",
    data: { jobId, status, taskId, configId },
  }),
});
