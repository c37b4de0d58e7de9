/** Jobs and canaries as resources: the record that `status` and `canary_status` show, under an address. */
import type { JsonObject } from "../core/json.ts";
import type { Unwatch, WireObject } from "../mcp/providers.ts";
import { canaryView } from "../ops/canary/canary_view.ts";
import { jobView } from "../ops/jobs/job_view.ts";
import type { Store } from "../store/store.ts";
import type { ReleaseChanges } from "./release_changes.ts";
import { type RecordName, recordOfUri, recordTemplate } from "./resource_uri.ts";

/** What resources stand for. */
export const RECORD_TEMPLATES: readonly WireObject[] = [
  {
    uriTemplate: recordTemplate("job"),
    name: "job",
    title: "An evaluation job",
    description:
      "Status, progress and result of a job, by the jobId that run_eval answered; changes can be watched",
    mimeType: "application/json",
  },
  {
    uriTemplate: recordTemplate("canary"),
    name: "canary",
    title: "A canary",
    description: "Status, targets and last sample of a canary, by its canaryId; changes can be watched",
    mimeType: "application/json",
  },
];

/** See the module. */
export class ReleaseResources {
  readonly #store: Pick<Store, "jobs" | "canaries">;
  readonly #changes: ReleaseChanges;

  constructor(parts: { readonly store: Pick<Store, "jobs" | "canaries">; readonly changes: ReleaseChanges }) {
    this.#store = parts.store;
    this.#changes = parts.changes;
  }

  /** The contents; undefined when the address names no job and no canary that is there. */
  async read(uri: string): Promise<readonly WireObject[] | undefined> {
    const name = recordOfUri(uri);
    const record = name && await this.#record(name);
    return record && [{ uri, mimeType: "application/json", text: JSON.stringify(record) }];
  }

  async watch(uri: string): Promise<Unwatch | undefined> {
    const name = recordOfUri(uri);
    if (name === undefined || await this.#record(name) === undefined) return undefined;
    return this.#changes.watch(uri, name.subject);
  }

  async #record({ kind, id }: RecordName): Promise<JsonObject | undefined> {
    if (kind === "job") {
      const job = await this.#store.jobs.get(id);
      return job && jobView(job);
    }
    const canary = await this.#store.canaries.get(id);
    return canary && canaryView(canary);
  }
}
