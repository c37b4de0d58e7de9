/** Evaluations that a command of the operator's runs, as a process that the launcher starts and watches. */
import { redact } from "../../core/secrets.ts";
import type { JsonObject } from "../../core/json.ts";
import { EVAL_STDERR_TAIL_CHARS } from "../../core/release_limits.ts";
import type { EvalHost, HostRunState } from "./eval_host.ts";
import {
  type EvalOrchestrator,
  type EvalRequest,
  type EvalState,
  OrchestratorError,
} from "./orchestrator.ts";

/** See the module. A run ends with the server: nobody would see its result. */
export class CommandOrchestrator implements EvalOrchestrator {
  readonly name = "command";
  readonly runsMax: number;
  readonly pollIntervalMs = 250;
  readonly outlivesServer = false;
  readonly isIdempotent = false;
  readonly #host: EvalHost;

  constructor({ host, runsMax }: { host: EvalHost; runsMax: number }) {
    this.#host = host;
    this.runsMax = runsMax;
  }

  async run({ taskId, configId, idempotencyKey }: EvalRequest): Promise<{ jobId: string }> {
    const started = await this.#host.start({ runId: idempotencyKey, taskId, configId });
    if (started.kind === "started") return { jobId: `${started.processGroup}:${idempotencyKey}` };
    throw new OrchestratorError("cannot_start", started.message, { isRetryable: false });
  }

  async poll(jobId: string): Promise<EvalState> {
    const run = readJobId(jobId);
    const state = await this.#host.poll(run);
    switch (state.kind) {
      case "running":
        return { state: "running", ...(state.progress !== undefined && { progress: state.progress }) };
      case "ended":
        return endState(state);
      case "unknown":
        return vanished(run.processGroup, state);
      default:
        return state satisfies never;
    }
  }

  async cancel(jobId: string): Promise<void> {
    await this.#host.end(readJobId(jobId).runId);
  }
}

function readJobId(jobId: string): { processGroup: number; runId: string } {
  const colon = jobId.indexOf(":");
  return { processGroup: Number(jobId.slice(0, colon)), runId: jobId.slice(colon + 1) };
}

/** The result counts, whatever the exit code says: runners exit with 0 after an error, and with 100 after a success. */
function endState(
  { exitCode, signal, stderr, result, wasAsked }: Extract<HostRunState, { kind: "ended" }>,
): EvalState {
  // Masked before it is cut: what lacks its beginning does not look like a secret any more.
  const tail = redact(stderr).text.slice(-EVAL_STDERR_TAIL_CHARS);
  const run: JsonObject = { exitCode: exitCode ?? null, signal: signal ?? null, stderr: tail };
  if (signal === undefined && result !== undefined) return { state: "completed", result, run };
  if (wasAsked) return { state: "canceled" };
  if (signal !== undefined) {
    return failed("signal", `The command was ended by ${signal}`, run);
  }
  return exitCode === 0
    ? failed(
      "no_result",
      "The command succeeded and gave no result: no JSON object at the end of its output",
      run,
    )
    : failed("exit_code", `The command failed with exit code ${exitCode}`, run);
}

function failed(code: string, message: string, details: JsonObject): EvalState {
  return { state: "failed", error: { code, message, details } };
}

function vanished(processGroup: number, { isAlive }: { isAlive: boolean }): EvalState {
  const what = isAlive ? "it may run still, and is not watched any more" : "it has ended, and nobody saw how";
  const message = `The server stopped while this command ran (process group ${processGroup}): ${what}`;
  return {
    state: "lost",
    error: { code: "vanished", message, details: { processGroup, maybeRunning: isAlive } },
  };
}
