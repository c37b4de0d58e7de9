/** Puts models and canaries together: over the store, a registry and a monitor. Starts nothing. */
import { LocalRegistry } from "./adapters/registry/local_registry.ts";
import { MlflowClient } from "./adapters/registry/mlflow_client.ts";
import { MlflowRegistry } from "./adapters/registry/mlflow_registry.ts";
import type { ModelRegistry } from "./adapters/registry/model_registry.ts";
import { PrometheusClient } from "./adapters/slo/prometheus/client.ts";
import { PrometheusMonitor } from "./adapters/slo/prometheus/prometheus_monitor.ts";
import { SimulatedMonitor } from "./adapters/slo/simulated_monitor.ts";
import type { SloMonitor } from "./adapters/slo/slo_monitor.ts";
import type { Clock, Later, NewId } from "./core/clock.ts";
import { Canaries } from "./ops/canary/canaries.ts";
import type { GatePolicy } from "./ops/gates/gate_policy.ts";
import { GateKeeper } from "./ops/gates/gate_keeper.ts";
import { Models } from "./ops/models/models.ts";
import type { AppSettings } from "./sandbox.ts";
import type { Store } from "./store/store.ts";

/** What models and canaries are made of. */
export interface ReleaseGatesParts {
  readonly config: Pick<AppSettings["config"], "canary" | "registry">;
  readonly store: Store;
  /** What the repository says of its gates now. */
  readonly policy: () => GatePolicy;
  readonly clock: Clock;
  readonly later: Later;
  readonly newId: NewId;
  readonly onBug: (error: unknown) => void;
}

/** See the module. */
export function createReleaseGates(parts: ReleaseGatesParts): { canaries: Canaries; models: Models } {
  const { config, store, policy, clock: { now }, newId } = parts;
  const registry = createRegistry(parts);
  const monitor = createMonitor(parts);
  const keeper = new GateKeeper({
    policy,
    jobs: store.jobs,
    canaries: store.canaries,
    audits: store.audits,
    monitor: monitor.name,
    sameGates: registry.sameGates?.bind(registry),
    now,
  });
  const canaries = new Canaries({
    ...parts,
    store: store.canaries,
    flush: () => store.flush(),
    registry,
    monitor,
    keeper,
    settings: config.canary,
    now,
  });
  const { confirmGates } = config.registry;
  return {
    canaries,
    models: new Models({ store: store.models, registry, keeper, canaries, confirmGates, newId }),
  };
}

function createRegistry({ config, store: { models }, clock: { now } }: ReleaseGatesParts): ModelRegistry {
  const { mlflow } = config.registry;
  if (mlflow === undefined) return new LocalRegistry(models);
  return new MlflowRegistry({ client: new MlflowClient(mlflow), aliases: mlflow.aliases, models, now });
}

function createMonitor(
  { config: { canary: { monitor, prometheus } }, clock }: ReleaseGatesParts,
): SloMonitor {
  if (monitor === "simulated" || prometheus === undefined) return new SimulatedMonitor();
  return new PrometheusMonitor(new PrometheusClient(prometheus.access, clock.elapsed), prometheus);
}
