/** `deno task verify-audit`: the first row that is not what was written, in each of the three places that have audits. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { readTrail, verify } from "../../scripts/verify_audit.ts";
import { JsonStore } from "../../src/store/json/json_store.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite_store.ts";
import type { Store } from "../../src/store/store.ts";
import { FakeClock } from "../support/fake_clock.ts";

const ROWS = 12;

async function fill(store: Store): Promise<void> {
  for (let n = 1; n <= ROWS; n++) {
    await store.audits.append([{ actor: "ada", action: `step ${n}`, subject: "model/m", payload: { n } }]);
  }
}

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function verdictOf(path: string) {
  const { exitCode, text } = verify(await readTrail(path));
  return { exitCode, row: /^row (\d+) /.exec(text)?.[1] };
}

/** What is said of a database with the audits of {@linkcode fill}, after somebody was at it. */
async function verdictAfter(sql: string): Promise<string> {
  let said = "";
  await withFolder(async (folder) => {
    const path = `${folder}/state.db`;
    const store = new SqliteStore({ path, now: Date.now, newId: () => "t" });
    await fill(store);
    await store.close();
    const db = new DatabaseSync(path);
    db.exec(sql);
    db.close();
    const { exitCode, text } = verify(await readTrail(path));
    said = `${exitCode}: ${text}`;
  });
  return said;
}

Deno.test("what was done to the newest rows is found too, though no row follows them", async () => {
  const cut = await verdictAfter("DELETE FROM audits WHERE id > 9");
  assert.equal(cut, "1: rows are missing at the end: there were rows up to 12, and the last one is row 9");
  const all = await verdictAfter("DELETE FROM audits");
  assert.equal(all, "1: rows are missing at the end: there were rows up to 12, and the last one is row 0");
  const bare = await verdictAfter("UPDATE audits SET action = 'x', hash = NULL WHERE id > 10");
  assert.match(bare, /^1: the last 2 rows have no hash/);
  assert.match(await verdictAfter("UPDATE audits SET hash = NULL"), /^2: none of the 12 audits has a hash/);
});

Deno.test("in a database, every way to tamper with a row is found at the first row that it changes", async (t) => {
  const cases: Record<string, [string, string]> = {
    "nothing": ["SELECT 1", ""],
    "another action": ["UPDATE audits SET action = 'x' WHERE id = 5", "5"],
    "another actor": ["UPDATE audits SET actor = NULL WHERE id = 5", "5"],
    "another time": ["UPDATE audits SET ts = '2020-01-01T00:00:00.000Z' WHERE id = 1", "1"],
    "another subject": ["UPDATE audits SET subject = 'model/other' WHERE id = 12", "12"],
    "another payload": [`UPDATE audits SET payload_json = '{"n":6}' WHERE id = 5`, "5"],
    "a hash alone": ["UPDATE audits SET hash = printf('%064d', 1) WHERE id = 7", "7"],
    "a row that is gone": ["DELETE FROM audits WHERE id = 6", "7"],
    "the first row gone": ["DELETE FROM audits WHERE id = 1", "2"],
    "a row between": [
      "INSERT INTO audits SELECT 0, ts, actor, action, payload_json, subject, hash FROM audits WHERE id = 3",
      "0",
    ],
    "two rows in each other's place": [
      "UPDATE audits SET id = 100 WHERE id = 3; UPDATE audits SET id = 3 WHERE id = 4; UPDATE audits SET id = 4 WHERE id = 100",
      "3",
    ],
    "a hash taken away": ["UPDATE audits SET hash = NULL WHERE id = 8", "9"],
  };
  for (const [name, [sql, row]] of Object.entries(cases)) {
    await t.step(name, async () => {
      const said = await verdictAfter(sql);
      assert.match(said, row === "" ? /^0: 12 audits/ : new RegExp(`^1: row ${row} is not what was written`));
    });
  }
});

Deno.test("a row in whose place stands no audit is a row that was changed, and not a file that cannot be read", async (t) => {
  await t.step("in a database", async () => {
    const said = await verdictAfter("UPDATE audits SET payload_json = 'no JSON' WHERE id = 5");
    assert.match(said, /^1: row 5 is not what was written/);
  });
  await t.step("in a state file and an export", () =>
    withFolder(async (folder) => {
      const store = new SqliteStore({ path: ":memory:", now: Date.now, newId: () => "t" });
      await fill(store);
      const rows = await store.audits.read({ limit: 100, afterId: 0 });
      await store.close();
      const files = [{ name: "audits.json", rows: rows.length }];
      await Deno.writeTextFile(
        `${folder}/manifest.json`,
        JSON.stringify({ chain: { previousHash: "0".repeat(64) }, files }),
      );
      for (const other of [null, 7, "row"]) {
        const tampered = JSON.stringify(rows.with(4, other as never));
        await Deno.writeTextFile(`${folder}/audits.json`, tampered);
        await Deno.writeTextFile(`${folder}/state.json`, `{"audits":${JSON.stringify([other])}}`);
        for (const [name, last] of [["audits.json", 4], ["state.json", 0]] as const) {
          const { exitCode, text } = verify(await readTrail(`${folder}/${name}`));
          assert.equal(exitCode, 1, name);
          assert.equal(text, `what stands behind row ${last} is not what was written: it is no audit`);
        }
      }
    }));
});

Deno.test("in a state file, a row that was changed is found", () =>
  withFolder(async (folder) => {
    const clock = new FakeClock();
    const path = `${folder}/.mcp-state.json`;
    const store = await JsonStore.open({
      path,
      ...clock,
      now: clock.now,
      later: clock.later,
      newId: () => "t",
      onNote: assert.fail,
    });
    await fill(store);
    await store.close();
    assert.deepEqual(await verdictOf(path), { exitCode: 0, row: undefined });
    await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace('"step 4"', '"step 44"'));
    assert.deepEqual(await verdictOf(path), { exitCode: 1, row: "4" });
  }));

Deno.test("in an export, a row that was changed is found, and the first one follows the manifest", () =>
  withFolder(async (folder) => {
    const store = new SqliteStore({ path: ":memory:", now: Date.now, newId: () => "t" });
    await fill(store);
    const [before, ...rows] = await store.audits.read({ limit: 100, afterId: 2 });
    await store.close();
    const chain = { firstId: rows[0]?.id, previousHash: before?.hash };
    const files = [{ name: "audits.json", rows: rows.length }];
    await Deno.writeTextFile(`${folder}/manifest.json`, JSON.stringify({ chain, files }));
    const path = `${folder}/audits.json`;
    await Deno.writeTextFile(path, JSON.stringify(rows));
    assert.deepEqual(await verdictOf(path), { exitCode: 0, row: undefined });
    await Deno.writeTextFile(path, JSON.stringify(rows.slice(1)));
    assert.deepEqual(await verdictOf(path), { exitCode: 1, row: "5" });
    await Deno.writeTextFile(path, JSON.stringify(rows.slice(0, -1)));
    assert.deepEqual(await verdictOf(path), { exitCode: 1, row: undefined });
    const nothing = { chain: null, files: [{ name: "audits.json", rows: 0 }] };
    await Deno.writeTextFile(`${folder}/manifest.json`, JSON.stringify(nothing));
    await Deno.writeTextFile(path, "[]");
    assert.deepEqual(await verdictOf(path), { exitCode: 2, row: undefined });
  }));

Deno.test("the task says what it found in one line, with reading rights alone", () =>
  withFolder(async (folder) => {
    const path = `${folder}/state.db`;
    const store = new SqliteStore({ path, now: Date.now, newId: () => "t" });
    await fill(store);
    await store.close();
    const { code, stdout } = await task(path);
    assert.equal(code, 0);
    assert.match(stdout, /: 12 audits, 12 of them sealed one by one; ends in [0-9a-f]{64}\n$/);
  }));

Deno.test("the task says in one line why a file cannot be followed", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/audits.json`, "[]");
    await Deno.writeTextFile(`${folder}/notes.txt`, "notes");
    await Deno.writeTextFile(`${folder}/null.json`, "null");
    await Deno.writeTextFile(`${folder}/number.json`, '{"audits":7}');
    const cases: [string, RegExp][] = [
      ["none.db", /No such file/],
      ["audits.json", /the manifest\.json of its export is not beside it/],
      ["null.json", /neither a database, nor a state file/],
      ["number.json", /neither a database, nor a state file/],
      ["notes.txt", /neither a database, nor a state file, nor the audits\.json/],
    ];
    for (const [name, reason] of cases) {
      const { code, stdout, stderr } = await task(`${folder}/${name}`);
      assert.deepEqual([code, stderr], [2, ""], name);
      assert.match(stdout, /^[^\n]*: cannot be followed: [^\n]*\n$/);
      assert.match(stdout, reason);
    }
  }));

/** Runs the task on a file. */
async function task(path: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--no-prompt", "--quiet", "scripts/verify_audit.ts", path],
    cwd: new URL("../../", import.meta.url),
  }).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}
