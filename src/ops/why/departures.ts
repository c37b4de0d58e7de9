/** How a model left its gates. The audits of that are its successor's: they say who held the gate before. */
import { WHY_STEPS_MAX } from "../../core/release_limits.ts";
import type { ModelStore } from "../../store/model.ts";
import type { Step } from "./step.ts";
import { quoted } from "./words.ts";

/** A step for each gate that another version holds, or held, after this one. */
export async function departuresOf(modelId: string, models: Pick<ModelStore, "history">): Promise<Step[]> {
  const page = { limit: WHY_STEPS_MAX };
  const steps: Step[] = [];
  const { rows: stays } = await models.history({ modelId }, page);
  for (const { name, gate, until } of stays) {
    if (until === undefined) continue;
    const { rows } = await models.history({ name, gate }, page);
    // Newest first: the last one that began at its end, or later, came next.
    const next = rows.findLast(({ from }) => from >= until);
    if (next === undefined || next.modelId === modelId) continue;
    const text = `It left gate ${quoted(gate)}, which ${quoted(next.modelId)} held next.`;
    steps.push({ at: new Date(until).toISOString(), actor: next.by, action: "gate.left", text });
  }
  return steps;
}
