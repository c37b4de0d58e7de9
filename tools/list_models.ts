import * as z from "zod";
import { gateInput, modelShape } from "../src/core/canary_schemas.ts";
import { cursorInput, pageLimitInput } from "../src/core/job_schemas.ts";
import { defineTool, READS } from "../src/tool.ts";

/** Lists models. */
export const listModels = defineTool({
  name: "list_models",
  title: "List models",
  description: "Use this to see which models are, or were, in which gates; the newest promotion comes first.",
  annotations: READS,
  scope: "ops",
  input: z.strictObject({
    gate: gateInput.optional().describe("Only models that are in this gate"),
    limit: pageLimitInput,
    cursor: cursorInput,
  }),
  output: z.object({ models: z.array(modelShape), nextCursor: z.string().optional() }),
  run: ({ gate, limit, cursor }, { models }) =>
    models.list(gate === undefined ? {} : { gate }, { limit, ...(cursor !== undefined && { cursor }) }),
});
