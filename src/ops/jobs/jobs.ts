/** Jobs, as the tools see them: evaluations that are asked for, looked at, and ended. */
import { nodeCrypto } from "../../core/node_modules.ts";
import type { NewId } from "../../core/clock.ts";
import { ToolError } from "../../core/errors.ts";
import { IDEMPOTENCY_LIFE_MS } from "../../core/release_limits.ts";
import type { IdempotencyKey } from "../../store/idempotency.ts";
import { isOver, type JobStatus, type JobStore } from "../../store/job.ts";
import type { PageRequest } from "../../store/page.ts";
import { asked, cancelAsked } from "./job_account.ts";
import { type JobView, jobView } from "./job_view.ts";

/** An evaluation that a caller asks for. */
export interface JobRequest {
  readonly taskId: string;
  readonly configId: string;
  /** Only noted, never run. */
  readonly dryRun: boolean;
  /** The fingerprint of the caller's key; undefined where nobody has to say. */
  readonly caller: string | undefined;
  /** A repeated call with the same key gets the job of the first. */
  readonly idempotencyKey?: string;
}

/** What jobs are made of. */
export interface JobsParts {
  readonly store: JobStore;
  /** Which orchestrator runs them. */
  readonly backend: string;
  readonly newId: NewId;
  /** Told when there is something to do: a job was queued, or one is to end. */
  readonly onWork: (jobId: string) => void;
}

/** See the module. */
export class Jobs {
  readonly #parts: JobsParts;

  constructor(parts: JobsParts) {
    this.#parts = parts;
  }

  /**
   * Queues an evaluation. `deduplicated` says that the key was known, and nothing new was queued.
   *
   * @throws {ToolError} `conflict` when the key was used for something else.
   */
  async run(request: JobRequest): Promise<JobView & { readonly deduplicated?: boolean }> {
    const { store, backend, newId, onWork } = this.#parts;
    const { taskId, configId, dryRun, caller } = request;
    const key = idempotencyKey(request);
    const created = await store.create(
      { jobId: newId(), taskId, configId, status: dryRun ? "DRY_RUN" : "QUEUED", caller, backend },
      { ...(key !== undefined && { idempotency: key }), tell: asked },
    );
    if (created.kind === "key_reused") throw keyReused(created.id);
    if (created.kind === "known") return { ...jobView(created.record), deduplicated: true };
    onWork(created.record.jobId);
    return jobView(created.record);
  }

  /** @throws {ToolError} `not_found`. */
  async status(jobId: string): Promise<JobView> {
    const job = await this.#parts.store.get(jobId);
    if (job === undefined) throw notFound(jobId);
    return jobView(job);
  }

  /**
   * Asks a job to end. One that is over stays as it is.
   *
   * @throws {ToolError} `not_found`.
   */
  async cancel(jobId: string, caller: string | undefined): Promise<JobView & { readonly changed: boolean }> {
    const canceled = await this.#parts.store.requestCancel(jobId, (job) => cancelAsked(job, caller));
    if (canceled === undefined) throw notFound(jobId);
    const { job, changed } = canceled;
    if (changed && !isOver(job)) this.#parts.onWork(jobId);
    return { ...jobView(job), changed };
  }

  /** Newest first. */
  async list(
    filter: { readonly status?: JobStatus },
    page: PageRequest,
  ): Promise<{ jobs: JobView[]; nextCursor?: string }> {
    const { rows, ...next } = await this.#parts.store.list(filter, page);
    return { jobs: rows.map(jobView), ...next };
  }
}

function idempotencyKey({ idempotencyKey: key, caller, ...call }: JobRequest): IdempotencyKey | undefined {
  if (key === undefined) return undefined;
  const { taskId, configId, dryRun } = call;
  const fingerprint = nodeCrypto().hash("sha256", JSON.stringify([taskId, configId, dryRun]), "hex");
  return { caller, tool: "run_eval", key, fingerprint, lifeMs: IDEMPOTENCY_LIFE_MS };
}

function keyReused(jobId: string): ToolError {
  return new ToolError(
    "conflict",
    `Cannot run this: "idempotencyKey" was sent before with other arguments, for job "${jobId}"; use a new key`,
    { reason: "idempotency_key_reused", jobId },
  );
}

function notFound(jobId: string): ToolError {
  const shown = jobId.slice(0, 100);
  return new ToolError(
    "not_found",
    `There is no job "${shown}": list_jobs has those that there are; jobs are forgotten some days after their end`,
    { jobId: shown },
  );
}
