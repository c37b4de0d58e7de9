/** What the jobs of every store must do. */
import assert from "node:assert/strict";
import type { IdempotencyKey } from "../../src/store/idempotency.ts";
import type { Lease } from "../../src/store/job.ts";
import { type ContractTest, newJob, SILENT, tellJob } from "./contract.ts";

const LEASE = { leaseMs: 60_000, backend: "simulated", tell: tellJob("running") };

function key(fields: Partial<IdempotencyKey> = {}): IdempotencyKey {
  return { caller: "ada", tool: "run_eval", key: "k", fingerprint: "f", lifeMs: 1_000, ...fields };
}

/** See the module. */
export const JOB_CONTRACT: readonly ContractTest[] = [
  {
    name: "a job is queued, claimed and finished, and each step is one audit and one event",
    async run({ store, clock }) {
      const created = await store.jobs.create(newJob("a"), { tell: tellJob("queued") });
      assert.equal(created.kind, "created");
      clock.jump(5);
      const claimed = await store.jobs.claim(LEASE);
      assert.deepEqual([claimed?.job.status, claimed?.job.attempt], ["RUNNING", 1]);
      const lease = claimed?.lease as Lease;
      await store.jobs.setExternalId(lease, "x1");
      await store.jobs.setProgress(lease, { done: 1 }, tellJob("update"));
      clock.jump(5);
      const end = { status: "COMPLETED", outcome: "succeeded", result: { accuracy: 0.9 } } as const;
      const done = await store.jobs.finish(lease, end, tellJob("completed"));
      assert.deepEqual(done, {
        jobId: "a",
        taskId: "task",
        configId: "config",
        status: "COMPLETED",
        outcome: "succeeded",
        startedAt: clock.now() - 10,
        updatedAt: clock.now(),
        caller: undefined,
        backend: "simulated",
        attempt: 1,
        runAfter: clock.now() - 10,
        externalId: "x1",
        progress: { done: 1 },
        result: { accuracy: 0.9 },
      });
      assert.deepEqual(await store.jobs.get("a"), done);
      const events = await store.events.read({ afterId: 0, limit: 10 });
      assert.deepEqual(events.map(({ name }) => name), ["queued", "running", "update", "completed"]);
      const audits = await store.audits.of("job/a", { limit: 10 });
      assert.deepEqual(audits.map(({ action }) => action), ["queued", "running", "update", "completed"]);
      assert.deepEqual(await store.jobs.attempts("a"), [
        {
          attempt: 1,
          startedAt: clock.now() - 5,
          endedAt: clock.now(),
          externalId: "x1",
          outcome: "succeeded",
        },
      ]);
      assert.equal((await store.jobs.counts()).COMPLETED, 1);
    },
  },
  {
    name: "what cannot be accounted for is not done",
    async run({ store }) {
      const tell = () => {
        throw new Error("no account");
      };
      await assert.rejects(store.jobs.create(newJob("a"), { tell }), /no account/);
      assert.equal(await store.jobs.get("a"), undefined);
      await store.jobs.create(newJob("a"), { tell: tellJob("queued") });
      await assert.rejects(store.jobs.claim({ ...LEASE, tell }), /no account/);
      assert.equal((await store.jobs.get("a"))?.status, "QUEUED");
      assert.equal((await store.events.read({ afterId: 0, limit: 10 })).length, 1);
    },
  },
  {
    name: "jobs are claimed in the order in which they were asked for, each by one",
    async run({ store, clock }) {
      for (const id of ["c", "a", "b"]) {
        await store.jobs.create(newJob(id), { tell: SILENT });
        clock.jump(1);
      }
      await store.jobs.create(newJob("d", { status: "DRY_RUN" }), { tell: SILENT });
      const claims = await Promise.all([1, 2, 3, 4].map(() => store.jobs.claim(LEASE)));
      assert.deepEqual(claims.map((claim) => claim?.job.jobId), ["c", "a", "b", undefined]);
    },
  },
  {
    name: "who has lost the lease writes nothing",
    async run({ store, clock }) {
      await store.jobs.create(newJob("a"), { tell: SILENT });
      const first = await store.jobs.claim(LEASE);
      const old = first?.lease as Lease;
      assert.equal(await store.jobs.reclaim({ leaseMs: 60_000 }), undefined, "the lease is good");
      clock.jump(60_000);
      const second = await store.jobs.reclaim({ leaseMs: 60_000 });
      assert.deepEqual([second?.job.jobId, second?.job.attempt], ["a", 1]);
      const end = { status: "COMPLETED", outcome: "succeeded" } as const;
      const writes = [
        store.jobs.renew(old, { leaseMs: 1 }),
        store.jobs.setExternalId(old, "x"),
        store.jobs.setProgress(old, 1, tellJob("update")),
        store.jobs.finish(old, end, tellJob("completed")),
        store.jobs.requeue(old, { why: "retried", delayMs: 0, tell: tellJob("queued") }),
      ];
      assert.deepEqual(await Promise.all(writes), Array(5).fill(undefined));
      await store.jobs.letGo(old);
      assert.ok(
        await store.jobs.renew(second?.lease as Lease, { leaseMs: 60_000 }),
        "the new lease is untouched",
      );
      assert.deepEqual(
        (await store.events.read({ afterId: 0, limit: 10 })).map(({ name }) => name),
        ["running"],
      );
      assert.ok(await store.jobs.finish(second?.lease as Lease, end, SILENT));
      assert.equal(
        await store.jobs.finish(second?.lease as Lease, end, SILENT),
        undefined,
        "a job ends once",
      );
    },
  },
  {
    name: "a lease that is over is over for its holder too",
    async run({ store, clock }) {
      await store.jobs.create(newJob("a"), { tell: SILENT });
      const { lease } = await store.jobs.claim(LEASE) ?? assert.fail();
      clock.jump(59_999);
      assert.ok(await store.jobs.renew(lease, { leaseMs: 60_000 }));
      clock.jump(60_000);
      assert.equal(await store.jobs.renew(lease, { leaseMs: 60_000 }), undefined);
    },
  },
  {
    name: "a retry waits its time and counts, a release neither waits nor counts",
    async run({ store, clock }) {
      await store.jobs.create(newJob("a"), { tell: SILENT });
      const { lease } = await store.jobs.claim(LEASE) ?? assert.fail();
      const error = { code: "unavailable", message: "down" };
      const retried = await store.jobs.requeue(lease, { why: "retried", delayMs: 500, error, tell: SILENT });
      assert.deepEqual([retried?.status, retried?.attempt], ["QUEUED", 1]);
      assert.equal(await store.jobs.nextDueAt(), clock.now() + 500);
      assert.equal(await store.jobs.claim(LEASE), undefined);
      clock.jump(500);
      const second = await store.jobs.claim(LEASE) ?? assert.fail();
      assert.equal(second.job.attempt, 2);
      await store.jobs.requeue(second.lease, { why: "released", delayMs: 0, tell: SILENT });
      assert.equal((await store.jobs.claim(LEASE))?.job.attempt, 2);
      const attempts = await store.jobs.attempts("a");
      assert.deepEqual(attempts.map(({ attempt, outcome }) => [attempt, outcome]), [[1, "retried"], [
        2,
        undefined,
      ]]);
      assert.deepEqual(attempts[0]?.error, error);
    },
  },
  {
    name:
      "a queued job is canceled at once, a running one is asked to end, and one that is over stays as it is",
    async run({ store }) {
      await store.jobs.create(newJob("a"), { tell: SILENT });
      const canceled = await store.jobs.requestCancel("a", tellJob("completed"));
      assert.deepEqual([canceled?.job.status, canceled?.job.outcome, canceled?.changed], [
        "CANCELED",
        "canceled",
        true,
      ]);
      await store.jobs.create(newJob("b"), { tell: SILENT });
      const { lease } = await store.jobs.claim(LEASE) ?? assert.fail();
      const asked = await store.jobs.requestCancel("b", tellJob("update"));
      assert.deepEqual([asked?.job.status, asked?.changed], ["RUNNING", true]);
      assert.ok((await store.jobs.renew(lease, { leaseMs: 1 }))?.cancelRequestedAt !== undefined);
      for (const id of ["a", "b"]) {
        assert.equal(
          (await store.jobs.requestCancel(id, () => assert.fail("nothing to tell")))?.changed,
          false,
        );
      }
      assert.equal(await store.jobs.requestCancel("c", SILENT), undefined);
    },
  },
  {
    name: "an idempotency key gives the job of the first call, to the same caller and tool, while it lives",
    async run({ store, clock }) {
      const create = (id: string, idempotency: IdempotencyKey) =>
        store.jobs.create(newJob(id), { idempotency, tell: tellJob("queued") });
      assert.equal((await create("a", key())).kind, "created");
      const known = await create("b", key());
      assert.ok(known.kind === "known" && known.record.jobId === "a");
      assert.deepEqual(await create("b", key({ fingerprint: "other" })), { kind: "key_reused", id: "a" });
      assert.equal((await create("c", key({ caller: "bob" }))).kind, "created");
      assert.equal((await create("d", key({ caller: undefined }))).kind, "created");
      assert.equal((await create("e", key({ tool: "other" }))).kind, "created");
      assert.equal(await store.jobs.get("b"), undefined);
      assert.equal((await store.events.read({ afterId: 0, limit: 10 })).length, 4);
      clock.jump(1_000);
      assert.equal((await create("b", key({ fingerprint: "other" }))).kind, "created");
    },
  },
  {
    name: "jobs are listed newest first, page by page, and by status",
    async run({ store, clock }) {
      for (let i = 0; i < 7; i++) {
        await store.jobs.create(newJob(`j${i}`, { taskId: i % 2 ? "odd" : "even" }), { tell: SILENT });
        if (i % 3 === 0) clock.jump(1);
      }
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.jobs.list({}, { limit: 3, ...(cursor !== undefined && { cursor }) });
        assert.ok(page.rows.length <= 3);
        seen.push(...page.rows.map(({ jobId }) => jobId));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      assert.deepEqual([...seen].sort(), ["j0", "j1", "j2", "j3", "j4", "j5", "j6"]);
      assert.deepEqual([seen.at(0), seen.at(-1)], ["j6", "j0"]);
      await store.jobs.claim(LEASE);
      const running = await store.jobs.list({ status: "RUNNING" }, { limit: 10 });
      assert.deepEqual(running.rows.map(({ jobId }) => jobId), ["j0"]);
      assert.equal(
        (await store.jobs.list({ taskId: "odd", configId: "config" }, { limit: 10 })).rows.length,
        3,
      );
      for (const bad of ["x", "", "e30", "WzFd", "WyJhIl0", "%%", "4pyT"]) {
        await assert.rejects(store.jobs.list({}, { limit: 3, cursor: bad }), { code: "invalid_arguments" });
      }
    },
  },
  {
    name: "jobs that have been over for long are forgotten with their events, and no others; audits stay",
    async run({ store, clock }) {
      for (const id of ["over", "running", "queued"]) {
        await store.jobs.create(newJob(id), { tell: tellJob("queued") });
        clock.jump(1);
      }
      const { lease } = await store.jobs.claim(LEASE) ?? assert.fail();
      await store.jobs.finish(lease, { status: "FAILED", outcome: "failed" }, tellJob("completed"));
      await store.jobs.claim(LEASE);
      clock.jump(10_000);
      await store.jobs.create(newJob("fresh", { status: "DRY_RUN" }), { tell: SILENT });
      assert.equal(await store.jobs.sweep({ olderThanMs: 10_000 }), 0);
      clock.jump(1);
      assert.equal(await store.jobs.sweep({ olderThanMs: 10_000 }), 1);
      assert.equal(await store.jobs.get("over"), undefined);
      for (const id of ["running", "queued", "fresh"]) assert.ok(await store.jobs.get(id), id);
      assert.deepEqual(await store.jobs.attempts("over"), []);
      assert.deepEqual(await store.events.read({ afterId: 0, topics: ["job/over"], limit: 10 }), []);
      assert.equal((await store.audits.of("job/over", { limit: 10 })).length, 3);
    },
  },
  {
    name: "everything is there after a restart, and the leases of the process before are void",
    async run(under) {
      const { store, clock } = under;
      await store.jobs.create(newJob("a", { caller: "ada" }), {
        idempotency: key(),
        tell: tellJob("queued"),
      });
      const { lease } = await store.jobs.claim(LEASE) ?? assert.fail();
      await store.jobs.setExternalId(lease, "x");
      const before = await store.jobs.get("a");
      const again = await under.reopen();
      assert.deepEqual(await again.jobs.get("a"), before);
      assert.equal(await again.jobs.renew(lease, { leaseMs: 1 }), undefined);
      assert.equal((await again.jobs.reclaim({ leaseMs: 1_000 }))?.job.externalId, "x");
      assert.equal((await again.jobs.attempts("a")).length, 1);
      const known = await again.jobs.create(newJob("b"), { idempotency: key(), tell: SILENT });
      assert.equal(known.kind, "known");
      clock.jump(1);
    },
  },
];
