/** Puts the release loop together: jobs, models and canaries, over the store and whatever runs evaluations. Starts nothing. */
import { CommandOrchestrator } from "./adapters/eval/command_orchestrator.ts";
import type { EvalHost } from "./adapters/eval/eval_host.ts";
import { HttpOrchestrator } from "./adapters/eval/http_orchestrator.ts";
import type { EvalOrchestrator } from "./adapters/eval/orchestrator.ts";
import { SimulatedOrchestrator } from "./adapters/eval/simulated.ts";
import type { Clock, Later, NewId } from "./core/clock.ts";
import type { Canaries } from "./ops/canary/canaries.ts";
import { canaryTasks } from "./ops/canary/canary_tasks.ts";
import type { GatePolicy } from "./ops/gates/gate_policy.ts";
import { JobRunner } from "./ops/jobs/job_runner.ts";
import { Jobs } from "./ops/jobs/jobs.ts";
import type { Models } from "./ops/models/models.ts";
import { OpsTasks } from "./ops/ops_tasks.ts";
import { jobTasks } from "./ops/jobs/job_tasks.ts";
import { createReleaseGates } from "./release_gates.ts";
import type { AppSettings } from "./sandbox.ts";
import type { Store } from "./store/store.ts";

/** What the release loop is made of. */
export interface ReleaseLoopParts {
  readonly config: AppSettings["config"];
  readonly store: Store;
  /** What the repository says of its gates now. */
  readonly policy: () => GatePolicy;
  readonly clock: Clock;
  readonly later: Later;
  readonly newId: NewId;
  /** Starts commands; needed where evaluations are commands. */
  readonly evalHost?: EvalHost;
  readonly onBug: (error: unknown) => void;
}

/** See the module. */
export interface ReleaseLoop {
  readonly jobs: Jobs;
  readonly models: Models;
  readonly canaries: Canaries;
  /** Jobs and canaries as tasks of the protocol. */
  readonly tasks: OpsTasks;
  /** Begins to work on what waits. */
  begin(): void;
  /** Leaves what is under way to the next server. */
  close(): Promise<void>;
}

/** Makes the release loop. */
export function createReleaseLoop(parts: ReleaseLoopParts): ReleaseLoop {
  const { config, store, clock, later, newId, onBug } = parts;
  const { now } = clock;
  const { timeLimitMs } = config.evals;
  const { jobTtlMs } = config.release;
  const orchestrator = createOrchestrator(parts);
  const runner = new JobRunner({ store: store.jobs, orchestrator, now, later, timeLimitMs, jobTtlMs, onBug });
  const jobs = new Jobs({
    store: store.jobs,
    backend: orchestrator.name,
    newId,
    onWork: (jobId) => runner.wake(jobId),
  });
  const { models, canaries } = createReleaseGates(parts);
  const tasks = new OpsTasks({
    events: store.events,
    now,
    readOnly: config.access.readOnly,
    sources: [jobTasks(store.jobs, { jobs, jobTtlMs }), canaryTasks(store.canaries, canaries)],
  });
  return {
    jobs,
    models,
    canaries,
    tasks,
    begin() {
      // Where nothing may be changed, no gate is, and no evaluation is begun: what waits is left to the next server.
      if (config.access.readOnly) return;
      runner.begin();
      canaries.begin().catch(onBug);
    },
    async close() {
      await Promise.all([runner.close(), canaries.close()]);
    },
  };
}

function createOrchestrator({ config, clock: { now }, evalHost: host }: ReleaseLoopParts): EvalOrchestrator {
  const { backend, runsMax } = config.evals;
  switch (backend.kind) {
    case "simulated":
      return new SimulatedOrchestrator({ now });
    case "command":
      if (host === undefined) throw new TypeError("Commands need somebody who starts them");
      return new CommandOrchestrator({ host, runsMax });
    case "http":
      return new HttpOrchestrator({ ...backend, runsMax });
    default:
      return backend satisfies never;
  }
}
