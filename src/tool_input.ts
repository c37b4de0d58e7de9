/** A tool's arguments, parsed once; what is wrong with them is said in words that a model can act on. */
import * as z from "zod";
import { ToolError } from "./core/errors.ts";
import { nearest } from "./core/nearest.ts";

type Issue = z.core.$ZodIssue;

/** One thing that is wrong with the arguments. */
interface Problem {
  /** The argument, as in `targets.max_error_rate`; empty for the arguments as a whole. */
  readonly argument: string;
  readonly reason: string;
}

/** Most problems that one error lists. */
const PROBLEMS_MAX = 5;

/**
 * The arguments with every default filled in.
 *
 * @throws {ToolError} `invalid_arguments` that names each argument that is wrong, and the nearest known name of one
 * that is not known.
 */
export function parseInput<Input extends z.ZodObject>(
  tool: string,
  { schema, args }: { schema: Input; args: unknown },
): z.output<Input> {
  const parsed = schema.safeParse(args);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => toProblems(issue, { args, schema }));
  const shown = problems.slice(0, PROBLEMS_MAX);
  const text = shown.map(({ argument, reason }) => argument === "" ? reason : `"${argument}" ${reason}`).join(
    "; ",
  );
  throw new ToolError("invalid_arguments", `Cannot call ${tool}: ${text}`, { problems: shown });
}

function toProblems(
  issue: Issue,
  { args, schema }: { args: unknown; schema: z.ZodObject },
): Problem[] {
  const argument = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    // Looking for the nearest name costs time, and a body holds hundreds of thousands of keys.
    const known = Object.keys(schemaAt(schema, issue.path)?.properties ?? {});
    return issue.keys.slice(0, PROBLEMS_MAX).map((key) => ({
      argument: [...issue.path, key.slice(0, 64)].join("."),
      reason: unknownKey(key, known),
    }));
  }
  if (issue.code === "invalid_type" && valueAt(args, issue.path) === undefined) {
    return [{ argument, reason: "is required" }];
  }
  if (issue.code === "too_big" || issue.code === "too_small") {
    return [{ argument, reason: rangeOf(schema, issue.path) ?? issue.message }];
  }
  // Zod's own messages begin with "Invalid input: expected …".
  return [{
    argument,
    reason: issue.message.replace(/^Invalid (?:input|string|option): /, "").replace(/^expected/, "must be"),
  }];
}

/** Both ends of the range that a value may lie in: Zod's message has the one that was crossed. */
function rangeOf(schema: z.ZodObject, path: readonly PropertyKey[]): string | undefined {
  const at = schemaAt(schema, path);
  const least = at?.minimum ?? at?.minLength ?? at?.minItems;
  const most = at?.maximum ?? at?.maxLength ?? at?.maxItems;
  const verb = at?.type === "string" || at?.type === "array" ? "have" : "be";
  const unit = at?.type === "string" ? " characters" : at?.type === "array" ? " items" : "";
  if (least !== undefined && most !== undefined) return `must ${verb} ${least} to ${most}${unit}`;
  if (least !== undefined) return `must ${verb} at least ${least}${unit}`;
  return most === undefined ? undefined : `must ${verb} at most ${most}${unit}`;
}

/** The part of the schema that an argument has to fit. */
function schemaAt(
  schema: z.ZodObject,
  path: readonly PropertyKey[],
): z.core.JSONSchema.BaseSchema | undefined {
  let at: z.core.JSONSchema.BaseSchema | undefined = z.toJSONSchema(schema, { io: "input" });
  for (const key of path) {
    const inside: unknown = at?.properties?.[String(key)] ?? at?.items;
    at = inside as z.core.JSONSchema.BaseSchema | undefined;
  }
  return at;
}

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return near === undefined
    ? `is not known; known are ${known.join(", ")}`
    : `is not known; did you mean "${near}"?`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) current = (current as Record<PropertyKey, unknown> | undefined)?.[key];
  return current;
}
