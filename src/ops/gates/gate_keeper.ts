/** Holds a model against the rules of the gate that it is to pass. */
import type { SloMonitor } from "../../adapters/slo/slo_monitor.ts";
import { ToolError } from "../../core/errors.ts";
import type { CanaryRule, EvalRule, GateRule } from "../../core/gate_rules.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { POLICY_PATH } from "../../core/policy_document.ts";
import type { AuditLog } from "../../store/audit.ts";
import type { CanaryStore } from "../../store/canary.ts";
import type { Job, JobStore } from "../../store/job.ts";
import { type GatePolicy, ruleOf } from "./gate_policy.ts";

/** What the rules are held against. */
export interface GateKeeperParts {
  /** What the repository says now. */
  readonly policy: () => GatePolicy;
  /** The gates that are one and the same, wherever models are kept: the rules of each must be met. */
  readonly sameGates?: ((gate: string) => readonly string[]) | undefined;
  readonly jobs: JobStore;
  readonly canaries: CanaryStore;
  readonly audits: AuditLog;
  /** What measures the canaries that are started now. */
  readonly monitor: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A model in front of a gate. */
export interface Passage {
  readonly modelId: string;
  readonly gate: string;
  /** By which way it wants to pass. */
  readonly tool: "promote_model" | "start_canary";
  /** The fingerprint of the caller's key. */
  readonly caller: string | undefined;
}

/** A rule that is not met. */
interface Missing {
  readonly rule: JsonObject;
  /** What is missing, as a clause. */
  readonly missing: string;
}

/** How many evaluations of a task are looked through for one of the model. */
const JOBS_MAX = 200;
const HOUR_MS = 3_600_000;

/** See the module. */
export class GateKeeper {
  readonly #parts: GateKeeperParts;

  constructor(parts: GateKeeperParts) {
    this.#parts = parts;
  }

  /** @throws {ToolError} `conflict` with the first rule that is not met, and what is missing. */
  async assertMet(passage: Passage): Promise<void> {
    const { policy, sameGates = (gate) => [gate] } = this.#parts;
    for (const gate of sameGates(passage.gate)) {
      await this.#assertMet({ ...passage, gate }, ruleOf(gate, policy()));
    }
  }

  async #assertMet(passage: Passage, rule: GateRule | undefined): Promise<void> {
    const missing = rule === undefined ? undefined : await this.#firstMissing(passage, rule);
    if (missing === undefined) return;
    const { modelId, gate, tool, caller } = passage;
    const details = { reason: "gate_rule", gate, modelId, path: POLICY_PATH, ...missing };
    await this.#parts.audits.append([{
      actor: caller ?? "local",
      action: `${tool}.refused`,
      subject: `model/${modelId}`,
      payload: details,
    }]);
    throw new ToolError(
      "conflict",
      `Cannot pass "${modelId}" through gate "${gate}": ${missing.missing}`,
      details,
    );
  }

  async #firstMissing(passage: Passage, { evals, canary, real }: GateRule): Promise<Missing | undefined> {
    for (const rule of evals) {
      const missing = await this.#missingOfEval(passage.modelId, rule, { real });
      if (missing !== undefined) return { rule: { eval: rule, real }, missing };
    }
    if (real && passage.tool === "start_canary" && !REAL_MONITORS.has(this.#parts.monitor)) {
      const missing = "only a canary that is measured counts here, and this server's monitor is " +
        `"${this.#parts.monitor}"; its operator sets PROM_URL`;
      return { rule: { real }, missing };
    }
    if (canary === undefined) return undefined;
    const missing = await this.#missingOfCanary(passage, canary, { real });
    return missing === undefined ? undefined : { rule: { canary, real }, missing };
  }

  async #missingOfEval(
    modelId: string,
    { taskId, metrics, maxAgeHours }: EvalRule,
    { real }: Pick<GateRule, "real">,
  ): Promise<string | undefined> {
    const job = await this.#newestEval(modelId, taskId);
    const how = `call run_eval with taskId "${taskId}" and configId "${modelId}"`;
    if (job === undefined) return `it needs a COMPLETED eval of "${taskId}", and there is none; ${how}`;
    const simulation = real ? simulationOf(job) : undefined;
    if (simulation !== undefined) {
      return `only an eval that was run counts here, and of the newest of "${taskId}" (job ${job.jobId}) ` +
        `${simulation}; once the operator has set LUKHAS_EVAL_BACKEND, ${how}`;
    }
    if (maxAgeHours !== undefined && this.#parts.now() - job.updatedAt > maxAgeHours * HOUR_MS) {
      return `its eval of "${taskId}" (job ${job.jobId}) is older than ${maxAgeHours} h; ${how}`;
    }
    for (const [metric, { min = -Infinity, max = Infinity }] of Object.entries(metrics)) {
      const value = metricOf(job.result, metric);
      const found = `its eval of "${taskId}" (job ${job.jobId}) has "${metric}"`;
      if (value === undefined) return `its eval of "${taskId}" (job ${job.jobId}) has no metric "${metric}"`;
      if (!(value >= min)) return `${found} ${value}, below ${min}`;
      if (!(value <= max)) return `${found} ${value}, above ${max}`;
    }
    return undefined;
  }

  /** Of the model: its configuration is the model's id, or its result says so. */
  async #newestEval(modelId: string, taskId: string): Promise<Job | undefined> {
    const filter = { taskId, status: "COMPLETED" } as const;
    const { rows: named } = await this.#parts.jobs.list({ ...filter, configId: modelId }, { limit: 1 });
    const { rows } = await this.#parts.jobs.list(filter, { limit: JOBS_MAX });
    const told = rows.find(({ result }) => objectOf(result)?.modelId === modelId);
    return [...named, ...(told === undefined ? [] : [told])].sort((a, b) => b.updatedAt - a.updatedAt)[0];
  }

  async #missingOfCanary(
    { modelId, gate, tool }: Passage,
    { toGate = gate, maxAgeHours }: CanaryRule,
    { real }: Pick<GateRule, "real">,
  ): Promise<string | undefined> {
    // A canary into the gate is how the rule is met.
    if (tool === "start_canary" && toGate === gate) return undefined;
    const filter = { modelId, toGate, status: "PROMOTED" } as const;
    const { rows: [canary] } = await this.#parts.canaries.list(filter, { limit: 1 });
    const how = `call start_canary with toGate "${toGate}"`;
    if (canary === undefined) return `it needs a promoted canary into "${toGate}", and there is none; ${how}`;
    if (real && !REAL_MONITORS.has(canary.monitor)) {
      return `only a canary that was measured counts here, and the newest (${canary.canaryId}) was not: its monitor ` +
        `was "${canary.monitor}"; once the operator has set PROM_URL, ${how}`;
    }
    const age = this.#parts.now() - (canary.endedAt ?? canary.updatedAt);
    const isOld = maxAgeHours !== undefined && age > maxAgeHours * HOUR_MS;
    return isOld
      ? `its canary ${canary.canaryId} was promoted more than ${maxAgeHours} h ago; ${how}`
      : undefined;
  }
}

/**
 * Backends that run evaluations, and monitors that measure. What is not among them simulates, or is what a server before
 * this one has left, of which nobody knows how it came about.
 */
const REAL_BACKENDS: ReadonlySet<string> = new Set(["command", "http"]);
const REAL_MONITORS: ReadonlySet<string> = new Set<SloMonitor["name"]>(["prometheus"]);

/** What says that an eval was none, as a clause. A runner can simulate as well: its result says so, as the server's own do. */
function simulationOf({ backend, result }: Job): string | undefined {
  if (!REAL_BACKENDS.has(backend)) return `the backend is "${backend}"`;
  return objectOf(result)?.simulated === true ? 'the result says "simulated"' : undefined;
}

/** A number of an eval's result: under `metrics`, or at the top. */
function metricOf(result: Json | undefined, metric: string): number | undefined {
  const whole = objectOf(result);
  const metrics = objectOf(whole?.metrics);
  const places = [metrics, whole].filter((place) => place !== undefined && Object.hasOwn(place, metric));
  const value = places[0]?.[metric];
  return typeof value === "number" ? value : undefined;
}

function objectOf(value: Json | undefined): JsonObject | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? value as JsonObject : undefined;
}
