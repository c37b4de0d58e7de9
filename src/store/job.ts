/** Jobs as they are kept: one record a job, one an attempt, and a lease that fences off who has lost it. */
import type { Tell } from "./change.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { Created, IdempotencyKey } from "./idempotency.ts";
import type { Counts, Page, PageRequest } from "./page.ts";

/** On the wire too. */
export const JOB_STATUSES = ["QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELED", "DRY_RUN"] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** How a job ended, finer than its status: `lost` and `timed_out` are FAILED. */
export type JobOutcome = "succeeded" | "failed" | "canceled" | "lost" | "timed_out";

/** Why a job failed. */
export interface JobError {
  /** Such as `exit_code`, `no_result`, `timed_out`, `vanished`. */
  readonly code: string;
  readonly message: string;
  /** Facts such as `exitCode` or the tail of stderr. */
  readonly details?: JsonObject;
}

/** A job. Times are milliseconds since 1970. */
export interface Job {
  readonly jobId: string;
  readonly taskId: string;
  readonly configId: string;
  readonly status: JobStatus;
  /** Of a job that is over, unless a server made it that knew no outcomes. */
  readonly outcome?: JobOutcome;
  /** When it was asked for. */
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly progress?: Json;
  readonly result?: Json;
  readonly error?: JobError;
  /** What else there is to say of the run, as an exit code. */
  readonly run?: JsonObject;
  /** The fingerprint of the key of whoever asked for it; undefined where nobody had to say. */
  readonly caller: string | undefined;
  /** Which orchestrator runs it, as `simulated`. */
  readonly backend: string;
  /** How often it was begun: 0 before the first time. */
  readonly attempt: number;
  /** When a caller asked to end it. */
  readonly cancelRequestedAt?: number;
  /** Not before this moment is it begun (again). */
  readonly runAfter: number;
  /** The orchestrator's own id of the attempt, once it has accepted it. */
  readonly externalId?: string;
}

/** A job that is asked for. `DRY_RUN` is never begun. */
export interface NewJob {
  readonly jobId: string;
  readonly taskId: string;
  readonly configId: string;
  readonly status: "QUEUED" | "DRY_RUN";
  readonly caller: string | undefined;
  readonly backend: string;
}

/** One time that a job was begun. */
export interface JobAttempt {
  readonly attempt: number;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly externalId?: string;
  readonly outcome?: JobOutcome | "retried" | "released";
  readonly error?: JobError;
}

/** The right to write to a job that runs. Whoever claims it anew takes it away. */
export interface Lease {
  readonly jobId: string;
  readonly token: string;
}

/** A job and the lease on it. */
export interface LeasedJob {
  readonly job: Job;
  readonly lease: Lease;
}

/** The end of a job. */
export interface JobEnd {
  readonly status: "COMPLETED" | "FAILED" | "CANCELED";
  readonly outcome: JobOutcome;
  readonly result?: Json;
  readonly error?: JobError;
  readonly run?: JsonObject;
}

/**
 * See the module. Methods that take a lease write only while the lease is good, and return undefined when it is not:
 * whoever is told so stops, and writes nothing more.
 */
export interface JobStore {
  create(
    job: NewJob,
    options: { readonly idempotency?: IdempotencyKey; readonly tell: Tell<Job> },
  ): Promise<Created<Job>>;
  get(jobId: string): Promise<Job | undefined>;
  list(
    filter: { readonly status?: JobStatus; readonly taskId?: string; readonly configId?: string },
    page: PageRequest,
  ): Promise<Page<Job>>;
  counts(): Promise<Counts<JobStatus>>;
  /** Oldest first. */
  attempts(jobId: string): Promise<readonly JobAttempt[]>;
  /** Begins the oldest queued job whose time has come: RUNNING on that backend, one attempt more, under a lease. */
  claim(
    options: { readonly leaseMs: number; readonly backend: string; readonly tell: Tell<Job> },
  ): Promise<LeasedJob | undefined>;
  /** Takes over a running job whose lease has ended: the same attempt, under a new lease. */
  reclaim(options: { readonly leaseMs: number }): Promise<LeasedJob | undefined>;
  /** When the next queued job's time comes, and when the next lease ends: the earlier of both, or undefined. */
  nextDueAt(): Promise<number | undefined>;
  /** Prolongs a lease. The job says whether somebody wants it to end. */
  renew(lease: Lease, options: { readonly leaseMs: number }): Promise<Job | undefined>;
  /** The orchestrator has accepted the attempt. */
  setExternalId(lease: Lease, externalId: string): Promise<Job | undefined>;
  setProgress(lease: Lease, progress: Json, tell: Tell<Job>): Promise<Job | undefined>;
  finish(lease: Lease, end: JobEnd, tell: Tell<Job>): Promise<Job | undefined>;
  /**
   * Gives the job back, to be begun again after `delayMs`. `released` is nobody's fault (the server stops): it does not
   * count as an attempt.
   */
  requeue(
    lease: Lease,
    options: {
      readonly why: "retried" | "released";
      readonly delayMs: number;
      readonly error?: JobError;
      readonly tell: Tell<Job>;
    },
  ): Promise<Job | undefined>;
  /** Gives the lease up while the attempt goes on elsewhere: whoever reclaims it goes on watching. */
  letGo(lease: Lease): Promise<void>;
  /**
   * Notes that a job is to end; a queued one is CANCELED at once. `changed` is false, and nothing is told, when it was
   * over, or was to end already. Undefined when there is no such job.
   */
  requestCancel(jobId: string, tell: Tell<Job>): Promise<{ job: Job; changed: boolean } | undefined>;
  /**
   * Forgets jobs that have been over for longer than this, their attempts and events; never their audits.
   *
   * @returns How many.
   */
  sweep(options: { readonly olderThanMs: number }): Promise<number>;
}

/** Whether a job is over. */
export function isOver({ status }: Pick<Job, "status">): boolean {
  return status !== "QUEUED" && status !== "RUNNING";
}
