import * as z from "zod";
import { canaryShape } from "../src/core/canary_schemas.ts";
import { opsIdInput } from "../src/core/job_schemas.ts";
import { defineTool, READS } from "../src/tool.ts";

/** Shows a canary. */
export const canaryStatus = defineTool({
  name: "canary_status",
  title: "Show a canary",
  description:
    "Use this to see how a canary stands: what was measured last, when its window ends, how it ended and why.",
  annotations: READS,
  scope: "ops",
  input: z.strictObject({ canaryId: opsIdInput.describe("The canaryId that start_canary answered") }),
  output: canaryShape,
  run: ({ canaryId }, { canaries }) => canaries.status(canaryId),
});
