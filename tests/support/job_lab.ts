/** Jobs over a real store, an orchestrator that does what a test says, and a clock to turn. */
import {
  type EvalOrchestrator,
  type EvalRequest,
  type EvalState,
  OrchestratorError,
} from "../../src/adapters/eval/orchestrator.ts";
import { JobRunner } from "../../src/ops/jobs/job_runner.ts";
import { Jobs } from "../../src/ops/jobs/jobs.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite_store.ts";
import { FakeClock } from "./fake_clock.ts";

/** An orchestrator whose runs do what they are told. */
export class ScriptedOrchestrator implements EvalOrchestrator {
  readonly name: string = "scripted";
  runsMax = 2;
  readonly pollIntervalMs = 100;
  outlivesServer = true;
  isIdempotent = true;
  /** Keys of the runs that were begun, in order; a key that is known again is not there twice. */
  readonly begun: string[] = [];
  readonly canceled: string[] = [];
  polls = 0;
  /** How a run is doing. */
  state: (jobId: string) => EvalState = () => ({ state: "running" });
  /** Called before a run is begun: may throw, or wait. */
  beforeRun: (request: EvalRequest) => Promise<void> | void = () => {};
  find?: (key: string) => Promise<string | undefined>;

  async run(request: EvalRequest): Promise<{ jobId: string }> {
    await this.beforeRun(request);
    request.signal.throwIfAborted();
    if (!this.begun.includes(request.idempotencyKey)) this.begun.push(request.idempotencyKey);
    return { jobId: `run of ${request.idempotencyKey}` };
  }

  async poll(jobId: string): Promise<EvalState> {
    this.polls++;
    return this.state(jobId);
  }

  async cancel(jobId: string): Promise<void> {
    this.canceled.push(jobId);
  }
}

/** An error of a service that is away. */
export function away(): OrchestratorError {
  return new OrchestratorError("network", "The service did not answer", { isRetryable: true });
}

/** See the module. */
export class JobLab implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly orchestrator: ScriptedOrchestrator;
  readonly store: SqliteStore;
  readonly bugs: unknown[] = [];
  jobs: Jobs;
  readonly #timeLimitMs: number;
  #runner: JobRunner;
  #isAlive = { value: true };
  #ids = 0;

  constructor(
    orchestrator = new ScriptedOrchestrator(),
    { timeLimitMs = 3_600_000 }: { timeLimitMs?: number } = {},
  ) {
    this.orchestrator = orchestrator;
    this.#timeLimitMs = timeLimitMs;
    this.store = new SqliteStore({ path: ":memory:", now: this.clock.now, newId: () => this.#newId() });
    this.#runner = this.#createRunner();
    this.jobs = this.#createJobs();
    this.#runner.begin();
  }

  /** Queues a job; returns its id. */
  async run(taskId = "task"): Promise<string> {
    const request = { taskId, configId: "config", dryRun: false, caller: "ada" };
    const { jobId } = await this.jobs.run(request);
    await this.clock.pass(0);
    return jobId;
  }

  /** What the events of a job were. */
  async events(jobId: string): Promise<string[]> {
    const events = await this.store.events.read({ afterId: 0, topics: [`job/${jobId}`], limit: 100 });
    return events.map(({ name }) => name);
  }

  /** What was audited of a job. */
  async audits(jobId: string): Promise<string[]> {
    const audits = await this.store.audits.of(`job/${jobId}`, { limit: 100 });
    return audits.map(({ action }) => action);
  }

  /** The server stops as it should, and another one starts. */
  async restart(): Promise<void> {
    await this.#runner.close();
    this.#begin();
  }

  /** The server is killed and another one starts a minute later: nothing was given back, and every lease is over. */
  async crash(): Promise<void> {
    this.#isAlive.value = false;
    this.#isAlive = { value: true };
    this.clock.jump(60_000);
    this.#begin();
    await this.clock.pass(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runner.close();
    await this.store.close();
  }

  #begin(): void {
    this.#runner = this.#createRunner();
    this.jobs = this.#createJobs();
    this.#runner.begin();
  }

  #createRunner(): JobRunner {
    const isAlive = this.#isAlive;
    return new JobRunner({
      store: this.store.jobs,
      orchestrator: this.orchestrator,
      now: this.clock.now,
      later: (run, ms) => this.clock.later(() => isAlive.value && run(), ms),
      timeLimitMs: this.#timeLimitMs,
      jobTtlMs: 86_400_000,
      onBug: (error) => this.bugs.push(error),
    });
  }

  #createJobs(): Jobs {
    return new Jobs({
      store: this.store.jobs,
      backend: this.orchestrator.name,
      newId: () => this.#newId(),
      onWork: (jobId) => this.#runner.wake(jobId),
    });
  }

  #newId(): string {
    return `id-${++this.#ids}`;
  }
}
