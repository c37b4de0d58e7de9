import * as z from "zod";
import { gateInput, modelIdInput, modelShape } from "../src/core/canary_schemas.ts";
import { askPerson, canAskPerson, defineTool, type ToolContext } from "../src/tool.ts";

/** Puts a model into a gate. */
export const promoteModel = defineTool({
  name: "promote_model",
  title: "Promote a model",
  description:
    "Use this to put a model into a gate at once, in place of another version of it; start_canary does so only when it " +
    "serves well. A model that is there already changes nothing. Gates may have rules, which an error names.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
  scope: "ops",
  input: z.strictObject({
    modelId: modelIdInput,
    gate: gateInput.describe("The gate, such as staging or production"),
    dryRun: z.boolean().default(false).describe("Only look whether it could be done"),
  }),
  output: modelShape.extend({
    gate: z.string(),
    changed: z.boolean().describe("False when the model was in the gate already"),
    previous: z.string().nullable().describe("Which model was in the gate before"),
    dryRun: z.boolean().optional(),
  }),
  async run({ modelId, gate, dryRun }, context) {
    if (!dryRun) await askAboutGate({ modelId, gate }, context);
    const { models, call, signal } = context;
    return await models.promote({ modelId, gate, dryRun, caller: call.caller, signal });
  },
  log: ({ modelId, gate, changed, previous, dryRun }) =>
    changed && dryRun !== true ? { level: "notice", data: { modelId, gate, previous } } : undefined,
});

/** What cannot be done, or changes nothing, is not asked about. */
async function askAboutGate(
  { modelId, gate }: { modelId: string; gate: string },
  { models, call, signal }: ToolContext,
): Promise<void> {
  if (!models.needsConsent(gate) || !canAskPerson(call)) return;
  const { changed, previous } = await models.promote({
    modelId,
    gate,
    dryRun: true,
    caller: call.caller,
    signal,
  });
  if (!changed) return;
  const inPlace = previous === null ? "" : `, in place of "${previous}"`;
  await askPerson(call, {
    message: `Put "${modelId}" into the gate "${gate}"${inPlace}? It takes effect at once.`,
    confirm: "Promote the model",
    details: { modelId, gate },
  });
}
