/** The journal's own bounds: what it keeps of changes does not grow with how many there were, nor with how long their names are. */
import assert from "node:assert/strict";
import {
  IDEMPOTENCY_KEYS_MAX,
  JOURNAL_LOG_BYTES_MAX,
  JOURNAL_RECORDS_BYTES_MAX,
} from "../../src/core/limits.ts";
import { IdempotentCalls } from "../../src/idempotent_calls.ts";
import { Journal } from "../../src/repo/journal/journal.ts";
import { ResultLog } from "../../src/repo/journal/result_log.ts";

Deno.test("changes of many long names are forgotten, oldest first, and the log stays short enough to be read", async () => {
  const folder = await Deno.makeTempDir();
  const open = () => {
    const parts = { folder: `${folder}/journal`, bytesMax: 1024, newId: () => crypto.randomUUID() };
    return new Journal({ ...parts, now: () => 0 });
  };
  const journal = open();
  const ids: string[] = [];
  const record = async (change: number) => {
    const files = Array.from({ length: 100 }, (_, file) => {
      return { path: `${change}/${file}/${"x".repeat(4_000)}`, before: null, after: "0".repeat(64) };
    });
    ids.push(await journal.record({ files }, () => Promise.resolve()));
  };
  for (let change = 0; change < 200; change += 4) {
    await Promise.all([0, 1, 2, 3].map((more) => record(change + more)));
  }
  const { size } = await Deno.stat(`${folder}/journal/changes.jsonl`);
  assert.ok(size < JOURNAL_LOG_BYTES_MAX, `${size} bytes`);
  const kept = await journal.list();
  assert.ok(JSON.stringify(kept).length <= JOURNAL_RECORDS_BYTES_MAX + kept.length);
  assert.equal(kept[0]?.id, ids.at(-1));
  assert.equal(await journal.find(ids[0] ?? ""), undefined);
  const next = open();
  assert.deepEqual((await next.list()).map(({ id }) => id), kept.map(({ id }) => id));
  assert.deepEqual(await next.unfinished(), []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a change that is being carried out while the log begins anew is found by the next process", async () => {
  const folder = await Deno.makeTempDir();
  const parts = {
    folder: `${folder}/journal`,
    bytesMax: 1024,
    newId: () => crypto.randomUUID(),
    now: () => 0,
  };
  const journal = new Journal(parts);
  const file = (path: string) => ({ path, before: null, after: "0".repeat(64) });
  const { promise, resolve } = Promise.withResolvers<void>();
  const open = journal.record({ files: [file("a"), file("b")] }, () => promise);
  for (let change = 0; change < 100; change++) {
    const files = Array.from({ length: 100 }, (_, index) => file(`${change}/${index}/${"x".repeat(4_000)}`));
    await journal.record({ files }, () => Promise.resolve());
  }
  const { size } = await Deno.stat(`${folder}/journal/changes.jsonl`);
  assert.ok(size < JOURNAL_LOG_BYTES_MAX / 2, "the log has not begun anew");
  const unfinished = await new Journal(parts).unfinished();
  assert.deepEqual(unfinished.map(({ files: [first] }) => first?.path), ["a"]);
  resolve();
  await open;
  await Deno.remove(folder, { recursive: true });
});

Deno.test("results of calls with a key are forgotten, oldest first, and their log stays short enough to be read", async () => {
  const folder = await Deno.makeTempDir();
  const open = () => {
    const log = new ResultLog({ folder: `${folder}/journal`, newId: () => crypto.randomUUID() });
    return new IdempotentCalls({ now: () => 0, log });
  };
  const scope = (call: number) => ({ caller: undefined, tool: "write_file", key: `${call}` });
  const result = "x".repeat(400_000);
  const calls = open();
  for (let call = 0; call < 200; call++) await calls.once(scope(call), {}, () => Promise.resolve(result));
  const { size } = await Deno.stat(`${folder}/journal/results.jsonl`);
  assert.ok(size < JOURNAL_LOG_BYTES_MAX, `${size} bytes`);
  const next = open();
  assert.equal(await next.once(scope(199), {}, () => Promise.resolve("made again")), result);
  assert.equal(await next.once(scope(0), {}, () => Promise.resolve("made again")), "made again");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a thousand keys are remembered, and the one before them is forgotten", async () => {
  const folder = await Deno.makeTempDir();
  const log = new ResultLog({ folder: `${folder}/journal`, newId: () => crypto.randomUUID() });
  const calls = new IdempotentCalls({ now: () => 0, log });
  let made = 0;
  const once = (call: number) =>
    calls.once({ caller: undefined, tool: "t", key: `${call}` }, {}, () => Promise.resolve(++made));
  for (let call = 0; call <= IDEMPOTENCY_KEYS_MAX; call++) await once(call);
  assert.equal(await once(IDEMPOTENCY_KEYS_MAX), IDEMPOTENCY_KEYS_MAX + 1);
  assert.equal(await once(0), IDEMPOTENCY_KEYS_MAX + 2);
  await Deno.remove(folder, { recursive: true });
});
