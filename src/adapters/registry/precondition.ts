/** The one refusal that both registries share: the gate does not hold what the caller takes it to hold. */
import { ToolError } from "../../core/errors.ts";

/** How a registry says that it cannot promote because somebody else was there. */
export function unexpectedHolder(
  { modelId, gate }: { modelId: string; gate: string },
  { expected, current }: { expected: string | null; current: string | null },
): ToolError {
  const holder = current === null ? "no model" : `"${current}"`;
  const wanted = expected === null ? "no model" : `"${expected}"`;
  return new ToolError(
    "conflict",
    `Cannot promote "${modelId}": gate "${gate}" holds ${holder}, where ${wanted} was expected; look at list_models`,
    { reason: "precondition_failed", gate, expected, current },
  );
}
