/** The benchmark of one large folder in small, so that it works when somebody wants its figures. */
import assert from "node:assert/strict";
import { benchFolder } from "./folder_bench.ts";

Deno.test("the benchmark of one large folder measures every row of its table", async () => {
  const lines: string[] = [];
  await benchFolder((line) => lines.push(line), 120);
  const rows = lines.slice(2);
  assert.ok(rows.length >= 20, lines.join("\n"));
  for (const row of rows) assert.match(row, /\S +\d+$/);
});
