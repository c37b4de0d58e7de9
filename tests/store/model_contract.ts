/** What the models and gates of every store must do. */
import assert from "node:assert/strict";
import type { GateChange } from "../../src/store/model.ts";
import type { Store } from "../../src/store/store.ts";
import { type ContractTest, SILENT } from "./contract.ts";

const PRODUCTION = { name: "chat", gate: "production" };

function enter(
  store: Store,
  modelId: string | null,
  fields: { expectedCurrent?: string | null; gate?: string } = {},
) {
  return store.models.setGate({ ...PRODUCTION, modelId, by: "ada", ...fields }, SILENT);
}

/** See the module. */
export const MODEL_CONTRACT: readonly ContractTest[] = [
  {
    name: "a gate holds one version of a name; who leaves it is in history, and in its other gates",
    async run({ store, clock }) {
      const begin = clock.now();
      assert.deepEqual(await enter(store, "chat/1", { gate: "staging" }), {
        kind: "changed",
        previous: null,
      });
      assert.deepEqual(await enter(store, "chat/1"), { kind: "changed", previous: null });
      clock.jump(10);
      assert.deepEqual(await enter(store, "chat/2"), { kind: "changed", previous: "chat/1" });
      assert.deepEqual(await enter(store, "chat/2"), { kind: "unchanged", previous: "chat/2" });
      await store.models.setGate({ name: "other", gate: "production", modelId: "other", by: "ada" }, SILENT);
      assert.deepEqual(await store.models.get("chat/1"), {
        modelId: "chat/1",
        gates: ["staging"],
        promoted: true,
        promotedAt: begin,
      });
      assert.equal((await store.models.holder(PRODUCTION))?.modelId, "chat/2");
      const { rows } = await store.models.history(PRODUCTION, { limit: 10 });
      assert.deepEqual(rows, [
        { ...PRODUCTION, modelId: "chat/2", from: begin + 10, by: "ada" },
        { ...PRODUCTION, modelId: "chat/1", from: begin, until: begin + 10, by: "ada" },
      ]);
      const production = await store.models.list({ gate: "production" }, { limit: 10 });
      assert.deepEqual(production.rows.map(({ modelId }) => modelId).sort(), ["chat/2", "other"]);
    },
  },
  {
    name: "a gate is changed only when it holds what was expected, and can be emptied",
    async run({ store }) {
      const changes: GateChange[] = [];
      const tell = (change: GateChange) => {
        changes.push(change);
        return SILENT();
      };
      const set = (modelId: string | null, expectedCurrent: string | null) =>
        store.models.setGate({ ...PRODUCTION, modelId, expectedCurrent, by: "ada", actionId: "x" }, tell);
      assert.deepEqual(await set("chat/1", "chat/0"), { kind: "unexpected", current: null });
      assert.deepEqual(await set("chat/1", null), { kind: "changed", previous: null });
      assert.deepEqual(await set("chat/2", null), { kind: "unexpected", current: "chat/1" });
      assert.deepEqual(await set(null, "chat/1"), { kind: "changed", previous: "chat/1" });
      assert.equal(await store.models.holder(PRODUCTION), undefined);
      assert.deepEqual(changes.map(({ previous, model }) => [previous, model?.modelId]), [
        [null, "chat/1"],
        ["chat/1", undefined],
      ]);
      assert.deepEqual([(await store.models.get("chat/1"))?.promoted], [false]);
      assert.equal((await store.models.history({}, { limit: 10 })).rows[0]?.actionId, "x");
    },
  },
  {
    name: "lists and histories come in pages, and a time span has the stays that it has a part of",
    async run({ store, clock }) {
      for (let i = 0; i < 5; i++) {
        await enter(store, `chat/${i}`);
        clock.jump(10);
      }
      const seen: string[] = [];
      for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
        const page = await store.models.history(PRODUCTION, {
          limit: 2,
          ...(cursor !== undefined && { cursor }),
        });
        seen.push(...page.rows.map(({ modelId }) => modelId));
        cursor = page.nextCursor;
      }
      assert.deepEqual(seen, ["chat/4", "chat/3", "chat/2", "chat/1", "chat/0"]);
      const { rows: [newest], nextCursor } = await store.models.list({}, { limit: 1 });
      assert.equal(newest?.modelId, "chat/4");
      const next = await store.models.list({}, { limit: 10, cursor: nextCursor ?? "" });
      assert.deepEqual(next.rows.map(({ modelId }) => modelId), ["chat/3", "chat/2", "chat/1", "chat/0"]);
      const begin = clock.now() - 50;
      const span = { from: begin + 15, to: begin + 30 };
      const stays = await store.models.staysBetween({ ...span, limit: 10 });
      assert.deepEqual(stays.map(({ modelId }) => modelId), ["chat/1", "chat/2"]);
      const rest = await store.models.staysBetween({ ...span, limit: 10, afterRow: stays[0]?.row ?? 0 });
      assert.deepEqual(rest.map(({ modelId }) => modelId), ["chat/2"]);
    },
  },
  {
    name: "gates and their history are there after a restart",
    async run(under) {
      await enter(under.store, "chat/1");
      under.clock.jump(5);
      await enter(under.store, "chat/2");
      const before = [
        await under.store.models.list({}, { limit: 10 }),
        await under.store.models.history({}, { limit: 10 }),
      ];
      const again = await under.reopen();
      assert.deepEqual(
        [await again.models.list({}, { limit: 10 }), await again.models.history({}, { limit: 10 })],
        before,
      );
      assert.deepEqual(await enter(again, "chat/2"), { kind: "unchanged", previous: "chat/2" });
    },
  },
];
