/**
 * Evaluations that are made up, for trying the server out: the figures follow from the ids alone, and every result says
 * that it is simulated.
 */
import { nodeCrypto } from "../../core/node_modules.ts";
import type { Now } from "../../core/clock.ts";
import type { EvalOrchestrator, EvalRequest, EvalState } from "./orchestrator.ts";

/** How long a run takes, from being accepted to its result. */
const RUN_MS = 1_500;

/** How long it is queued. */
const QUEUED_MS = 100;

/** Steps that its progress tells of. */
const STEPS = 10;

/**
 * See the module. A run is its id, which says when it began, so it outlives the server; what a clock makes of the id is
 * all there is to it.
 */
export class SimulatedOrchestrator implements EvalOrchestrator {
  readonly name = "simulated";
  readonly runsMax = 16;
  readonly pollIntervalMs = 100;
  readonly outlivesServer = true;
  readonly isIdempotent = true;
  readonly #now: Now;
  readonly #canceled = new Set<string>();

  constructor({ now }: { now: Now }) {
    this.#now = now;
  }

  async run({ taskId, configId }: EvalRequest): Promise<{ jobId: string }> {
    return { jobId: `${this.#now()}:${taskId}:${configId}` };
  }

  async poll(jobId: string): Promise<EvalState> {
    const [begun = "", taskId = "", configId = ""] = jobId.split(":");
    if (!/^\d+$/.test(begun)) return { state: "unknown" };
    if (this.#canceled.delete(jobId)) return { state: "canceled" };
    const elapsedMs = this.#now() - Number(begun);
    if (elapsedMs < QUEUED_MS) return { state: "queued" };
    if (elapsedMs >= RUN_MS) return { state: "completed", result: simulatedResult(taskId, configId) };
    const completed = Math.floor(STEPS * elapsedMs / RUN_MS);
    return { state: "running", progress: { completed, total: STEPS } };
  }

  async cancel(jobId: string): Promise<void> {
    this.#canceled.add(jobId);
  }
}

/** Figures that look like an evaluation's: the same for the same ids. */
function simulatedResult(taskId: string, configId: string) {
  const digest = nodeCrypto().hash("sha256", `${taskId}\n${configId}`, "buffer");
  const accuracy = 0.6 + 0.39 * digest.readUInt16BE(0) / 0xffff;
  const samples = 100 + digest.readUInt16BE(2) % 900;
  return { simulated: true, metrics: { accuracy: Math.round(accuracy * 10_000) / 10_000, samples } };
}
