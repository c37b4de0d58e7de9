/** The jobs, in SQLite. */
import type { Clock, NewId } from "../../core/clock.ts";
import type { Json } from "../../core/json.ts";
import type { Tell } from "../change.ts";
import type { Created, IdempotencyKey } from "../idempotency.ts";
import {
  isOver,
  type Job,
  JOB_STATUSES,
  type JobAttempt,
  type JobEnd,
  type JobError,
  type JobStatus,
  type JobStore,
  type Lease,
  type LeasedJob,
  type NewJob,
} from "../job.ts";
import type { Counts, Page, PageRequest } from "../page.ts";
import type { Database } from "./database.ts";
import type { IdempotencyTable } from "./idempotency_table.ts";
import { toAttempt, toJob } from "./job_row.ts";
import { type JobStatements, prepareJobStatements } from "./job_statements.ts";
import type { Journal } from "./journal.ts";
import { pageOf } from "./paging.ts";
import { toIso, toJson } from "./values.ts";

/** See the module. */
export class JobTable implements JobStore {
  readonly #sql: JobStatements;
  readonly #journal: Journal;
  readonly #keys: IdempotencyTable;
  readonly #now: Clock["now"];
  readonly #newId: NewId;

  constructor(
    db: Database,
    parts: { journal: Journal; keys: IdempotencyTable; now: Clock["now"]; newId: NewId },
  ) {
    this.#sql = prepareJobStatements(db);
    this.#journal = parts.journal;
    this.#keys = parts.keys;
    this.#now = parts.now;
    this.#newId = parts.newId;
  }

  async create(
    job: NewJob,
    { idempotency, tell }: { idempotency?: IdempotencyKey; tell: Tell<Job> },
  ): Promise<Created<Job>> {
    return this.#journal.transaction((write) => {
      const earlier = this.#keys.earlier(idempotency, (jobId) => this.#find(jobId));
      if (earlier !== undefined) return earlier;
      const now = this.#now();
      const { caller, ...columns } = job;
      this.#sql.insert.run({ ...columns, caller, at: toIso(now), runAfter: now });
      this.#keys.keep(idempotency, job.jobId);
      const record = this.#found(job.jobId);
      write(tell(record));
      return { kind: "created", record };
    });
  }

  async get(jobId: string): Promise<Job | undefined> {
    return this.#find(jobId);
  }

  async list(
    { status, taskId, configId }: { status?: JobStatus; taskId?: string; configId?: string },
    page: PageRequest,
  ): Promise<Page<Job>> {
    return pageOf(page, {
      select: (below) => this.#sql.list.all({ status, taskId, configId, ...below }),
      key: (row) => ({ age: row.started_at, id: row.job_id }),
      toValue: toJob,
    });
  }

  async counts(): Promise<Counts<JobStatus>> {
    const counts = Object.fromEntries(JOB_STATUSES.map((status) => [status, 0])) as Record<JobStatus, number>;
    for (const { status, count } of this.#sql.counts.all()) {
      if (status in counts) counts[status as JobStatus] = count;
    }
    return counts;
  }

  async attempts(jobId: string): Promise<readonly JobAttempt[]> {
    return this.#sql.attempts.all({ jobId }).map(toAttempt);
  }

  async claim(
    { leaseMs, backend, tell }: { leaseMs: number; backend: string; tell: Tell<Job> },
  ): Promise<LeasedJob | undefined> {
    return this.#journal.transaction((write) => {
      const now = this.#now();
      const token = this.#newId();
      const row = this.#sql.claim.get({ now, at: toIso(now), token, until: now + leaseMs, backend });
      if (row === undefined) return undefined;
      const job = toJob(row);
      this.#sql.beginAttempt.run({ jobId: job.jobId, attempt: job.attempt, now });
      write(tell(job));
      return { job, lease: { jobId: job.jobId, token } };
    });
  }

  async reclaim({ leaseMs }: { leaseMs: number }): Promise<LeasedJob | undefined> {
    const now = this.#now();
    const token = this.#newId();
    const row = this.#sql.reclaim.get({ now, token, until: now + leaseMs });
    return row && { job: toJob(row), lease: { jobId: row.job_id, token } };
  }

  async nextDueAt(): Promise<number | undefined> {
    return this.#sql.nextDueAt.get()?.due ?? undefined;
  }

  async renew(lease: Lease, { leaseMs }: { leaseMs: number }): Promise<Job | undefined> {
    const row = this.#sql.renew.get({ ...this.#fence(lease), until: this.#now() + leaseMs });
    return row && toJob(row);
  }

  async setExternalId(lease: Lease, externalId: string): Promise<Job | undefined> {
    return this.#journal.transaction(() => {
      const row = this.#sql.setExternalId.get({ ...this.#fence(lease), externalId });
      if (row === undefined) return undefined;
      this.#sql.setAttemptExternalId.run({ jobId: lease.jobId, attempt: row.attempt, externalId });
      return toJob(row);
    });
  }

  async setProgress(lease: Lease, progress: Json, tell: Tell<Job>): Promise<Job | undefined> {
    return this.#journal.transaction((write) => {
      const row = this.#sql.setProgress.get({
        ...this.#fence(lease),
        ...this.#at(),
        progress: toJson(progress),
      });
      if (row === undefined) return undefined;
      write(tell(toJob(row)));
      return toJob(row);
    });
  }

  async finish(lease: Lease, end: JobEnd, tell: Tell<Job>): Promise<Job | undefined> {
    return this.#journal.transaction((write) => {
      const { status, outcome } = end;
      const columns = {
        status,
        outcome,
        result: toJson(end.result),
        error: errorJson(end.error),
        run: toJson(end.run),
      };
      const row = this.#sql.finish.get({ ...this.#fence(lease), ...this.#at(), ...columns });
      if (row === undefined) return undefined;
      this.#endAttempt(row, { outcome, error: end.error });
      write(tell(toJob(row)));
      return toJob(row);
    });
  }

  async requeue(
    lease: Lease,
    { why, delayMs, error, tell }: {
      why: "retried" | "released";
      delayMs: number;
      error?: JobError;
      tell: Tell<Job>;
    },
  ): Promise<Job | undefined> {
    return this.#journal.transaction((write) => {
      const released = why === "released" ? 1 : 0;
      const runAfter = this.#now() + delayMs;
      const before = this.#sql.get.get({ jobId: lease.jobId });
      const row = this.#sql.requeue.get({ ...this.#fence(lease), ...this.#at(), released, runAfter });
      if (row === undefined || before === undefined) return undefined;
      this.#endAttempt(before, { outcome: why, error });
      write(tell(toJob(row)));
      return toJob(row);
    });
  }

  async letGo(lease: Lease): Promise<void> {
    this.#sql.letGo.run(this.#fence(lease));
  }

  async requestCancel(jobId: string, tell: Tell<Job>): Promise<{ job: Job; changed: boolean } | undefined> {
    return this.#journal.transaction((write) => {
      const before = this.#find(jobId);
      if (before === undefined) return undefined;
      if (isOver(before) || before.cancelRequestedAt !== undefined) return { job: before, changed: false };
      this.#sql.requestCancel.run({ jobId, now: this.#now(), ...this.#at() });
      const job = this.#found(jobId);
      write(tell(job));
      return { job, changed: true };
    });
  }

  async sweep({ olderThanMs }: { olderThanMs: number }): Promise<number> {
    return this.#journal.transaction(() => {
      const beforeMs = this.#now() - olderThanMs;
      const old = { before: toIso(beforeMs), beforeMs };
      this.#sql.sweepEvents.run(old);
      this.#keys.sweep();
      return this.#sql.sweep.run(old);
    });
  }

  #find(jobId: string): Job | undefined {
    const row = this.#sql.get.get({ jobId });
    return row && toJob(row);
  }

  #found(jobId: string): Job {
    const job = this.#find(jobId);
    if (job === undefined) throw new Error("A job vanished in the transaction that wrote it");
    return job;
  }

  /** What every write under a lease must meet. */
  #fence({ jobId, token }: Lease): { jobId: string; token: string; now: number } {
    return { jobId, token, now: this.#now() };
  }

  #at(): { at: string } {
    return { at: toIso(this.#now()) };
  }

  #endAttempt(
    { job_id: jobId, attempt }: { job_id: string; attempt: number },
    { outcome, error }: { outcome: string; error: JobError | undefined },
  ): void {
    this.#sql.endAttempt.run({ jobId, attempt, now: this.#now(), outcome, error: errorJson(error) });
  }
}

function errorJson(error: JobError | undefined): string | null {
  return error === undefined ? null : JSON.stringify(error);
}
