/** Canaries over a real store, with a clock that stands still, a monitor that says what a test says, and a fickle registry. */
import { LocalRegistry } from "../../src/adapters/registry/local_registry.ts";
import type { ModelRegistry } from "../../src/adapters/registry/model_registry.ts";
import type { Observation, SloMonitor } from "../../src/adapters/slo/slo_monitor.ts";
import { Canaries, type CanariesParts } from "../../src/ops/canary/canaries.ts";
import type { CanaryRequest } from "../../src/ops/canary/canary_start.ts";
import type { GatePolicy } from "../../src/ops/gates/gate_policy.ts";
import { GateKeeper } from "../../src/ops/gates/gate_keeper.ts";
import { Models, type Promotion } from "../../src/ops/models/models.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite_store.ts";
import type { StoredEvent } from "../../src/store/event.ts";
import { FakeClock } from "./fake_clock.ts";

/** What a test's monitor sees. It is asked with the number of the look, from 1 on. */
export type Script = (look: number) => Observation;

/** Counts of a model that serves 100 requests a look, of which `errors` fail. */
export function serving(errors = 0): Script {
  return (look) => ({
    kind: "counts",
    evalTime: 0,
    counts: { total: 100 * look, errors: errors * look, slowLow: 0, slowHigh: 0 },
  });
}

/** See the module. */
export class CanaryLab implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly store: SqliteStore;
  readonly bugs: unknown[] = [];
  script: Script = serving();
  looks = 0;
  /** What the monitor of the next server is called. */
  monitorName: SloMonitor["name"] = "simulated";
  /** Called before each change of a gate; what it throws is what the registry says. */
  beforeGate: () => void | Promise<void> = () => {};
  /** What the repository says of its gates. */
  policy: GatePolicy = {};
  canaries: Canaries;
  models: Models;
  readonly registry: ModelRegistry;
  #ids = 0;

  constructor(changes: Partial<CanariesParts> = {}) {
    this.store = new SqliteStore({ path: ":memory:", now: this.clock.now, newId: () => this.#newId() });
    this.registry = changes.registry ?? this.#fickle(new LocalRegistry(this.store.models));
    [this.canaries, this.models] = this.#open(changes);
  }

  /** Starts anew over the same store, as after a crash: what was under way is lost. */
  async restart(): Promise<void> {
    await this.canaries.close();
    [this.canaries, this.models] = this.#open({});
    await this.canaries.begin();
  }

  /** Asks for a canary of `chat/7` from staging into production, with a window of 20 looks of a second each. */
  async start(changes: Partial<CanaryRequest> = {}): Promise<string> {
    const { canaryId } = await this.canaries.start({
      modelId: "chat/7",
      fromGate: "staging",
      toGate: "production",
      windowSeconds: 20,
      targets: { max_error_rate: 0.01, latency_p95_ms: 800 },
      dryRun: false,
      caller: undefined,
      signal: new AbortController().signal,
      ...changes,
    });
    return String(canaryId);
  }

  /** Puts a model into production. */
  async promote(modelId: string): Promise<Promotion> {
    const signal = new AbortController().signal;
    return await this.models.promote({
      modelId,
      gate: "production",
      dryRun: false,
      caller: undefined,
      signal,
    });
  }

  /** Which version of `chat` is in production. */
  async holder(): Promise<string | null> {
    return (await this.store.models.holder({ name: "chat", gate: "production" }))?.modelId ?? null;
  }

  async events(canaryId: string): Promise<StoredEvent[]> {
    const topics = [`canary/${canaryId}`] as const;
    return [...await this.store.events.read({ afterId: 0, topics, limit: 10_000 })];
  }

  async audited(canaryId: string): Promise<string[]> {
    const audits = await this.store.audits.of(`canary/${canaryId}`, { limit: 10_000 });
    return audits.map(({ action }) => action);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.canaries.close();
    await this.store.close();
    if (this.bugs.length > 0) throw new AggregateError(this.bugs, "Canaries had bugs");
  }

  #newId(): string {
    return `id-${++this.#ids}`;
  }

  #open(changes: Partial<CanariesParts>): [Canaries, Models] {
    const { store } = this;
    const keeper = new GateKeeper({
      policy: () => this.policy,
      jobs: store.jobs,
      canaries: store.canaries,
      audits: store.audits,
      monitor: "prometheus",
      now: this.clock.now,
    });
    const newId = () => this.#newId();
    const canaries = new Canaries({
      store: store.canaries,
      flush: () => store.flush(),
      registry: this.registry,
      monitor: this.#monitor(),
      keeper,
      settings: {
        intervalMs: undefined,
        minRequests: 50,
        outageMs: 300_000,
        assurance: "observed",
        onInconclusive: "rollback",
        runningMax: 100,
      },
      now: this.clock.now,
      newId,
      later: this.clock.later,
      onBug: (error) => this.bugs.push(error),
      ...changes,
    });
    const { registry } = this;
    const models = new Models({ store: store.models, registry, keeper, canaries, confirmGates: [], newId });
    return [canaries, models];
  }

  #monitor(): SloMonitor {
    return {
      name: this.monitorName,
      measures: "counts",
      check: async () => ({ kind: "ready", sample: { kind: "counts", evalTime: 0, counts: { total: 0 } } }),
      observe: async (_measurand, { now, startedAt }) => {
        const seen = this.script(Math.round((now - startedAt) / 1000));
        this.looks++;
        return seen.kind === "error" ? seen : { ...seen, evalTime: now };
      },
    };
  }

  #fickle(local: LocalRegistry): ModelRegistry {
    return {
      name: "local",
      resolve: (modelId) => local.resolve(modelId),
      current: (key) => local.current(key),
      promote: async (request) => {
        if (!request.dryRun) await this.beforeGate();
        return await local.promote(request);
      },
      rollback: async (request) => {
        await this.beforeGate();
        return await local.rollback(request);
      },
    };
  }
}
