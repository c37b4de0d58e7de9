/** Evaluations that a service runs: three requests, described in docs/operations.md for whoever builds such a service. */
import type { Json } from "../../core/json.ts";
import { EVAL_HTTP_TIMEOUT_MS } from "../../core/release_limits.ts";
import { redact } from "../../core/secrets.ts";
import { boundedFetch, type HttpOutcome, isRecord, jsonObject } from "../bounded_fetch.ts";
import {
  type EvalOrchestrator,
  type EvalRequest,
  type EvalState,
  OrchestratorError,
} from "./orchestrator.ts";

/** Where the service is. */
export interface HttpOrchestratorOptions {
  /** Without a slash at the end. */
  readonly url: string;
  /** Sent as a bearer token. */
  readonly token: string | undefined;
  readonly runsMax: number;
}

type Answer = Extract<HttpOutcome, { kind: "answer" }>;

/** See the module. A run is the service's: it goes on while this server is down. */
export class HttpOrchestrator implements EvalOrchestrator {
  readonly name = "http";
  readonly runsMax: number;
  readonly pollIntervalMs = 1_000;
  readonly outlivesServer = true;
  /** The service has to know the key of a run again. */
  readonly isIdempotent = true;
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, token, runsMax }: HttpOrchestratorOptions) {
    this.runsMax = runsMax;
    this.#url = url;
    this.#headers = {
      accept: "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
  }

  async run({ taskId, configId, idempotencyKey, signal }: EvalRequest): Promise<{ jobId: string }> {
    const answer = await this.#send("POST", "/runs", {
      signal,
      body: JSON.stringify({ taskId, configId }),
      headers: { "content-type": "application/json", "idempotency-key": idempotencyKey },
    });
    refuseStatus(answer);
    const jobId = jsonObject(answer.text)?.jobId;
    if (typeof jobId === "string" && jobId.length <= RUN_ID_CHARS_MAX && RUN_ID.test(jobId)) return { jobId };
    throw unreadable('its answer to POST /runs has no "jobId"');
  }

  async poll(jobId: string, signal: AbortSignal): Promise<EvalState> {
    const answer = await this.#send("GET", pathOf(jobId), { signal });
    if (answer.status === 404) return { state: "unknown" };
    refuseStatus(answer);
    const state = readState(jsonObject(answer.text) ?? {});
    if (state !== undefined) return state;
    throw unreadable('its answer to GET /runs/{id} has no "state" that is known');
  }

  async cancel(jobId: string, signal: AbortSignal): Promise<void> {
    const answer = await this.#send("DELETE", pathOf(jobId), { signal });
    // A run that is gone, or over, is not to be ended any more.
    if (![404, 409, 410].includes(answer.status)) refuseStatus(answer);
  }

  async #send(
    method: "GET" | "POST" | "DELETE",
    path: string,
    { signal, body, headers }: {
      signal: AbortSignal;
      body?: string;
      headers?: Readonly<Record<string, string>>;
    },
  ): Promise<Answer> {
    const outcome = await boundedFetch({
      url: this.#url + path,
      method,
      headers: { ...this.#headers, ...headers },
      timeoutMs: EVAL_HTTP_TIMEOUT_MS,
      signal,
      ...(body !== undefined && { body }),
    });
    if (outcome.kind === "answer") return outcome;
    const message = `The evaluation service did not answer (${outcome.why})`;
    throw new OrchestratorError(outcome.why, message, { isRetryable: outcome.why !== "too_large" });
  }
}

/** Longest id of a run that a service may give. */
const RUN_ID_CHARS_MAX = 256;

/** Dots alone would lead out of `/runs`, however they are encoded. */
const RUN_ID = /^(?!\.{1,2}$)[^]/;

/** Longest message of a service about a run. */
const MESSAGE_CHARS_MAX = 1_000;

function pathOf(jobId: string): string {
  return `/runs/${encodeURIComponent(jobId)}`;
}

/** @throws {OrchestratorError} For any status that is no success. What may pass is worth another try. */
function refuseStatus({ status }: Answer): void {
  if (status >= 200 && status < 300) return;
  const isRetryable = status === 408 || status === 429 || status >= 500;
  const isRefused = status === 401 || status === 403;
  const message = isRefused
    ? `The evaluation service refused this server (${status}): LUKHAS_EVAL_TOKEN is not accepted`
    : `The evaluation service answered ${status}`;
  throw new OrchestratorError(`http_${status}`, message, { isRetryable });
}

function unreadable(what: string): OrchestratorError {
  return new OrchestratorError("unreadable", `The evaluation service cannot be understood: ${what}`, {
    isRetryable: false,
  });
}

function readState(
  { state, progress, result, error }: Readonly<Record<string, unknown>>,
): EvalState | undefined {
  switch (state) {
    case "queued":
    case "canceled":
      return { state };
    case "running":
      return { state, ...(progress !== undefined && { progress: progress as Json }) };
    case "completed":
      if (result !== undefined) return { state, result: result as Json };
      return { state: "failed", error: { code: "no_result", message: "The run completed without a result" } };
    case "failed": {
      const { code, message } = isRecord(error) ? error : {};
      return {
        state,
        error: {
          code: typeof code === "string" ? code.slice(0, 100) : "failed",
          message: typeof message === "string"
            ? redact(message).text.slice(0, MESSAGE_CHARS_MAX)
            : "The run failed",
        },
      };
    }
    default:
      return undefined;
  }
}
