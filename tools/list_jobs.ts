import * as z from "zod";
import { cursorInput, jobShape, pageLimitInput } from "../src/core/job_schemas.ts";
import { defineTool, READS } from "../src/tool.ts";

/** Lists jobs. */
export const listJobs = defineTool({
  name: "list_jobs",
  title: "List jobs",
  description: "Use this to see which evaluations there are, newest first, and how they stand.",
  annotations: READS,
  scope: "ops",
  input: z.strictObject({
    status: jobShape.shape.status.optional().describe("Only jobs of this status"),
    limit: pageLimitInput,
    cursor: cursorInput,
  }),
  output: z.object({ jobs: z.array(jobShape), nextCursor: z.string().optional() }),
  run: ({ status, limit, cursor }, { jobs }) =>
    jobs.list(status === undefined ? {} : { status }, { limit, ...(cursor !== undefined && { cursor }) }),
});
