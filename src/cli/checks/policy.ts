/** What the repository says of its own files and gates, and whether it can be read. */
import { ToolError } from "../../core/errors.ts";
import { parsePolicy, POLICY_PATH } from "../../core/policy_document.ts";
import { ruleOf } from "../../ops/gates/gate_policy.ts";
import { findPolicy } from "../../repo/policy/policy_place.ts";
import { type Check, type Finding, ok, problem } from "../check.ts";

export const policyCheck: Check = {
  name: "policy",
  async look({ root }) {
    const found = findPolicy(root);
    if (found.kind === "none") return ok("the server's own list of secret and protected files");
    return found.kind === "text" ? judge(found.text) : unusable(found.problem);
  },
};

function judge(text: string): Finding {
  const parsed = parsePolicy(text);
  if ("problem" in parsed) return unusable(parsed.problem);
  const { hidden, protected: unwritable, gates } = parsed.policy;
  try {
    ruleOf("", { gates });
  } catch (error) {
    if (error instanceof ToolError) return problem(error.message);
    throw error;
  }
  const counts = `${hidden.length} hidden, ${unwritable.length} protected`;
  return ok(`${POLICY_PATH}, with patterns beside the server's own: ${counts}`);
}

function unusable(why: string): Finding {
  return problem(`${POLICY_PATH} cannot be used (${why}): no tool touches a file until it is mended`);
}
