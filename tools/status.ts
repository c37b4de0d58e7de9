import * as z from "zod";
import { jobShape, opsIdInput } from "../src/core/job_schemas.ts";
import { defineTool, READS } from "../src/tool.ts";

/** Shows a job. */
export const status = defineTool({
  name: "status",
  title: "Show a job",
  description: "Use this to see how far an evaluation is, and its result or error once it is over.",
  annotations: READS,
  scope: "ops",
  input: z.strictObject({ jobId: opsIdInput.describe("The jobId that run_eval answered") }),
  output: jobShape,
  run: ({ jobId }, { jobs }) => jobs.status(jobId),
});
