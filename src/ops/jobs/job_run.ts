/** One job at work: handed to the orchestrator, asked for until it is over, and written down. */
import {
  type EvalOrchestrator,
  type EvalState,
  OrchestratorError,
} from "../../adapters/eval/orchestrator.ts";
import { Bell } from "../../core/bell.ts";
import type { Later, Now } from "../../core/clock.ts";
import { isDeeperThan, type Json } from "../../core/json.ts";
import {
  EVAL_CANCEL_GRACE_MS,
  EVAL_JSON_LEVELS_MAX,
  EVAL_PROGRESS_BYTES_MAX,
  JOB_ATTEMPTS_MAX,
  JOB_UPDATE_INTERVAL_MS,
} from "../../core/release_limits.ts";
import type { JobStore, LeasedJob } from "../../store/job.ts";
import { backoffMs } from "./backoff.ts";
import { endedBy, type Ending, endOf, failed, lost, orphanedBy } from "./job_end.ts";
import { Tenure } from "./tenure.ts";

const CANCELED: Ending = { why: "canceled" };

/** What runs are made of. */
export interface JobRunParts {
  readonly store: JobStore;
  readonly orchestrator: EvalOrchestrator;
  readonly now: Now;
  readonly later: Later;
  /** How long a run may take, in milliseconds. */
  readonly timeLimitMs: number;
  /** Told of every error that nobody expected. */
  readonly onBug: (error: unknown) => void;
}

/** See the module. */
export class JobRun {
  readonly jobId: string;
  readonly #parts: JobRunParts;
  readonly #tenure: Tenure;
  readonly #bell: Bell;
  readonly #isRecovered: boolean;
  #isStopping = false;
  #ending: Ending & { readonly deadline: number; isTold: boolean } | undefined;
  #progress: { readonly text: string; readonly at: number } | undefined;
  #unknownSince: number | undefined;

  /** @param options.isRecovered Whether another server had begun this attempt. */
  constructor(leased: LeasedJob, { isRecovered, ...parts }: JobRunParts & { isRecovered: boolean }) {
    this.jobId = leased.job.jobId;
    this.#parts = parts;
    this.#isRecovered = isRecovered;
    this.#bell = new Bell(parts.later);
    this.#tenure = new Tenure(leased, {
      store: parts.store,
      later: parts.later,
      onBug: parts.onBug,
      onNews: () => this.#bell.ring(),
    });
  }

  /** Works until the job is over, or another's. What a bug leaves undone is taken up when the lease is over. */
  async work(): Promise<void> {
    this.#tenure.begin();
    try {
      if (await this.#isForeign()) return;
      const externalId = this.#tenure.job.externalId ?? await this.#submit();
      if (externalId !== undefined) await this.#watch(externalId);
    } catch (error) {
      if (!this.#tenure.signal.aborted) return this.#parts.onBug(error);
      if (this.#isStopping) await this.#giveBack();
    } finally {
      this.#tenure.end();
    }
  }

  /** Sees whether somebody wants the job to end, without waiting for the next heartbeat. */
  async look(): Promise<void> {
    await this.#tenure.look();
  }

  /** Leaves the job to the next server: to be watched on where its run goes on meanwhile, else to be begun again. */
  stop(): void {
    this.#isStopping = true;
    this.#tenure.leave("The server is stopping");
  }

  get #isCancelWanted(): boolean {
    return this.#tenure.job.cancelRequestedAt !== undefined;
  }

  async #giveBack(): Promise<void> {
    const { outlivesServer } = this.#parts.orchestrator;
    if (outlivesServer) await this.#tenure.letGo();
    else await this.#tenure.requeue("released", { delayMs: 0 });
  }

  /** Whether another backend had begun the job: this one knows nothing of it, so that is the end. */
  async #isForeign(): Promise<boolean> {
    const { backend } = this.#tenure.job;
    const { name } = this.#parts.orchestrator;
    if (!this.#isRecovered || backend === name) return false;
    const message = `The job was begun by the backend "${backend}", and this server has "${name}"`;
    await this.#tenure.finish(lost({ code: "lost", message, details: { maybeRunning: true } }));
    return true;
  }

  /** Returns the orchestrator's id of the run; undefined when the job is over, or waits to be begun again. */
  async #submit(): Promise<string | undefined> {
    const { orchestrator } = this.#parts;
    const { taskId, configId, attempt } = this.#tenure.job;
    const { signal } = this.#tenure;
    const isFirst = attempt === 1 && !this.#isRecovered;
    if (isFirst && this.#isCancelWanted) {
      // Given back by a server that stopped while it ended the run: that is over, and not begun again for this.
      await this.#tenure.finish(endedBy(CANCELED));
      return undefined;
    }
    // The same for each attempt: one that got no answer may have been taken all the same.
    const idempotencyKey = this.jobId;
    try {
      const found = this.#isRecovered ? await this.#recover(idempotencyKey) : undefined;
      if (found === "over") return undefined;
      const { jobId } = found ?? await orchestrator.run({ taskId, configId, idempotencyKey, signal });
      await this.#tenure.accepted(jobId);
      return jobId;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof OrchestratorError)) throw error;
      const { code, message, isRetryable } = error;
      if (this.#isCancelWanted) {
        await this.#tenure.finish(isRetryable ? orphanedBy(CANCELED) : endedBy(CANCELED));
      } else if (isRetryable && attempt < JOB_ATTEMPTS_MAX) {
        await this.#tenure.requeue("retried", {
          delayMs: backoffMs(attempt, this.jobId),
          error: { code, message },
        });
      } else await this.#tenure.finish(failed({ code, message }));
      return undefined;
    }
  }

  /** What became of an attempt that another server began, and may or may not have handed over. */
  async #recover(idempotencyKey: string): Promise<{ jobId: string } | "over" | undefined> {
    const { orchestrator } = this.#parts;
    const jobId = await orchestrator.find?.(idempotencyKey, this.#tenure.signal);
    if (jobId !== undefined) return { jobId };
    if (orchestrator.isIdempotent || orchestrator.find !== undefined) return undefined;
    const message = "The server stopped while it handed this job over: the job may have run, or run still";
    await this.#tenure.finish(lost({ code: "lost", message, details: { maybeRunning: true } }));
    return "over";
  }

  async #watch(externalId: string): Promise<void> {
    const { now, orchestrator } = this.#parts;
    const timeLimit = await this.#timeLimit();
    for (let failures = 0;;) {
      this.#tenure.signal.throwIfAborted();
      if (this.#isCancelWanted) this.#beginEnding("canceled");
      if (now() >= timeLimit) this.#beginEnding("timed_out");
      const state = await this.#ask(externalId);
      if (state !== undefined && await this.#takeIn(state)) return;
      if (this.#ending !== undefined && now() >= this.#ending.deadline) {
        return await this.#tenure.finish(orphanedBy(this.#ending));
      }
      failures = state === undefined ? failures + 1 : 0;
      await this.#bell.wait(failures === 0 ? orchestrator.pollIntervalMs : backoffMs(failures, this.jobId));
    }
  }

  async #timeLimit(): Promise<number> {
    const attempts = await this.#parts.store.attempts(this.jobId);
    return (attempts.at(-1)?.startedAt ?? this.#parts.now()) + this.#parts.timeLimitMs;
  }

  #beginEnding(why: Ending["why"]): void {
    this.#ending ??= { why, deadline: this.#parts.now() + EVAL_CANCEL_GRACE_MS, isTold: false };
  }

  /** How the run is doing; undefined when the orchestrator could not be asked. */
  async #ask(externalId: string): Promise<EvalState | undefined> {
    const { orchestrator } = this.#parts;
    const { signal } = this.#tenure;
    try {
      if (this.#ending?.isTold === false) {
        await orchestrator.cancel?.(externalId, signal);
        this.#ending.isTold = true;
      }
      return await orchestrator.poll(externalId, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof OrchestratorError)) throw error;
      // However long it is away, that says nothing about the run: the time limit ends it.
      return undefined;
    }
  }

  /** Writes down what is new; returns whether the job is over. */
  async #takeIn(state: EvalState): Promise<boolean> {
    const now = this.#parts.now();
    if (state.state === "unknown") this.#unknownSince ??= now;
    else this.#unknownSince = undefined;
    if (state.state === "running" && state.progress !== undefined) {
      await this.#tellProgress(state.progress, now);
    }
    const end = endOf(state, { ending: this.#ending, unknownMs: now - (this.#unknownSince ?? now) });
    if (end !== undefined) await this.#tenure.finish(end);
    return end !== undefined;
  }

  async #tellProgress(progress: Json, now: number): Promise<void> {
    if (isDeeperThan(EVAL_JSON_LEVELS_MAX, progress)) return;
    const text = JSON.stringify(progress);
    if (text === this.#progress?.text || sizeOf(text) > EVAL_PROGRESS_BYTES_MAX) return;
    if (this.#progress !== undefined && now - this.#progress.at < JOB_UPDATE_INTERVAL_MS) return;
    this.#progress = { text, at: now };
    await this.#tenure.progress(progress);
  }
}

function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
