import * as z from "zod";
import { opsIdInput } from "../src/core/job_schemas.ts";
import { defineTool, READS } from "../src/tool.ts";

/** Tells the story of a job, a canary or a model. */
export const why = defineTool({
  name: "why",
  title: "Why did this happen?",
  description:
    "Use this to learn what happened to a job, a canary or a model, and why: who asked for it, what was measured, what was decided. A story in sentences, from the audits.",
  annotations: READS,
  scope: "ops",
  input: z.strictObject({ id: opsIdInput.describe("A jobId, canaryId or modelId") }),
  output: z.object({
    id: z.string(),
    kind: z.enum(["job", "canary", "model"]),
    status: z.string(),
    narrative: z.string().describe("The whole story, one step a line"),
    steps: z.array(z.object({
      at: z.string().describe("ISO 8601"),
      actor: z.string().describe("The fingerprint of a key, local, or the part of the server that acted"),
      action: z.string(),
      text: z.string(),
    })),
    truncated: z.boolean(),
  }),
  run: ({ id }, { why }) => why.story(id),
});
