/** The JSON file: when it is written, what happens to one that cannot be read, and how it stays small. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ChainCheck } from "../../src/store/audit_chain.ts";
import { JsonStore } from "../../src/store/json/json_store.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { counter, newCanary, newJob, SILENT, tellJob } from "./contract.ts";
import { until } from "../support/until.ts";

class Lab implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly notes: string[] = [];
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<Lab> {
    return new Lab(await Deno.makeTempDir());
  }

  get path(): string {
    return `${this.folder}/.mcp-state.json`;
  }

  open(): Promise<JsonStore> {
    const { now, later } = this.clock;
    return JsonStore.open({
      path: this.path,
      now,
      later,
      newId: counter("t"),
      onNote: (text) => this.notes.push(text),
    });
  }

  async names(): Promise<string[]> {
    return (await Array.fromAsync(Deno.readDir(this.folder), ({ name }) => name)).sort();
  }

  // deno-lint-ignore no-explicit-any -- tests read what they assert.
  async read(): Promise<any> {
    return JSON.parse(await Deno.readTextFile(this.path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.chmod(this.folder, 0o700);
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Waits for a save that is under way. */
async function saved(fits: () => Promise<boolean>): Promise<void> {
  await until(() => fits().catch(() => false), (isSaved) => isSaved);
}

Deno.test("the file is written 3 s after a change, for this user alone, and not before there is one", async () => {
  await using lab = await Lab.create();
  const store = await lab.open();
  await store.jobs.sweep({ olderThanMs: 1 });
  await lab.clock.pass(60_000);
  assert.deepEqual(await lab.names(), [], "nothing was changed");
  await store.jobs.create(newJob("a"), { tell: SILENT });
  await lab.clock.pass(2_999);
  assert.deepEqual(await lab.names(), []);
  await lab.clock.pass(1);
  await saved(async () => (await lab.read()).jobs.length === 1);
  assert.deepEqual(await lab.names(), [".mcp-state.json"]);
  assert.equal(((await Deno.stat(lab.path)).mode ?? 0) & 0o777, 0o600);
  await store.close();
});

Deno.test("a stop writes what was just changed", async () => {
  await using lab = await Lab.create();
  const store = await lab.open();
  await store.jobs.create(newJob("a"), { tell: SILENT });
  await store.close();
  assert.equal((await lab.read()).jobs[0].jobId, "a");
  assert.equal(lab.clock.timers, 0);
});

Deno.test("a file that cannot be understood is moved aside whole, and the server begins without it", async (t) => {
  const texts: Record<string, string> = {
    "no JSON": "{",
    "empty": "",
    "a list": "[]",
    "a number": "5",
    "jobs that are none": '{"jobs":{}}',
    "a job without an id":
      '{"jobs":[{"taskId":"t","configId":"c","status":"QUEUED","startedAt":"x","updatedAt":"x"}]}',
    "a model that is none": '{"models":["m"]}',
    "values that no column takes": '{"jobs":[],"events":[{"id":"x","at":"y","subject":1,"name":2}]}',
    "a time that no calendar has": '{"models":[{"modelId":"m","promotedAt":1e18}]}',
    "a time that is none": '{"canaryTicks":[{"canaryId":"c","tick":[],"evalTime":{},"at":1}]}',
  };
  for (const [name, text] of Object.entries(texts)) {
    await t.step(name, async () => {
      await using lab = await Lab.create();
      await Deno.writeTextFile(lab.path, text);
      const store = await lab.open();
      assert.deepEqual((await store.jobs.list({}, { limit: 1 })).rows, []);
      await store.jobs.create(newJob("a"), { tell: SILENT });
      await store.close();
      const [aside = "", ...rest] = (await lab.names()).filter((name) => name !== ".mcp-state.json");
      assert.deepEqual(rest, []);
      assert.match(aside, /^\.mcp-state\.json\.corrupt-20260101T0000\d+Z$/);
      assert.equal(await Deno.readTextFile(`${lab.folder}/${aside}`), text);
      assert.equal(lab.notes.length, 1);
      assert.match(lab.notes[0] ?? "", /could not be understood/);
    });
  }
});

Deno.test("what is aside already is not overwritten", async () => {
  await using lab = await Lab.create();
  for (let round = 0; round < 3; round++) {
    await Deno.writeTextFile(lab.path, `{ round ${round}`);
    await (await lab.open()).close();
  }
  assert.equal((await lab.names()).length, 3);
});

Deno.test("a file that may not be read stops the start, and stays as it is", async () => {
  await using lab = await Lab.create();
  await Deno.mkdir(lab.path);
  await assert.rejects(lab.open());
  assert.deepEqual(await lab.names(), [".mcp-state.json"]);
});

Deno.test("whatever lies there, the server starts, and nothing is lost", async () => {
  const records = fc.array(fc.record({ jobId: fc.anything(), taskId: fc.anything() }, { requiredKeys: [] }), {
    maxLength: 3,
  });
  const document = fc.oneof(
    fc.json(),
    fc.string(),
    fc.record({ jobs: records, models: records, canaries: records, events: fc.anything() }, {
      requiredKeys: [],
    }).map((value) => JSON.stringify(value) ?? ""),
  );
  await fc.assert(
    fc.asyncProperty(document, async (text) => {
      await using lab = await Lab.create();
      await Deno.writeTextFile(lab.path, text);
      const store = await lab.open();
      await store.jobs.create(newJob("mine"), { tell: SILENT });
      await store.close();
      assert.ok((await lab.read()).jobs.some(({ jobId }: { jobId: unknown }) => jobId === "mine"));
      const aside = (await lab.names()).find((name) => name.includes("corrupt"));
      if (aside !== undefined) assert.equal(await Deno.readTextFile(`${lab.folder}/${aside}`), text);
    }),
    { seed: 5, numRuns: 60 },
  );
});

Deno.test("a disk that refuses is told once a try, and the next try saves everything", async () => {
  await using lab = await Lab.create();
  const store = await lab.open();
  await Deno.mkdir(`${lab.path}.new`);
  await Deno.writeTextFile(`${lab.path}.new/in-the-way`, "");
  await store.jobs.create(newJob("a"), { tell: SILENT });
  await lab.clock.pass(3_000);
  await saved(() => Promise.resolve(lab.notes.length === 1));
  assert.match(lab.notes[0] ?? "", /could not be written/);
  await assert.rejects(store.flush(), { code: "unavailable" }, "whoever relies on it learns of it");
  await Deno.remove(`${lab.path}.new`, { recursive: true });
  await lab.clock.pass(3_000);
  await saved(async () => (await lab.read()).jobs.length === 1);
  await store.flush();
  await store.close();
});

Deno.test("a crash gives no id twice to those who have seen what it cost", async () => {
  await using lab = await Lab.create();
  const first = await lab.open();
  await first.jobs.create(newJob("saved"), { tell: tellJob("queued") });
  await first.flush();
  await first.jobs.create(newJob("lost"), { tell: tellJob("queued") });
  const seen = await first.events.lastId();
  const second = await lab.open();
  assert.equal(await second.jobs.get("lost"), undefined);
  await second.jobs.create(newJob("next"), { tell: tellJob("queued") });
  const events = await second.events.read({ afterId: seen, limit: 10 });
  assert.deepEqual(events.map(({ subject }) => subject), ["job/next"]);
  await second.close();
});

Deno.test("a disk that takes a text in pieces gets all of it", async () => {
  await using lab = await Lab.create();
  const store = await lab.open();
  await store.jobs.create(newJob("a"), { tell: SILENT });
  const { write } = Deno.FsFile.prototype;
  // What write(2) may do at any time, and does when the disk is nearly full.
  Deno.FsFile.prototype.write = function (bytes) {
    return write.call(this, bytes.subarray(0, 100));
  };
  try {
    await store.close();
  } finally {
    Deno.FsFile.prototype.write = write;
  }
  assert.equal((await lab.read()).jobs[0].jobId, "a");
});

Deno.test("a stop on a disk that refuses says so, and leaves no timer behind", async () => {
  await using lab = await Lab.create();
  const store = await lab.open();
  await Deno.mkdir(`${lab.path}.new/in-the-way`, { recursive: true });
  await store.jobs.create(newJob("a"), { tell: SILENT });
  await store.close();
  assert.match(lab.notes[0] ?? "", /could not be written/);
  assert.equal(lab.clock.timers, 0);
});

Deno.test("the file keeps the newest 5,000 audits and events, and the chain goes on from an anchor", async () => {
  await using lab = await Lab.create();
  const store = await lab.open();
  await store.jobs.create(newJob("a"), { tell: tellJob("queued") });
  const { lease } = await store.jobs.claim({ leaseMs: 1e9, backend: "x", tell: tellJob("running") }) ??
    assert.fail();
  for (let i = 0; i < 5_100; i++) await store.jobs.setProgress(lease, i, tellJob("update"));
  const last = await store.events.lastId();
  await store.close();
  const document = await lab.read();
  assert.deepEqual([document.audits.length, document.events.length], [5_000, 5_000]);
  assert.equal(document.events.at(-1).id, last);
  const again = await lab.open();
  const anchor = await again.audits.anchor();
  const rows = await again.audits.read({ limit: 10_000 });
  assert.deepEqual([rows.length, rows[0]?.id, anchor?.firstId], [5_000, 103, 103]);
  await again.audits.append([{ actor: "a", action: "b", subject: null, payload: {} }]);
  const check = new ChainCheck(anchor?.previousHash);
  for (const row of await again.audits.read({ limit: 10_000 })) assert.equal(check.next(row), undefined);
  assert.equal(check.sealed, 5_001);
  await again.close();
});

Deno.test("a canary that is over keeps the tick that decided, one that runs keeps all", async () => {
  await using lab = await Lab.create();
  const store = await lab.open();
  for (const [canaryId, modelId] of [["over", "m/1"], ["runs", "m/2"]] as const) {
    await store.canaries.create(newCanary(canaryId, { modelId }), { tell: SILENT });
    for (let tick = 1; tick <= 3; tick++) {
      const look = { tick, evalTime: tick, kind: "ok", source: "s", observation: {}, verdict: {} } as const;
      await store.canaries.change({ canaryId, version: tick }, { tick: look }, SILENT);
    }
  }
  await store.canaries.change(
    { canaryId: "over", version: 4 },
    { status: "PROMOTED", phase: "promoted" },
    SILENT,
  );
  await store.close();
  const again = await lab.open();
  const ticks = async (id: string) => (await again.canaries.ticks(id, { limit: 9 })).map(({ tick }) => tick);
  assert.deepEqual([await ticks("over"), await ticks("runs")], [[3], [1, 2, 3]]);
  await again.close();
});

Deno.test("of canaries that are over the newest 1,000 are kept, and the file of more of them can be read", async () => {
  await using lab = await Lab.create();
  const store = await lab.open();
  for (let i = 0; i < 1_003; i++) {
    await store.canaries.create(newCanary(`c${i}`, { modelId: `m/${i}` }), { tell: SILENT });
    const tick = { tick: 1, evalTime: 1, kind: "ok", source: "s", observation: {}, verdict: {} } as const;
    const end = i === 0 ? {} : { status: "PROMOTED", phase: "promoted" } as const;
    await store.canaries.change({ canaryId: `c${i}`, version: 1 }, { tick, ...end }, SILENT);
  }
  await store.close();
  const again = await lab.open();
  assert.deepEqual(lab.notes, []);
  assert.ok(await again.canaries.get("c0"), "it runs");
  assert.deepEqual([await again.canaries.get("c1"), await again.canaries.get("c2")], [undefined, undefined]);
  assert.ok(await again.canaries.get("c3"));
  await again.close();
});
