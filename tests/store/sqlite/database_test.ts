/** The file of the database: its owner's alone, unless its owner has said otherwise. */
import assert from "node:assert/strict";
import { Database } from "../../../src/store/sqlite/database.ts";

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
