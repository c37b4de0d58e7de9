/** The port to whatever runs evaluations. It is asked how a run is doing; it never calls back. */
import type { Json, JsonObject } from "../../core/json.ts";

/** An evaluation that is to run. */
export interface EvalRequest {
  readonly taskId: string;
  readonly configId: string;
  /** The same for every submission of the same job, and for no other. */
  readonly idempotencyKey: string;
  /** Aborted when the attempt is not this server's any more. */
  readonly signal: AbortSignal;
}

/** Why a run ended without a result. */
export interface EvalFault {
  /** Such as `exit_code`, `no_result`, `vanished`. */
  readonly code: string;
  readonly message: string;
  readonly details?: JsonObject;
}

/** How a run is doing. The last five are final, but for `unknown`, which may pass. */
export type EvalState =
  | { readonly state: "queued" }
  | { readonly state: "running"; readonly progress?: Json }
  /** `run`: what else there is to say of it, as an exit code. */
  | { readonly state: "completed"; readonly result: Json; readonly run?: JsonObject }
  | { readonly state: "failed"; readonly error: EvalFault }
  | { readonly state: "canceled" }
  /** It is gone, and nobody knows how it ended. */
  | { readonly state: "lost"; readonly error: EvalFault }
  /** There is no run of that id. */
  | { readonly state: "unknown" };

/** A call of the orchestrator that came to nothing. */
export class OrchestratorError extends Error {
  override readonly name = "OrchestratorError";
  readonly code: string;
  /** Whether the same call may work later. */
  readonly isRetryable: boolean;

  /** @param message Shown to callers: without addresses and secrets. */
  constructor(code: string, message: string, { isRetryable }: { isRetryable: boolean }) {
    super(message);
    this.code = code;
    this.isRetryable = isRetryable;
  }
}

/** See the module. Every method may throw {@linkcode OrchestratorError}. */
export interface EvalOrchestrator {
  /** As `LUKHAS_EVAL_BACKEND` names it. */
  readonly name: string;
  /** Runs at the same time. */
  readonly runsMax: number;
  /** How often a run is asked for, in milliseconds. */
  readonly pollIntervalMs: number;
  /** Whether runs go on while this server is down. */
  readonly outlivesServer: boolean;
  /** Whether submitting a job again, with the same key, does not run it twice. */
  readonly isIdempotent: boolean;
  /** Begins a run; returns the orchestrator's own id of it. */
  run(request: EvalRequest): Promise<{ readonly jobId: string }>;
  poll(jobId: string, signal: AbortSignal): Promise<EvalState>;
  /** Asks a run to end. It may take its time: `poll` tells when it has. */
  cancel?(jobId: string, signal: AbortSignal): Promise<void>;
  /** The id of the run that was begun with a key, for who cannot know whether it was. */
  find?(idempotencyKey: string, signal: AbortSignal): Promise<string | undefined>;
}
