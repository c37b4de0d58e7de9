/** The rules of a gate, as the repository's policy has them now. */
import { ToolError } from "../../core/errors.ts";
import { type GateRule, gateRules } from "../../core/gate_rules.ts";
import { POLICY_PATH } from "../../core/policy_document.ts";

/** What the repository says of its gates. */
export interface GatePolicy {
  /** The member `gates` of its policy; undefined where it says nothing. */
  readonly gates?: unknown;
  /** What is wrong with the policy as a whole. */
  readonly problem?: string | undefined;
}

/** Most problems that one error lists. */
const PROBLEMS_MAX = 5;

/**
 * The rules of a gate; undefined where it has none.
 *
 * @throws {ToolError} `conflict` for rules that cannot be read: without knowing them, no gate is passed.
 */
export function ruleOf(gate: string, { gates = {}, problem }: GatePolicy): GateRule | undefined {
  if (problem !== undefined) throw unusable(problem);
  const parsed = gateRules.safeParse(gates);
  if (parsed.success) return Object.hasOwn(parsed.data, gate) ? parsed.data[gate] : undefined;
  const problems = parsed.error.issues.map(({ path, message }) =>
    `${["gates", ...path].join(".")}: ${message}`
  );
  throw unusable(problems.slice(0, PROBLEMS_MAX).join("; "));
}

function unusable(why: string): ToolError {
  return new ToolError(
    "conflict",
    `Cannot pass any gate: ${POLICY_PATH} cannot be used (${why}); mend the file`,
    {
      reason: "policy_unusable",
      path: POLICY_PATH,
      problem: why,
    },
  );
}
