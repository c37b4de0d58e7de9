/**
 * The calls of MLflow's REST API that move aliases (`model_registry.proto`): versions and aliases alone, since stages
 * are deprecated. Whatever MLflow answers becomes a value, or an error that says what to do.
 */
import { ToolError } from "../../core/errors.ts";
import { boundedFetch, isRecord, jsonObject } from "../bounded_fetch.ts";

/** Where MLflow is, and how to be let in. */
export interface MlflowAccess {
  /** Without a slash at the end. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A version of a registered model. */
export interface ModelVersion {
  readonly name: string;
  /** A whole number, as a text. */
  readonly version: string;
  /** `READY`, `PENDING_REGISTRATION`, `FAILED_REGISTRATION`. */
  readonly status: string;
}

/** An alias, and what it stands for. */
export interface AliasKey {
  readonly name: string;
  readonly alias: string;
}

/** How long one call may take. */
const CALL_TIMEOUT_MS = 10_000;

const API = "/api/2.0/mlflow";

type Body = Readonly<Record<string, unknown>>;
type Answer = { readonly status: number; readonly text: string; readonly body: Body | undefined };

/** See the module. */
export class MlflowClient {
  readonly #access: MlflowAccess;

  constructor(access: MlflowAccess) {
    this.#access = access;
  }

  /** @throws {ToolError} `not_found` for a version that is not there. */
  async version(
    { name, version }: { name: string; version: string },
    signal: AbortSignal,
  ): Promise<ModelVersion> {
    const answer = await this.#get("/model-versions/get", { name, version }, signal);
    if (answer.status === 200) return readVersion(answer);
    if (answer.body?.error_code === "RESOURCE_DOES_NOT_EXIST") {
      throw new ToolError("not_found", `MLflow has no version ${version} of the model "${name}"`, {
        name,
        version,
      });
    }
    throw failureOf(answer);
  }

  /** What an alias stands for; null where it is not set, `dangling` where its version was deleted. */
  async aliased({ name, alias }: AliasKey, signal: AbortSignal): Promise<ModelVersion | null | "dangling"> {
    const answer = await this.#get("/registered-models/alias", { name, alias }, signal);
    if (answer.status === 200) return readVersion(answer);
    const { error_code: code, message } = answer.body ?? {};
    const text = typeof message === "string" ? message : "";
    // MLflow says 400 for an alias that is not set; stores of others say that the resource does not exist.
    const isMissing = code === "INVALID_PARAMETER_VALUE" || code === "RESOURCE_DOES_NOT_EXIST";
    if (isMissing && /registered model alias\b.*\bnot found/is.test(text)) return null;
    if (code === "RESOURCE_DOES_NOT_EXIST" && /model version\b.*\bnot found/is.test(text)) return "dangling";
    if (code === "RESOURCE_DOES_NOT_EXIST") {
      throw new ToolError("not_found", `MLflow has no registered model "${name}"`, { name });
    }
    throw failureOf(answer);
  }

  async setAlias({ name, alias }: AliasKey, version: string, signal: AbortSignal): Promise<void> {
    await this.#change("POST", "/registered-models/alias", { body: { name, alias, version }, signal });
  }

  /** An alias that is not there is as good as removed. */
  async deleteAlias({ name, alias }: AliasKey, signal: AbortSignal): Promise<void> {
    const answer = await this.#send("DELETE", "/registered-models/alias", { body: { name, alias }, signal });
    const isGone = answer.body?.error_code === "RESOURCE_DOES_NOT_EXIST" || answer.status === 404;
    if (answer.status !== 200 && !isGone) throw failureOf(answer);
  }

  async setTag(
    tag: { name: string; version: string; key: string; value: string },
    signal: AbortSignal,
  ): Promise<void> {
    await this.#change("POST", "/model-versions/set-tag", { body: tag, signal });
  }

  #get(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer> {
    return this.#send("GET", `${path}?${new URLSearchParams(query)}`, { signal });
  }

  async #change(
    method: "POST",
    path: string,
    options: { body: Body; signal: AbortSignal },
  ): Promise<void> {
    const answer = await this.#send(method, path, options);
    if (answer.status !== 200) throw failureOf(answer);
  }

  async #send(
    method: "GET" | "POST" | "DELETE",
    path: string,
    { body, signal }: { body?: Body; signal: AbortSignal },
  ): Promise<Answer> {
    const outcome = await boundedFetch({
      url: `${this.#access.url}${API}${path}`,
      method,
      headers: {
        ...this.#access.headers,
        accept: "application/json",
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      timeoutMs: CALL_TIMEOUT_MS,
      signal,
    });
    if (outcome.kind === "answer") return { ...outcome, body: jsonObject(outcome.text) };
    const why = outcome.why === "timeout" ? "gave no answer in time" : "cannot be reached";
    throw new ToolError("unavailable", `MLflow ${why}; try again`, { retryable: true, reason: outcome.why });
  }
}

function readVersion(answer: Answer): ModelVersion {
  const found = answer.body?.model_version;
  if (isRecord(found) && typeof found.name === "string") {
    const { name, version, status = "READY" } = found;
    // A text by the proto; some stores send a number.
    const isVersion = typeof version === "string" || typeof version === "number";
    if (isVersion && typeof status === "string") return { name, version: String(version), status };
  }
  throw new ToolError(
    "unavailable",
    "MLflow gave an answer that is not its own; is MLFLOW_TRACKING_URI right?",
    {
      retryable: true,
      reason: "bad_response",
    },
  );
}

/** Statuses after which the same call may work. */
const RETRYABLE = new Set([429, 500, 502, 503, 504]);

function failureOf({ status, body }: Answer): ToolError {
  const errorCode = typeof body?.error_code === "string" ? body.error_code.slice(0, 64) : undefined;
  const details = {
    retryable: RETRYABLE.has(status),
    reason: `http_${status}`,
    ...(errorCode !== undefined && { errorCode }),
  };
  const advice = adviceFor(status, body);
  const said = errorCode === undefined ? "" : ` ${errorCode}`;
  return new ToolError("unavailable", `MLflow refused the call (HTTP ${status}${said}); ${advice}`, details);
}

function adviceFor(status: number, body: Body | undefined): string {
  if (status === 403 && body === undefined) {
    return "since MLflow 3.5 the server must be started with this host in --allowed-hosts";
  }
  if (status === 401 || status === 403) {
    return "check MLFLOW_TRACKING_TOKEN or the user name and the password";
  }
  return RETRYABLE.has(status) ? "try again" : "check the model's name and MLFLOW_TRACKING_URI";
}
