import * as z from "zod";
import { canaryShape, canaryStatusInput } from "../src/core/canary_schemas.ts";
import { cursorInput, pageLimitInput } from "../src/core/job_schemas.ts";
import { defineTool, READS } from "../src/tool.ts";

/** Lists canaries. */
export const listCanaries = defineTool({
  name: "list_canaries",
  title: "List canaries",
  description: "Use this to see which canaries there are, newest first, and how they stand.",
  annotations: READS,
  scope: "ops",
  input: z.strictObject({ status: canaryStatusInput, limit: pageLimitInput, cursor: cursorInput }),
  output: z.object({ canaries: z.array(canaryShape), nextCursor: z.string().optional() }),
  run: ({ status, limit, cursor }, { canaries }) =>
    canaries.list(status === undefined ? {} : { status }, { limit, ...(cursor !== undefined && { cursor }) }),
});
