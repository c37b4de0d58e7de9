/** What the audits and events of every store must do. */
import assert from "node:assert/strict";
import { ChainCheck } from "../../src/store/audit_chain.ts";
import type { StoredEvent, Topic } from "../../src/store/event.ts";
import type { Store } from "../../src/store/store.ts";
import { type ContractTest, newCanary, newJob, tellCanary, tellJob } from "./contract.ts";

async function fill(store: Store): Promise<void> {
  for (const id of ["a", "b"]) await store.jobs.create(newJob(id), { tell: tellJob("queued") });
  await store.canaries.create(newCanary("c"), { tell: tellCanary("started") });
  for (const name of ["x", "y"]) {
    await store.jobs.requestCancel(name === "x" ? "a" : "b", tellJob("completed"));
  }
}

/** Checks the whole chain; returns how many rows it sealed. */
async function checkChain(store: Store): Promise<number> {
  const check = new ChainCheck((await store.audits.anchor())?.previousHash);
  for (const row of await store.audits.read({ limit: 10_000 })) assert.equal(check.next(row), undefined);
  return check.sealed;
}

/** See the module. */
export const LOG_CONTRACT: readonly ContractTest[] = [
  {
    name: "events come in the order of their ids, by topic, and to those who watch without a gap",
    async run({ store }) {
      const heard: StoredEvent[] = [];
      const stop = store.events.watch((events) => heard.push(...events));
      const first = await store.events.lastId();
      await fill(store);
      const all = await store.events.read({ afterId: first, limit: 100 });
      assert.deepEqual(heard, all);
      assert.deepEqual(all.map(({ id }) => id), [1, 2, 3, 4, 5].map((step) => first + step));
      assert.equal(await store.events.lastId(), first + 5);
      const read = async (topics: Topic[], afterId = 0, limit = 100) =>
        (await store.events.read({ afterId, topics, limit })).map(({ id }) => id - first);
      assert.deepEqual(await read(["job/a"]), [1, 4]);
      assert.deepEqual(await read(["job/a", "canary/c"]), [1, 3, 4]);
      assert.deepEqual(await read(["job/*"]), [1, 2, 4, 5]);
      assert.deepEqual(await read(["canary/*", "job/b"]), [2, 3, 5]);
      assert.deepEqual(await read(["job/a", "*"], first + 1, 2), [2, 3]);
      assert.deepEqual(await read(["job/zzz", "model/*"]), []);
      stop();
      await store.jobs.create(newJob("d"), { tell: tellJob("queued") });
      assert.equal(heard.length, 5);
    },
  },
  {
    name: "event ids never go back, whatever is forgotten and however often the server starts",
    async run(under) {
      await fill(under.store);
      const last = await under.store.events.lastId();
      under.clock.jump(10);
      await under.store.jobs.sweep({ olderThanMs: 1 });
      const again = await under.reopen();
      assert.ok(await again.events.lastId() >= last);
      await again.jobs.create(newJob("d"), { tell: tellJob("queued") });
      const [newest] = await again.events.read({ afterId: last, limit: 10 });
      assert.equal(newest?.subject, "job/d");
    },
  },
  {
    name: "each audit is sealed by the hash of the one before, over restarts too",
    async run(under) {
      await fill(under.store);
      await under.store.audits.append([
        {
          actor: "ada",
          action: "refused",
          subject: null,
          payload: { why: undefined, é: ["\u2028", 1.5, null] },
        },
      ]);
      assert.equal(await checkChain(under.store), 6);
      const again = await under.reopen();
      await again.audits.append([{ actor: "ada", action: "again", subject: "model/m", payload: {} }]);
      assert.equal(await checkChain(again), 7);
      const rows = await again.audits.read({ limit: 100 });
      assert.deepEqual(rows.map(({ id }) => id), [1, 2, 3, 4, 5, 6, 7]);
      assert.deepEqual(rows[5]?.payload, { é: ["\u2028", 1.5, null] });
    },
  },
  {
    name: "audits are read by subject, by time and in parts",
    async run({ store, clock }) {
      await fill(store);
      clock.jump(1_000);
      await store.audits.append([{ actor: "ada", action: "late", subject: "job/a", payload: {} }]);
      const actions = (await store.audits.of("job/a", { limit: 10 })).map(({ action }) => action);
      assert.deepEqual(actions, ["queued", "completed", "late"]);
      assert.equal((await store.audits.read({ from: clock.now(), limit: 10 }))[0]?.action, "late");
      assert.equal((await store.audits.read({ to: clock.now(), limit: 10 })).length, 5);
      assert.deepEqual((await store.audits.read({ afterId: 2, limit: 2 })).map(({ id }) => id), [3, 4]);
      const sizes = await store.sizes();
      assert.deepEqual([sizes.audits, sizes.events], [6, 5]);
      assert.ok(sizes.bytes > 0);
    },
  },
];
