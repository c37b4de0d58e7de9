/** The models and their gates, in SQLite. */
import type { Now } from "../../core/clock.ts";
import type { Tell } from "../change.ts";
import type { GateChange, GateKey, GateRequest, GateResult, GateStay, Model, ModelStore } from "../model.ts";
import type { Page, PageRequest, TimeSpan } from "../page.ts";
import type { Database } from "./database.ts";
import type { Journal } from "./journal.ts";
import { type ModelStatements, prepareModelStatements, toModel, toStay } from "./model_statements.ts";
import { pageOf } from "./paging.ts";
import { toIso } from "./values.ts";

/** See the module. */
export class ModelTable implements ModelStore {
  readonly #sql: ModelStatements;
  readonly #journal: Journal;
  readonly #now: Now;

  constructor(db: Database, { journal, now }: { journal: Journal; now: Now }) {
    this.#sql = prepareModelStatements(db);
    this.#journal = journal;
    this.#now = now;
  }

  async get(modelId: string): Promise<Model | undefined> {
    return this.#find(modelId);
  }

  async list({ gate }: { gate?: string }, page: PageRequest): Promise<Page<Model>> {
    return pageOf(page, {
      select: (below) => this.#sql.list.all({ gate, ...below }),
      key: (row) => ({ age: row.promoted_at ?? "", id: row.model_id }),
      toValue: toModel,
    });
  }

  async holder({ name, gate }: GateKey): Promise<GateStay | undefined> {
    const row = this.#sql.holder.get({ name, gate });
    return row && toStay(row);
  }

  async setGate(request: GateRequest, tell: Tell<GateChange>): Promise<GateResult> {
    return this.#journal.transaction((write) => {
      const { name, gate, modelId, expectedCurrent } = request;
      const previous = this.#sql.holder.get({ name, gate })?.model_id ?? null;
      if (previous === modelId) return { kind: "unchanged", previous };
      if (expectedCurrent !== undefined && expectedCurrent !== previous) {
        return { kind: "unexpected", current: previous };
      }
      this.#leave({ name, gate });
      if (modelId !== null) this.#enter({ ...request, modelId });
      write(tell({ previous, model: modelId === null ? null : this.#find(modelId) ?? null }));
      return { kind: "changed", previous };
    });
  }

  async history(
    { name, gate, modelId }: { name?: string; gate?: string; modelId?: string },
    page: PageRequest,
  ): Promise<Page<GateStay>> {
    return pageOf(page, {
      select: ({ id, limit }) =>
        this.#sql.stays.all({ name, gate, modelId, limit, below: id === null ? null : Number(id) }),
      key: (row) => ({ age: "", id: `${row.id}` }),
      toValue: toStay,
    });
  }

  async staysBetween(
    { from, to, afterRow = 0, limit }: TimeSpan & { afterRow?: number; limit: number },
  ): Promise<readonly (GateStay & { row: number })[]> {
    const rows = this.#sql.staysBetween.all({ from, to, afterRow, limit });
    return rows.map((row) => ({ row: row.id, ...toStay(row) }));
  }

  #find(modelId: string): Model | undefined {
    const row = this.#sql.get.get({ modelId });
    return row && toModel(row);
  }

  #leave(key: { name: string; gate: string }): void {
    const { gates, models, stays } = this.#sql.leave;
    gates.run(key);
    models.run(key);
    stays.run({ ...key, now: this.#now() });
  }

  #enter({ name, gate, modelId, by, actionId }: GateRequest & { modelId: string }): void {
    const now = this.#now();
    const { models, gates, stays } = this.#sql.enter;
    models.run({ modelId, at: toIso(now) });
    gates.run({ modelId, gate });
    stays.run({ name, gate, modelId, now, by, actionId });
  }
}
