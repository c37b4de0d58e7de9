/** Canaries, as the tools see them: models on their way into a gate, which are started, looked at, and ended. */
import type { Later } from "../../core/clock.ts";
import { ToolError } from "../../core/errors.ts";
import type { Canary, CanaryChange, CanaryStatus } from "../../store/canary.ts";
import type { PageRequest } from "../../store/page.ts";
import { aborted, actorOf, CANARY_ACTOR, moved } from "./canary_account.ts";
import { CanaryDriver } from "./canary_driver.ts";
import { readCanary } from "./canary_memory.ts";
import { alreadyPromoted, stillRunning } from "./canary_refusals.ts";
import { CanarySchedule } from "./canary_schedule.ts";
import {
  type CanaryPreview,
  type CanaryRequest,
  type CanaryStartParts,
  startCanary,
} from "./canary_start.ts";
import { type CanaryView, canaryView } from "./canary_view.ts";

/** What canaries are made of. */
export interface CanariesParts extends CanaryStartParts {
  /** Makes sure that what was written stays. */
  readonly flush: () => Promise<void>;
  readonly later: Later;
  /** Told of what is a bug of ours, or a store that fails. */
  readonly onBug: (error: unknown) => void;
}

/** How far apart canaries go on after a restart. */
const RESUME_SPACING_MS = 20;

/** See the module. */
export class Canaries {
  readonly #parts: CanariesParts;
  readonly #schedule: CanarySchedule;
  readonly #closing = new AbortController();

  constructor(parts: CanariesParts) {
    this.#parts = parts;
    const driver = new CanaryDriver({ ...parts, signal: this.#closing.signal });
    const { later, onBug } = parts;
    this.#schedule = new CanarySchedule({ step: (canaryId) => driver.step(canaryId), later, onBug });
  }

  /** Goes on with the canaries that are not over. */
  async begin(): Promise<void> {
    const active = await this.#parts.store.active();
    for (const [index, canary] of active.entries()) {
      if (canary.phase === "action_failed") await this.#tryAgain(canary, { actor: CANARY_ACTOR });
      this.#schedule.plan(canary.canaryId, index * RESUME_SPACING_MS);
    }
  }

  /** Leaves the canaries as they are: whoever opens the store next goes on with them. */
  async close(): Promise<void> {
    this.#closing.abort(new DOMException("The server is stopping", "AbortError"));
    await this.#schedule.close();
  }

  /**
   * Starts a canary, or in a dry run says what it would be.
   *
   * @throws {ToolError} See {@linkcode startCanary}.
   */
  async start(
    request: CanaryRequest,
  ): Promise<CanaryPreview | (CanaryView & { readonly deduplicated?: boolean })> {
    const started = await startCanary(request, this.#parts);
    if (started.kind === "preview") return started.preview;
    const { record } = started;
    if (started.kind === "known") return { ...canaryView(record), deduplicated: true };
    this.#schedule.plan(record.canaryId, readCanary(record)?.policy.intervalMs ?? 0);
    return canaryView(record);
  }

  /** @throws {ToolError} `not_found`. */
  async status(canaryId: string): Promise<CanaryView> {
    return canaryView(await this.get(canaryId));
  }

  /** Newest first. */
  async list(
    filter: { readonly status?: CanaryStatus; readonly modelId?: string; readonly toGate?: string },
    page: PageRequest,
  ): Promise<{ canaries: CanaryView[]; nextCursor?: string }> {
    const { rows, ...next } = await this.#parts.store.list(filter, page);
    return { canaries: rows.map(canaryView), ...next };
  }

  /**
   * Ends a canary without a promotion. One that is just being promoted is rolled back as soon as that is done.
   *
   * @throws {ToolError} `not_found`, and `conflict` when the model is promoted already.
   */
  async abort(
    canaryId: string,
    caller: string | undefined,
  ): Promise<CanaryView & { readonly changed: boolean }> {
    for (;;) {
      const record = await this.get(canaryId);
      if (record.phase === "promoted") throw alreadyPromoted(record);
      const isEnding = record.abort || record.phase === "rolling_back" || record.phase === "rolled_back";
      if (isEnding && record.phase !== "action_failed") return { ...canaryView(record), changed: false };
      const changed = await this.#parts.store.change(record, abortOf(record), aborted(caller));
      if (changed === undefined) continue;
      this.#schedule.plan(canaryId, 0);
      return { ...canaryView(changed), changed: true };
    }
  }

  /** The canary of this model into this gate that is not over. */
  async running({ modelId, gate }: { modelId: string; gate: string }): Promise<Canary | undefined> {
    const filter = { modelId, toGate: gate, status: "RUNNING" } as const;
    return (await this.#parts.store.list(filter, { limit: 1 })).rows[0];
  }

  /**
   * Promotes a canary that waits for a person: one that is held, or whose promotion could not be completed.
   *
   * @throws {ToolError} `conflict` when it does not wait, or ends otherwise.
   */
  async promote(record: Canary, caller: string | undefined): Promise<{ readonly previous: string | null }> {
    const actor = actorOf(caller);
    const isTryAgain = record.phase === "action_failed" && record.intent?.action === "promote";
    if (record.phase !== "held" && !isTryAgain) throw stillRunning(record);
    const fromModel = record.intent?.fromModel ?? readCanary(record)?.memory.baseline ?? null;
    const changed = isTryAgain
      ? await this.#tryAgain(record, { actor })
      : await this.#parts.store.change(record, {
        phase: "promoting",
        reason: "promoted_by_user",
        intent: { actionId: this.#parts.newId(), action: "promote", fromModel },
      }, moved({ actor, action: "canary.promoting" }));
    if (changed === undefined) throw stillRunning(record);
    await this.#schedule.settle(record.canaryId);
    const { phase, reason } = await this.get(record.canaryId);
    if (phase === "promoted") return { previous: fromModel };
    throw new ToolError(
      "conflict",
      `Cannot promote "${record.modelId}": its canary is ${phase} now (${reason})`,
      {
        reason: reason ?? phase,
        canaryId: record.canaryId,
      },
    );
  }

  /** @throws {ToolError} `not_found`. */
  async get(canaryId: string): Promise<Canary> {
    const record = await this.#parts.store.get(canaryId);
    if (record !== undefined) return record;
    const shown = canaryId.slice(0, 100);
    throw new ToolError(
      "not_found",
      `There is no canary "${shown}": list_canaries has those that there are`,
      {
        canaryId: shown,
      },
    );
  }

  /** An action that was given up is begun anew. */
  async #tryAgain(record: Canary, { actor }: { actor: string }): Promise<Canary | undefined> {
    const change = { phase: phaseOf(record), state: { ...record.state, attempts: 0 } };
    return await this.#parts.store.change(record, change, moved({ actor, action: "canary.action_retried" }));
  }
}

/** What an abort changes: it ends a canary at once, unless something is being done to the gate. */
function abortOf(record: Canary): CanaryChange {
  const reason = "aborted_by_user";
  switch (record.phase) {
    case "promoting":
      return { abort: true, reason };
    case "action_failed":
      return { abort: true, reason, phase: phaseOf(record), state: { ...record.state, attempts: 0 } };
    default:
      return { abort: true, reason, phase: "rolled_back", status: "ROLLED_BACK" };
  }
}

/** The phase in which a pending action is done. */
function phaseOf({ intent }: Canary): "promoting" | "rolling_back" {
  return intent?.action === "rollback" ? "rolling_back" : "promoting";
}
