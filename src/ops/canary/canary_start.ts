/** Starting a canary: everything that can be known before is asked before, and a dry run ends there. */
import { nodeCrypto } from "../../core/node_modules.ts";
import type { ModelRegistry } from "../../adapters/registry/model_registry.ts";
import type {
  CountsObservation,
  PointsObservation,
  SloMonitor,
  Targets,
} from "../../adapters/slo/slo_monitor.ts";
import type { Clock, NewId } from "../../core/clock.ts";
import { ToolError } from "../../core/errors.ts";
import { IDEMPOTENCY_LIFE_MS } from "../../core/release_limits.ts";
import type { Canary, CanaryStore } from "../../store/canary.ts";
import type { IdempotencyKey } from "../../store/idempotency.ts";
import { modelName } from "../../store/model.ts";
import type { GateKeeper } from "../gates/gate_keeper.ts";
import { actorOf, started } from "./canary_account.ts";
import { type CanaryMemory, judgeMemory } from "./canary_memory.ts";
import type { CanaryFacts } from "./canary_view.ts";
import { alreadyRunning, keyReused } from "./canary_refusals.ts";
import type { Assurance } from "./evidence.ts";
import type { CanaryPolicy } from "./policy.ts";
import { type CanarySettings, startPolicy } from "./start_policy.ts";
import { initialState } from "./state.ts";

/** What starting needs. */
export interface CanaryStartParts {
  readonly store: CanaryStore;
  readonly registry: ModelRegistry;
  readonly monitor: SloMonitor;
  readonly keeper: GateKeeper;
  readonly settings: CanarySettings & { readonly runningMax: number };
  readonly now: Clock["now"];
  readonly newId: NewId;
}

/** A canary that a caller asks for. */
export interface CanaryRequest {
  readonly modelId: string;
  readonly fromGate: string;
  readonly toGate: string;
  readonly windowSeconds: number;
  readonly targets: Targets;
  /** Only look whether it could be started. */
  readonly dryRun: boolean;
  /** The fingerprint of the caller's key; undefined where nobody has to say. */
  readonly caller: string | undefined;
  /** A repeated call with the same key gets the canary of the first. */
  readonly idempotencyKey?: string | undefined;
  readonly signal: AbortSignal;
}

/** A canary that could be started: as it would be, with what was measured of the window before. */
export type CanaryPreview = CanaryFacts & { readonly canaryId?: undefined; readonly dryRun: true };

/** What came of it. */
export type Started =
  | { readonly kind: "created" | "known"; readonly record: Canary }
  | { readonly kind: "preview"; readonly preview: CanaryPreview };

/** How long the pre-flight may take. */
const PREFLIGHT_MS = 10_000;

/** What is known before a canary begins. */
interface Prepared {
  readonly modelId: string;
  readonly policy: CanaryPolicy;
  readonly assurance: Assurance;
  /** Which model is in the gate. */
  readonly baseline: string | null;
  readonly sample: CountsObservation | PointsObservation;
  readonly warning: string | undefined;
}

/**
 * Starts a canary.
 *
 * @throws {ToolError} `conflict` when one runs already or a rule of the gate is not met, `unavailable` when nothing
 * could measure it, `busy` when there are too many.
 */
export async function startCanary(request: CanaryRequest, parts: CanaryStartParts): Promise<Started> {
  const idempotency = idempotencyKey(request);
  if (idempotency !== undefined && !request.dryRun) {
    // Before anything is asked or refused: what was made then is the answer, however things stand now.
    const earlier = await parts.store.earlier(idempotency);
    if (earlier?.kind === "key_reused") throw keyReused(earlier.id);
    if (earlier !== undefined) return earlier;
  }
  const prepared = await prepare(request, parts);
  const { fromGate, toGate, caller } = request;
  if (request.dryRun) {
    return { kind: "preview", preview: previewOf(request, { prepared, monitor: parts.monitor }) };
  }
  await assertRoom(parts);
  const { modelId, policy, assurance, baseline, warning } = prepared;
  const judge = judgeMemory(initialState(parts.now()));
  const state: CanaryMemory = { judge, assurance, baseline, attempts: 0, warning };
  const created = await parts.store.create({
    canaryId: parts.newId(),
    modelId,
    fromGate,
    toGate,
    status: "RUNNING",
    phase: "observing",
    caller,
    monitor: parts.monitor.name,
    policy,
    state,
  }, { ...(idempotency !== undefined && { idempotency }), tell: started(baseline) });
  if (created.kind === "key_reused") throw keyReused(created.id);
  if (created.kind === "already_running") throw alreadyRunning(created.record);
  return created;
}

async function prepare(request: CanaryRequest, parts: CanaryStartParts): Promise<Prepared> {
  const { registry, monitor, keeper, settings, now } = parts;
  const { fromGate, toGate, windowSeconds, targets, caller, signal } = request;
  const modelId = await registry.resolve(request.modelId, signal);
  await keeper.assertMet({ modelId, gate: toGate, tool: "start_canary", caller });
  const name = modelName(modelId);
  const { previous: baseline } = await registry.promote({
    modelId,
    gate: toGate,
    dryRun: true,
    idempotencyKey: "",
    by: actorOf(caller),
    tell: () => ({ audits: [], events: [] }),
  }, signal);
  const source = await registry.current({ name, gate: fromGate }, signal);
  const outcome = await monitor.check(
    { modelId, gate: toGate, windowSeconds, targets },
    { now: now(), budgetMs: PREFLIGHT_MS, signal },
  );
  if (outcome.kind === "error") {
    const { code, retryable, message } = outcome;
    throw new ToolError("unavailable", message, { reason: code, retryable });
  }
  const policy = startPolicy({ windowSeconds, targets }, settings);
  return {
    modelId,
    policy,
    assurance: monitor.measures === "points" ? "point_estimates" : policy.assurance,
    baseline,
    sample: outcome.sample,
    warning: source === modelId ? undefined : `"${modelId}" is not in gate "${fromGate}"`,
  };
}

async function assertRoom({ settings: { runningMax }, store }: CanaryStartParts): Promise<void> {
  const { RUNNING: running } = await store.counts();
  if (running < runningMax) return;
  throw new ToolError(
    "busy",
    `Cannot start: ${running} canaries run already; abort one, or set MCP_CANARIES_MAX`,
    {
      running,
      limit: runningMax,
    },
  );
}

function previewOf(
  { fromGate, toGate }: CanaryRequest,
  { prepared, monitor }: { prepared: Prepared; monitor: SloMonitor },
): CanaryPreview {
  const { modelId, policy, assurance, sample, warning } = prepared;
  const figures = sample.kind === "counts" ? { ...sample.counts } : { error_rate: sample.errorRate };
  return {
    dryRun: true,
    modelId,
    fromGate,
    toGate,
    status: "PENDING",
    policy,
    monitor: monitor.name,
    ...(monitor.name === "simulated" && { simulated: true }),
    assurance,
    samples: 0,
    ...(warning !== undefined && { warning }),
    sample: {
      at: new Date(sample.evalTime).toISOString(),
      ...figures,
      latency_p95_ms: sample.latencyP95Ms,
      evidence: sample.raw,
    },
  };
}

function idempotencyKey({ idempotencyKey: key, caller, ...call }: CanaryRequest): IdempotencyKey | undefined {
  if (key === undefined) return undefined;
  const { modelId, fromGate, toGate, windowSeconds, targets } = call;
  const about = [modelId, fromGate, toGate, windowSeconds, targets.max_error_rate, targets.latency_p95_ms];
  const fingerprint = nodeCrypto().createHash("sha256").update(JSON.stringify(about)).digest("hex");
  return { caller, tool: "start_canary", key, fingerprint, lifeMs: IDEMPOTENCY_LIFE_MS };
}
