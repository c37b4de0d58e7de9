/** The canaries, in SQLite. */
import type { Now } from "../../core/clock.ts";
import {
  type Canary,
  CANARY_STATUSES,
  type CanaryChange,
  type CanaryCreated,
  type CanaryStatus,
  type CanaryStore,
  type CanaryTick,
  type NewCanary,
} from "../canary.ts";
import type { Tell } from "../change.ts";
import type { Created, IdempotencyKey } from "../idempotency.ts";
import type { Counts, Page, PageRequest, TimeSpan } from "../page.ts";
import { toCanary, toTick } from "./canary_row.ts";
import { type CanaryStatements, prepareCanaryStatements } from "./canary_statements.ts";
import type { Database } from "./database.ts";
import type { IdempotencyTable } from "./idempotency_table.ts";
import type { Journal } from "./journal.ts";
import { pageOf } from "./paging.ts";
import { toIso, toJson } from "./values.ts";

/** See the module. */
export class CanaryTable implements CanaryStore {
  readonly #sql: CanaryStatements;
  readonly #journal: Journal;
  readonly #keys: IdempotencyTable;
  readonly #now: Now;

  constructor(db: Database, { journal, keys, now }: { journal: Journal; keys: IdempotencyTable; now: Now }) {
    this.#sql = prepareCanaryStatements(db);
    this.#journal = journal;
    this.#keys = keys;
    this.#now = now;
  }

  async create(
    canary: NewCanary,
    { idempotency, tell }: { idempotency?: IdempotencyKey; tell: Tell<Canary> },
  ): Promise<CanaryCreated> {
    return this.#journal.transaction((write): CanaryCreated => {
      const { canaryId, modelId, toGate, caller, policy, state, ...columns } = canary;
      const earlier = this.#keys.earlier(idempotency, (id) => this.#find(id));
      if (earlier !== undefined) return earlier;
      const rival = this.#sql.rival.get({ modelId, toGate });
      if (rival !== undefined) return { kind: "already_running", record: toCanary(rival) };
      this.#sql.insert.run({
        ...columns,
        canaryId,
        modelId,
        toGate,
        caller,
        at: toIso(this.#now()),
        policy: JSON.stringify(policy),
        state: JSON.stringify(state),
      });
      this.#keys.keep(idempotency, canaryId);
      const record = this.#find(canaryId);
      if (record === undefined) throw new Error("A canary vanished in the transaction that wrote it");
      write(tell(record));
      return { kind: "created", record };
    });
  }

  async earlier(key: IdempotencyKey): Promise<Exclude<Created<Canary>, { kind: "created" }> | undefined> {
    return this.#keys.earlier(key, (id) => this.#find(id));
  }

  async get(canaryId: string): Promise<Canary | undefined> {
    return this.#find(canaryId);
  }

  async list(
    { status, modelId, toGate }: { status?: CanaryStatus; modelId?: string; toGate?: string },
    page: PageRequest,
  ): Promise<Page<Canary>> {
    return pageOf(page, {
      select: (below) => this.#sql.list.all({ status, modelId, toGate, ...below }),
      key: (row) => ({ age: row.created_at, id: row.canary_id }),
      toValue: toCanary,
    });
  }

  async counts(): Promise<Counts<CanaryStatus>> {
    const counts = Object.fromEntries(CANARY_STATUSES.map((status) => [status, 0])) as Record<
      CanaryStatus,
      number
    >;
    for (const { status, count } of this.#sql.counts.all()) {
      if (status in counts) counts[status as CanaryStatus] += count;
    }
    return counts;
  }

  async active(): Promise<readonly Canary[]> {
    return this.#sql.active.all().map(toCanary);
  }

  async change(
    { canaryId, version }: { canaryId: string; version: number },
    { status, phase, reason, state, abort, intent, tick }: CanaryChange,
    tell: Tell<Canary>,
  ): Promise<Canary | undefined> {
    return this.#journal.transaction((write) => {
      const now = this.#now();
      const row = this.#sql.change.get({
        canaryId,
        version,
        now,
        at: toIso(now),
        status,
        phase,
        reason,
        state: toJson(state),
        abort: abort === undefined ? null : Number(abort),
        keepIntent: Number(intent === undefined),
        intent: intent ? JSON.stringify(intent) : null,
      });
      if (row === undefined) return undefined;
      if (tick !== undefined) this.#writeTick(canaryId, { ...tick, at: now });
      write(tell(toCanary(row)));
      return toCanary(row);
    });
  }

  async ticks(
    canaryId: string,
    { afterTick = 0, limit }: { afterTick?: number; limit: number },
  ): Promise<readonly CanaryTick[]> {
    return this.#sql.ticks.all({ canaryId, afterTick, limit }).map(toTick);
  }

  async ticksBetween(
    { from, to, afterRow = 0, limit }: TimeSpan & { afterRow?: number; limit: number },
  ): Promise<readonly (CanaryTick & { canaryId: string; row: number })[]> {
    const rows = this.#sql.ticksBetween.all({ from, to, afterRow, limit });
    return rows.map((row) => ({ row: row.row ?? 0, canaryId: row.canary_id, ...toTick(row) }));
  }

  async lastTick(canaryId: string): Promise<CanaryTick | undefined> {
    const row = this.#sql.lastTick.get({ canaryId });
    return row && toTick(row);
  }

  #find(canaryId: string): Canary | undefined {
    const row = this.#sql.get.get({ canaryId });
    return row && toCanary(row);
  }

  #writeTick(canaryId: string, { at, observation, verdict, ...tick }: CanaryTick): void {
    const { evalTime, kind, latencyP95Ms, errorRate, source } = tick;
    this.#sql.insertTick.run({
      canaryId,
      tick: tick.tick,
      evalTime: Math.round(evalTime),
      now: at,
      kind,
      latencyP95Ms,
      errorRate,
      source,
      observation: JSON.stringify(observation),
      verdict: JSON.stringify(verdict),
    });
  }
}
