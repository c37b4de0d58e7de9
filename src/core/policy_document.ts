/** What a repository says of its own files in `.lukhas/policy.json`: pure, from a text to a value or a reason. */
import * as z from "zod";
import { gateRules } from "./gate_rules.ts";
import { PATCH_BYTES_MAX, POLICY_PATTERNS_MAX } from "./limits.ts";
import { nearest } from "./nearest.ts";
import { patternProblem } from "./path_pattern.ts";

/** Where the policy stands, relative to the root. */
export const POLICY_PATH = ".lukhas/policy.json";

const patterns = z.array(z.string()).max(POLICY_PATTERNS_MAX).default([]).superRefine((list, context) => {
  for (const [index, pattern] of list.entries()) {
    const problem = patternProblem(pattern);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem, path: [index] });
  }
});

const policyDocument = z.strictObject({
  $schema: z.string().optional(),
  protected: patterns,
  hidden: patterns,
  maxPatchBytes: z.int().min(1).max(PATCH_BYTES_MAX).optional(),
  maxFilesPerCommit: z.int().min(1).optional(),
  refusedBranches: patterns,
  /** The rules of promotion gates. What stands in it is the release loop's to read. */
  gates: z.unknown().optional(),
});

/** The policy of a repository. Every list is present. */
export interface PolicyDocument {
  /** Patterns of paths that tools may read, and not write. */
  readonly protected: readonly string[];
  /** Patterns of paths that tools may neither read nor write. */
  readonly hidden: readonly string[];
  /** Largest patch, in bytes. */
  readonly maxPatchBytes?: number | undefined;
  readonly maxFilesPerCommit?: number | undefined;
  /** Patterns of the names of branches on which no tool commits. */
  readonly refusedBranches: readonly string[];
  readonly gates?: unknown;
}

/** The policy of a repository that has none. */
export const NO_POLICY: PolicyDocument = { protected: [], hidden: [], refusedBranches: [] };

/** The JSON Schema of the document, for editors. A mistake in the rules of gates closes the gates, and no file. */
export function policySchema(): Record<string, unknown> {
  return z.toJSONSchema(policyDocument.extend({ gates: gateRules.optional() }), { io: "input" });
}

/** Reads a policy; what is wrong with it is said in one clause. */
export function parsePolicy(
  text: string,
): { readonly policy: PolicyDocument } | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { problem: "it is not JSON" };
  }
  const parsed = policyDocument.safeParse(value);
  return parsed.success ? { policy: parsed.data } : { problem: problemOf(parsed.error.issues[0]) };
}

function problemOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    const meant = nearest(key, Object.keys(policyDocument.shape));
    return `it has no member "${key.slice(0, 64)}"${meant === undefined ? "" : `; did you mean "${meant}"?`}`;
  }
  const where = issue?.path.join(".") ?? "";
  const what = issue?.message.replace(/^Invalid (?:input|string): expected/, "must be") ??
    "it cannot be read";
  return where === "" ? what : `"${where}" ${what}`;
}
