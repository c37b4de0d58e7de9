import * as z from "zod";
import { canaryShape } from "../src/core/canary_schemas.ts";
import { opsIdInput } from "../src/core/job_schemas.ts";
import { defineTool } from "../src/tool.ts";

/** Ends a canary. */
export const abortCanary = defineTool({
  name: "abort_canary",
  title: "Abort a canary",
  description:
    "Use this to end a canary without a promotion. One that is just being promoted is rolled back right after; one " +
    "that is promoted already stays, and the error says how to undo it.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  scope: "ops",
  input: z.strictObject({ canaryId: opsIdInput.describe("The canaryId that start_canary answered") }),
  output: canaryShape.extend({ changed: z.boolean().describe("False when it was ending already") }),
  run: ({ canaryId }, { canaries, call }) => canaries.abort(canaryId, call.caller),
  log: ({ canaryId, status, phase }) => ({ level: "notice", data: { canaryId, status, phase } }),
});
