/** Works on the jobs: begins those that wait, goes on with those that somebody left, and forgets those that are old. */
import { Bell } from "../../core/bell.ts";
import { JOB_GC_MS, JOB_LEASE_MS, JOB_SWEEP_MS } from "../../core/release_limits.ts";
import { begun } from "./job_account.ts";
import { JobRun, type JobRunParts } from "./job_run.ts";

/** What the runner is made of. */
export interface JobRunnerParts extends JobRunParts {
  /** How long jobs are kept after their end, in milliseconds. */
  readonly jobTtlMs: number;
}

/** See the module. */
export class JobRunner {
  readonly #parts: JobRunnerParts;
  readonly #runs = new Map<JobRun, Promise<void>>();
  readonly #bell: Bell;
  #loop: Promise<void> | undefined;
  #isClosing = false;
  #stopCleaning = () => {};

  constructor(parts: JobRunnerParts) {
    this.#parts = parts;
    this.#bell = new Bell(parts.later);
  }

  /** Begins to work. */
  begin(): void {
    this.#clean();
    this.#loop = this.#work();
  }

  /** A job was queued, or is to end. */
  wake(jobId: string): void {
    for (const run of this.#runs.keys()) if (run.jobId === jobId) run.look();
    this.#bell.ring();
  }

  /** Leaves every job to the next server, and resolves when nothing is at work any more. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#stopCleaning();
    this.#bell.ring();
    await this.#loop;
    for (const run of this.#runs.keys()) run.stop();
    await Promise.all(this.#runs.values());
  }

  async #work(): Promise<void> {
    while (!this.#isClosing) {
      let waitMs = JOB_SWEEP_MS;
      try {
        waitMs = Math.min(await this.#fill(), JOB_SWEEP_MS);
      } catch (error) {
        this.#parts.onBug(error);
      }
      await this.#bell.wait(waitMs);
    }
  }

  /** Begins what there is room for; returns how long there is nothing more to do, in milliseconds. */
  async #fill(): Promise<number> {
    const { store, orchestrator, now } = this.#parts;
    const { name: backend, runsMax } = orchestrator;
    while (this.#runs.size < runsMax && !this.#isClosing) {
      const left = await store.reclaim({ leaseMs: JOB_LEASE_MS });
      const leased = left ?? await store.claim({ leaseMs: JOB_LEASE_MS, backend, tell: begun });
      if (leased === undefined) {
        const dueAt = await store.nextDueAt();
        return dueAt === undefined ? Infinity : Math.max(0, dueAt - now());
      }
      const run = new JobRun(leased, { ...this.#parts, isRecovered: left !== undefined });
      this.#runs.set(run, this.#finish(run));
    }
    return Infinity;
  }

  async #finish(run: JobRun): Promise<void> {
    await run.work().catch(this.#parts.onBug);
    this.#runs.delete(run);
    this.#bell.ring();
  }

  #clean(): void {
    const { store, later, jobTtlMs, onBug } = this.#parts;
    store.sweep({ olderThanMs: jobTtlMs }).catch(onBug);
    this.#stopCleaning = later(() => this.#clean(), JOB_GC_MS);
  }
}
