/** What a repository may demand of a model before it passes a gate: the member `gates` of its policy. */
import * as z from "zod";

const hours = z.number().positive().max(24 * 366);

/** Bounds of one metric; both ends are within. */
const bound = z.strictObject({ min: z.number().exactOptional(), max: z.number().exactOptional() })
  .refine(({ min, max }) => min !== undefined || max !== undefined, "needs min or max");

/** A COMPLETED eval of the model: the newest one of the task counts. */
const evalRule = z.strictObject({
  taskId: z.string().min(1),
  metrics: z.record(z.string().min(1), bound).default({}),
  maxAgeHours: hours.exactOptional(),
});

/** A canary of the model that was promoted: into `toGate`, or into this gate itself. */
const canaryRule = z.strictObject({
  toGate: z.string().min(1).exactOptional(),
  maxAgeHours: hours.exactOptional(),
});

const gateRule = z.strictObject({
  evals: z.array(evalRule).default([]),
  canary: canaryRule.exactOptional(),
  /** Whether what is simulated does not count: neither evals, nor canaries, the one into this gate included. */
  real: z.boolean().default(false),
});

/** The rules of each gate that has some, by its name. */
export const gateRules = z.record(z.string().min(1), gateRule);

/** What a gate demands. */
export type GateRule = z.output<typeof gateRule>;
export type EvalRule = z.output<typeof evalRule>;
export type CanaryRule = z.output<typeof canaryRule>;
