/** What the canaries of every store must do. */
import assert from "node:assert/strict";
import type { CanaryChange } from "../../src/store/canary.ts";
import { type ContractTest, newCanary, SILENT, tellCanary } from "./contract.ts";

function tick(number: number, fields: Partial<NonNullable<CanaryChange["tick"]>> = {}) {
  return {
    tick: number,
    evalTime: 1_000 * number,
    kind: "ok",
    source: "simulated",
    observation: { total: 100 },
    verdict: { decision: "none" },
    ...fields,
  } as const;
}

/** See the module. */
export const CANARY_CONTRACT: readonly ContractTest[] = [
  {
    name: "a canary changes only for who names its version, with its tick, its audit and its event",
    async run({ store, clock }) {
      const created = await store.canaries.create(newCanary("a"), { tell: tellCanary("started") });
      assert.ok(created.kind === "created");
      assert.deepEqual([created.record.version, created.record.abort], [1, false]);
      clock.jump(1_000);
      const change = { state: { tick: 1 }, tick: tick(1, { latencyP95Ms: 12.5, errorRate: 0 }) };
      const changes = await Promise.all(
        [1, 2].map(() => store.canaries.change({ canaryId: "a", version: 1 }, change, tellCanary("metric"))),
      );
      assert.deepEqual(changes.map((canary) => canary?.version), [2, undefined]);
      assert.deepEqual(await store.canaries.get("a"), {
        ...newCanary("a"),
        state: { tick: 1 },
        createdAt: clock.now() - 1_000,
        updatedAt: clock.now(),
        version: 2,
        abort: false,
      });
      assert.deepEqual(await store.canaries.ticks("a", { limit: 10 }), [
        { ...tick(1), at: clock.now(), latencyP95Ms: 12.5, errorRate: 0 },
      ]);
      const events = await store.events.read({ afterId: 0, topics: ["canary/a"], limit: 10 });
      assert.deepEqual(events.map(({ name }) => name), ["started", "metric"]);
      assert.equal((await store.audits.of("canary/a", { limit: 10 })).length, 2);
    },
  },
  {
    name: "an intent, an abort and a reason stay until they are changed; a final status stamps the end",
    async run({ store, clock }) {
      await store.canaries.create(newCanary("a"), { tell: SILENT });
      const intent = { actionId: "x", action: "promote", fromModel: null } as const;
      const change = (version: number, fields: CanaryChange) =>
        store.canaries.change({ canaryId: "a", version }, fields, SILENT);
      await change(1, { phase: "promoting", intent, reason: "observed_within_slo" });
      const aborted = await change(2, { abort: true });
      assert.deepEqual(aborted?.intent, intent);
      assert.deepEqual([aborted?.phase, aborted?.abort, aborted?.endedAt], ["promoting", true, undefined]);
      clock.jump(7);
      const ended = await change(3, { phase: "rolled_back", status: "ROLLED_BACK", intent: null });
      assert.deepEqual([ended?.intent, ended?.endedAt, ended?.reason], [
        undefined,
        clock.now(),
        "observed_within_slo",
      ]);
      assert.equal((await store.canaries.counts()).ROLLED_BACK, 1);
      assert.deepEqual(await store.canaries.active(), []);
    },
  },
  {
    name: "one canary of a model into a gate runs at a time",
    async run({ store }) {
      const start = (id: string, fields: Parameters<typeof newCanary>[1] = {}) =>
        store.canaries.create(newCanary(id, fields), { tell: SILENT });
      assert.equal((await start("a")).kind, "created");
      const rival = await start("b");
      assert.ok(rival.kind === "already_running" && rival.record.canaryId === "a");
      assert.equal((await start("c", { toGate: "stage" })).kind, "created");
      assert.equal((await start("d", { modelId: "chat/3" })).kind, "created");
      await store.canaries.change(
        { canaryId: "a", version: 1 },
        { status: "PROMOTED", phase: "promoted" },
        SILENT,
      );
      assert.equal((await start("b")).kind, "created");
      const active = await store.canaries.active();
      assert.deepEqual(active.map(({ canaryId }) => canaryId), ["c", "d", "b"]);
    },
  },
  {
    name: "an idempotency key gives the canary of the first call",
    async run({ store }) {
      const idempotency = { caller: "ada", tool: "start_canary", key: "k", fingerprint: "f", lifeMs: 1_000 };
      const create = (id: string, fingerprint: string) =>
        store.canaries.create(newCanary(id), { idempotency: { ...idempotency, fingerprint }, tell: SILENT });
      await create("a", "f");
      const known = await create("b", "f");
      assert.ok(known.kind === "known" && known.record.canaryId === "a");
      assert.deepEqual(await create("b", "g"), { kind: "key_reused", id: "a" });
      assert.deepEqual(await store.canaries.earlier(idempotency), known);
      const reused = await store.canaries.earlier({ ...idempotency, fingerprint: "g" });
      assert.deepEqual(reused, { kind: "key_reused", id: "a" });
      assert.equal(await store.canaries.earlier({ ...idempotency, caller: "bob" }), undefined);
    },
  },
  {
    name: "ticks are read in order, by canary and by time, and one of the same moment is kept once",
    async run({ store, clock }) {
      await store.canaries.create(newCanary("a"), { tell: SILENT });
      await store.canaries.create(newCanary("b", { modelId: "x" }), { tell: SILENT });
      for (let number = 1; number <= 4; number++) {
        for (const canaryId of ["a", "b"]) {
          await store.canaries.change({ canaryId, version: number }, { tick: tick(number) }, SILENT);
        }
        clock.jump(10);
      }
      await store.canaries.change(
        { canaryId: "a", version: 5 },
        { tick: tick(4, { source: "again" }) },
        SILENT,
      );
      const after = await store.canaries.ticks("a", { afterTick: 2, limit: 10 });
      assert.deepEqual(after.map(({ tick, source }) => [tick, source]), [[3, "simulated"], [4, "simulated"]]);
      assert.equal((await store.canaries.lastTick("a"))?.tick, 4);
      assert.equal(await store.canaries.lastTick("c"), undefined);
      const from = clock.now() - 30;
      const between = await store.canaries.ticksBetween({ from, to: from + 20, limit: 3 });
      assert.deepEqual(between.map(({ canaryId, tick }) => [canaryId, tick]), [["a", 2], ["b", 2], ["a", 3]]);
      const rest = await store.canaries.ticksBetween({
        from,
        to: from + 20,
        limit: 3,
        afterRow: between[2]?.row ?? 0,
      });
      assert.deepEqual(rest.map(({ canaryId, tick }) => [canaryId, tick]), [["b", 3]]);
    },
  },
  {
    name: "canaries are listed newest first, by status, model and gate",
    async run({ store, clock }) {
      for (let i = 0; i < 5; i++) {
        await store.canaries.create(newCanary(`c${i}`, { modelId: `m/${i % 2}`, toGate: `g${i}` }), {
          tell: SILENT,
        });
        clock.jump(1);
      }
      const { rows, nextCursor } = await store.canaries.list({}, { limit: 3 });
      assert.deepEqual(rows.map(({ canaryId }) => canaryId), ["c4", "c3", "c2"]);
      const rest = await store.canaries.list({}, { limit: 3, cursor: nextCursor ?? "" });
      assert.deepEqual(rest.rows.map(({ canaryId }) => canaryId), ["c1", "c0"]);
      assert.equal(rest.nextCursor, undefined);
      const some = await store.canaries.list({ status: "RUNNING", modelId: "m/1", toGate: "g3" }, {
        limit: 3,
      });
      assert.deepEqual(some.rows.map(({ canaryId }) => canaryId), ["c3"]);
    },
  },
  {
    name: "a canary that runs is there after a restart, with its ticks",
    async run(under) {
      await under.store.canaries.create(newCanary("a"), { tell: SILENT });
      const change = {
        abort: true,
        intent: { actionId: "x", action: "rollback", fromModel: "chat/1" } as const,
        tick: tick(1),
      };
      await under.store.canaries.change({ canaryId: "a", version: 1 }, change, SILENT);
      const before = [
        await under.store.canaries.get("a"),
        await under.store.canaries.ticks("a", { limit: 9 }),
      ];
      const again = await under.reopen();
      assert.deepEqual(
        [await again.canaries.get("a"), await again.canaries.ticks("a", { limit: 9 })],
        before,
      );
    },
  },
];
