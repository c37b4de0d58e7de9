/** The file of the database: its owner's alone, unless its owner has said otherwise. */
import assert from "node:assert/strict";
import { Database } from "../../../src/store/sqlite/database.ts";
import { hotJournal } from "../../support/hot_journal.ts";

Deno.test({
  name:
    "a database is made for its owner alone, as are the files beside it; one that is there keeps its mode",
  // Windows has no such bits.
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "lukhas-database-" });
    const modes = () =>
      Array.from(
        Deno.readDirSync(folder),
        ({ name }) => (Deno.statSync(`${folder}/${name}`).mode ?? 0) & 0o777,
      );
    try {
      const path = `${folder}/state.db`;
      for (const mode of [0o600, 0o640]) {
        const database = new Database(path);
        database.exec("CREATE TABLE IF NOT EXISTS t (a)");
        assert.deepEqual(modes(), [mode, mode, mode]);
        database.close();
        await Deno.chmod(path, 0o640);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("a journal that was planted beside a database deletes nothing", async () => {
  const folder = await Deno.makeTempDir({ prefix: "lukhas-database-" });
  try {
    const path = `${folder}/state.db`;
    const first = new Database(path);
    first.exec("CREATE TABLE t (a); INSERT INTO t VALUES (7)");
    first.close();
    await Deno.writeTextFile(`${folder}/precious.txt`, "precious");
    const plants: readonly (() => Promise<void>)[] = [
      () => Deno.writeFile(`${path}-journal`, hotJournal(`${folder}/precious.txt`)),
      () => Deno.symlink(`${folder}/precious.txt`, `${path}-journal`),
    ];
    for (const plant of plants) {
      await plant();
      const again = new Database(path);
      assert.deepEqual(again.prepare<{ a: number }>("SELECT a FROM t").all().map(({ a }) => a), [7]);
      again.close();
      assert.equal(await Deno.readTextFile(`${folder}/precious.txt`), "precious");
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
