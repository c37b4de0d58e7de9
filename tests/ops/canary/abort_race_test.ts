/** Abort against promote: every operation of both may come before or after every other one, fail, or be the last. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { ModelRegistry } from "../../../src/adapters/registry/model_registry.ts";
import { LocalRegistry } from "../../../src/adapters/registry/local_registry.ts";
import { ToolError } from "../../../src/core/errors.ts";
import type { CanaryStore } from "../../../src/store/canary.ts";
import { Canaries, type CanariesParts } from "../../../src/ops/canary/canaries.ts";
import { GateKeeper } from "../../../src/ops/gates/gate_keeper.ts";
import { SqliteStore } from "../../../src/store/sqlite/sqlite_store.ts";
import { FakeClock } from "../../support/fake_clock.ts";

const INTERLEAVINGS = 1_000;

/** When the registry says that it is away: before it did what it was asked, after it, or never. */
type Fault = "none" | "before" | "after";

interface World {
  readonly store: SqliteStore;
  readonly clock: FakeClock;
  readonly newId: () => string;
}

function openWorld(): World & AsyncDisposable {
  const clock = new FakeClock();
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const store = new SqliteStore({ path: ":memory:", now: clock.now, newId });
  return { store, clock, newId, [Symbol.asyncDispose]: () => store.close() };
}

/** A server whose every operation waits for the scheduler, and that may die after some of them. */
function openServer(
  { store, clock, newId }: World,
  { scheduler, faults, diesAfter }: { scheduler: fc.Scheduler; faults: Fault[]; diesAfter: number },
): Canaries {
  let operations = 0;
  const turn = async (label: string): Promise<void> => {
    if (++operations > diesAfter) await new Promise(() => {});
    await scheduler.schedule(Promise.resolve(), label);
  };
  const raced = async <Result>(label: string, run: () => Promise<Result>): Promise<Result> => {
    await turn(label);
    const result = await run();
    await turn(`${label} done`);
    return result;
  };
  const local = new LocalRegistry(store.models);
  const faulty = async <Result>(label: string, run: () => Promise<Result>): Promise<Result> => {
    const fault = faults.shift() ?? "none";
    if (fault === "before") throw new ToolError("unavailable", "away", { retryable: true });
    const result = await raced(label, run);
    if (fault === "after") throw new ToolError("unavailable", "away", { retryable: true });
    return result;
  };
  const registry: ModelRegistry = {
    name: "local",
    resolve: (modelId) => local.resolve(modelId),
    current: (key) => local.current(key),
    promote: (request) =>
      request.dryRun ? local.promote(request) : faulty("promote", () => local.promote(request)),
    rollback: (request) => faulty("rollback", () => local.rollback(request)),
  };
  const kept = store.canaries;
  const canaryStore: CanaryStore = {
    create: (canary, options) => kept.create(canary, options),
    earlier: (key) => kept.earlier(key),
    list: (filter, page) => kept.list(filter, page),
    counts: () => kept.counts(),
    active: () => kept.active(),
    ticks: (canaryId, range) => kept.ticks(canaryId, range),
    ticksBetween: (range) => kept.ticksBetween(range),
    lastTick: (canaryId) => kept.lastTick(canaryId),
    get: (canaryId) => raced("get", () => kept.get(canaryId)),
    change: (canary, change, tell) => raced("change", () => kept.change(canary, change, tell)),
  };
  const later: CanariesParts["later"] = (run, ms) => {
    let isCancelled = false;
    scheduler.schedule(Promise.resolve(), `timer of ${ms} ms`).then(() => {
      if (isCancelled) return;
      clock.jump(ms);
      run();
    });
    return () => isCancelled = true;
  };
  return new Canaries({
    store: canaryStore,
    flush: () => store.flush(),
    registry,
    monitor: {
      name: "simulated",
      measures: "counts",
      check: async () => ({ kind: "ready", sample: { kind: "counts", evalTime: 0, counts: { total: 0 } } }),
      observe: (_measurand, { now }) =>
        raced("observe", async () => ({ kind: "counts", evalTime: now, counts: { total: 2000, errors: 0 } })),
    },
    keeper: new GateKeeper({ ...store, policy: () => ({}), monitor: "prometheus", now: clock.now }),
    settings: {
      intervalMs: undefined,
      minRequests: 50,
      outageMs: 300_000,
      assurance: "observed",
      onInconclusive: "rollback",
      runningMax: 10_000,
    },
    now: clock.now,
    newId,
    later,
    onBug: (error) => {
      throw error;
    },
  });
}

Deno.test("in 1,000 interleavings no accepted abort ends in a promotion, and no gate holds what was rolled back", async () => {
  await using world = openWorld();
  const ends: Record<string, number> = {};
  let runs = 0;
  const fault = fc.constantFrom<Fault>("none", "none", "before", "after");
  const options = fc.record({
    scheduler: fc.scheduler(),
    faults: fc.array(fault, { maxLength: 3 }),
    hasPredecessor: fc.boolean(),
    diesAfter: fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 24 })),
  });
  await fc.assert(
    fc.asyncProperty(options, async ({ scheduler, faults, hasPredecessor, diesAfter }) => {
      const name = `model-${++runs}`;
      const modelId = `${name}/7`;
      const gate = { name, gate: "production" };
      const predecessor = hasPredecessor ? `${name}/6` : null;
      const untold = () => ({ audits: [], events: [] });
      if (predecessor !== null) {
        await world.store.models.setGate({ ...gate, modelId: predecessor, by: "test" }, untold);
      }
      const server = openServer(world, { scheduler, faults, diesAfter });
      const { canaryId } = await server.start({
        modelId,
        fromGate: "staging",
        toGate: "production",
        windowSeconds: 1,
        targets: { max_error_rate: 0.01 },
        dryRun: false,
        caller: undefined,
        signal: new AbortController().signal,
      });
      const answers: ("accepted" | "too late")[] = [];
      scheduler.schedule(Promise.resolve(), "abort").then(() => server.abort(String(canaryId), undefined))
        .then(
          () => answers.push("accepted"),
          (error) => {
            assert.equal((error as ToolError).details.reason, "already_promoted");
            answers.push("too late");
          },
        );
      await scheduler.waitIdle();
      // Whoever starts next finishes what a dead server left; for a server that lived there is nothing to do.
      const next = openServer(world, { scheduler, faults: [], diesAfter: Infinity });
      await next.begin();
      await scheduler.waitIdle();
      const record = await world.store.canaries.get(String(canaryId));
      const holder = (await world.store.models.holder(gate))?.modelId ?? null;
      assert.ok(
        record?.status === "PROMOTED" || record?.status === "ROLLED_BACK",
        `it is over: ${record?.phase}`,
      );
      assert.equal(holder, record.status === "PROMOTED" ? modelId : predecessor);
      const [answer = "none"] = answers;
      if (answer === "accepted") assert.equal(record.status, "ROLLED_BACK");
      if (answer === "too late") assert.equal(record.status, "PROMOTED");
      const count = (end: string) => ends[end] = (ends[end] ?? 0) + 1;
      count(`${answer}, ${record.status}`);
      const { rows } = await world.store.models.history({ name }, { limit: 9 });
      const wasPromoted = rows.some((stay) => stay.modelId === modelId);
      if (record.status === "ROLLED_BACK" && wasPromoted) count("undone");
    }),
    { seed: 3, numRuns: INTERLEAVINGS },
  );
  assert.equal(runs, INTERLEAVINGS);
  // Each outcome of the race was met, and often.
  assert.ok((ends["accepted, ROLLED_BACK"] ?? 0) > 100, JSON.stringify(ends));
  assert.ok((ends["too late, PROMOTED"] ?? 0) > 10, JSON.stringify(ends));
  assert.ok((ends.undone ?? 0) > 10, JSON.stringify(ends));
});
