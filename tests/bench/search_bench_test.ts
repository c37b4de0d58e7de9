/** The benchmark of search in small, so that it works when somebody wants its figures. */
import assert from "node:assert/strict";
import { benchSearch } from "./search_bench.ts";

Deno.test("the benchmark of search measures every row of its table", async () => {
  const lines: string[] = [];
  await benchSearch((line) => lines.push(line), "120");
  const rows = lines.slice(
    lines.findIndex((line) => line.includes("120 files") && !line.startsWith("making")) + 1,
  );
  const figures = new Map(rows.map((row) => [row.slice(0, 58).trim(), row.slice(58).trim()]));
  for (
    const name of [
      "first build, s",
      "index, MB",
      "search, p50 / p95 ms",
      "changed files found, ms since the start",
    ]
  ) {
    assert.match(figures.get(name) ?? "", /^\d/, lines.join("\n"));
  }
  assert.ok(figures.size >= 15, lines.join("\n"));
});
