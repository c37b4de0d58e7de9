/** Having a job: the lease is renewed while it lasts, and whoever has lost it writes nothing more. */
import type { Later } from "../../core/clock.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { redactJson } from "../../core/redact_json.ts";
import { JOB_HEARTBEAT_MS, JOB_LEASE_MS } from "../../core/release_limits.ts";
import type { Job, JobEnd, JobError, JobStore, LeasedJob } from "../../store/job.ts";
import { ended, progressed, requeued } from "./job_account.ts";

/** What a tenure is made of. */
export interface TenureParts {
  readonly store: JobStore;
  readonly later: Later;
  /** Told when somebody wants the job to end, and when the tenure is over early. */
  readonly onNews: () => void;
  readonly onBug: (error: unknown) => void;
}

/**
 * See the module. Every method that writes throws the signal's reason when the job is another's by now. What a run says of
 * itself is kept without the secrets in it, so that no tool, event, audit or export has to look for them.
 */
export class Tenure {
  readonly #leased: LeasedJob;
  readonly #parts: TenureParts;
  readonly #leaving = new AbortController();
  #job: Job;
  #stopHeartbeat = () => {};

  constructor(leased: LeasedJob, parts: TenureParts) {
    this.#leased = leased;
    this.#job = leased.job;
    this.#parts = parts;
  }

  /** The job, as it was seen last. */
  get job(): Job {
    return this.#job;
  }

  /** Aborted when the job is another's, or is given up. */
  get signal(): AbortSignal {
    return this.#leaving.signal;
  }

  /** Begins to renew the lease. */
  begin(): void {
    this.#stopHeartbeat = this.#parts.later(async () => {
      await this.look();
      if (!this.signal.aborted) this.begin();
    }, JOB_HEARTBEAT_MS);
  }

  /** Renews the lease, and sees whether somebody wants the job to end. Never rejects. */
  async look(): Promise<void> {
    try {
      this.#keep(await this.#parts.store.renew(this.#leased.lease, { leaseMs: JOB_LEASE_MS }));
      if (this.#job.cancelRequestedAt !== undefined) this.#parts.onNews();
    } catch (error) {
      // A store that cannot be written to now may be by the next time; until then the lease goes on.
      if (!this.signal.aborted) this.#parts.onBug(error);
    }
  }

  async accepted(externalId: string): Promise<void> {
    this.#keep(await this.#parts.store.setExternalId(this.#leased.lease, externalId));
  }

  async progress(progress: Json): Promise<void> {
    this.#keep(await this.#parts.store.setProgress(this.#leased.lease, redactJson(progress), progressed));
  }

  async finish(end: JobEnd): Promise<void> {
    this.#keep(await this.#parts.store.finish(this.#leased.lease, withoutSecrets(end), ended));
  }

  /** Has the job begun anew. */
  async requeue(
    why: "retried" | "released",
    { delayMs, error: fault }: { delayMs: number; error?: JobError },
  ): Promise<void> {
    const error = fault && withoutSecrets(fault);
    const facts: JsonObject = { why, delayMs, error: error && { ...error } };
    const tell = (job: Job) => requeued(job, facts);
    this.#keep(
      await this.#parts.store.requeue(this.#leased.lease, { why, delayMs, tell, ...(error && { error }) }),
    );
  }

  /** Lets whoever comes next go on with the same attempt. */
  async letGo(): Promise<void> {
    await this.#parts.store.letGo(this.#leased.lease);
  }

  /** Gives the job up, with a reason. The lease is still good for giving it back. */
  leave(reason: string): void {
    this.end();
    this.#leaving.abort(new DOMException(reason, "AbortError"));
    this.#parts.onNews();
  }

  /** Renews the lease no more. */
  end(): void {
    this.#stopHeartbeat();
  }

  #keep(job: Job | undefined): void {
    if (job === undefined) {
      this.leave("The job is another's");
      throw this.signal.reason;
    }
    this.#job = job;
  }
}

/** Of the same type: its own words, such as a status, are no secrets and stay. */
function withoutSecrets<Said extends JobEnd | JobError>(said: Said): Said {
  return redactJson(said as unknown as Json) as unknown as Said;
}
