/** Completion of ids of the release loop: the newest first. */
import { COMPLETION_IDS_MAX } from "../core/release_limits.ts";
import type { Store } from "../store/store.ts";
import type { RecordKind } from "./resource_uri.ts";

/** See the module. */
export class ReleaseIds {
  readonly #store: Pick<Store, "jobs" | "canaries" | "models">;

  constructor(store: Pick<Store, "jobs" | "canaries" | "models">) {
    this.#store = store;
  }

  /** Ids of jobs or canaries. */
  async records(kind: RecordKind, typed: string): Promise<string[]> {
    const page = { limit: COMPLETION_IDS_MAX };
    const ids = kind === "job"
      ? (await this.#store.jobs.list({}, page)).rows.map(({ jobId }) => jobId)
      : (await this.#store.canaries.list({}, page)).rows.map(({ canaryId }) => canaryId);
    return matching(ids, typed);
  }

  /** Models that are, or are on their way, in some gate. */
  async models(typed: string): Promise<string[]> {
    const page = { limit: COMPLETION_IDS_MAX };
    const [canaries, models] = await Promise.all([
      this.#store.canaries.list({}, page),
      this.#store.models.list({}, page),
    ]);
    const ids = [...canaries.rows, ...models.rows].map(({ modelId }) => modelId);
    return matching(ids, typed);
  }

  /** Gates that some model has been in, or was to get into. */
  async gates(typed: string): Promise<string[]> {
    const page = { limit: COMPLETION_IDS_MAX };
    const [canaries, models] = await Promise.all([
      this.#store.canaries.list({}, page),
      this.#store.models.list({}, page),
    ]);
    const gates = [
      ...canaries.rows.flatMap(({ toGate, fromGate }) => [toGate, fromGate]),
      ...models.rows.flatMap((model) => model.gates),
    ];
    return matching(gates, typed);
  }
}

/** Each once: those that begin like what was typed, then those that hold it anywhere. */
function matching(values: readonly string[], typed: string): string[] {
  const distinct = [...new Set(values)];
  const begins = distinct.filter((value) => value.startsWith(typed));
  const holds = distinct.filter((value) => !value.startsWith(typed) && value.includes(typed));
  return [...begins, ...holds];
}
