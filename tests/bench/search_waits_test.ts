/** Waits of the benchmark of search come to an end. */
import assert from "node:assert/strict";
import { waitFor } from "./search_waits.ts";

Deno.test("a benchmark says what it waited for in vain, whether the server answers or not", async () => {
  const wait = { what: "an index", pauseMs: 1, atMostMs: 50 };
  await assert.rejects(
    waitFor({ ...wait, missing: () => Promise.resolve("3 files are pending") }),
    /^Error: Waited 0.05 s in vain for an index: 3 files are pending$/,
  );
  await assert.rejects(waitFor({ ...wait, missing: () => new Promise(() => {}) }), /an index: no answer$/);
});

Deno.test("a benchmark goes on once nothing is missing", async () => {
  const answers = ["one file is pending", undefined];
  await waitFor({ what: "an index", pauseMs: 1, missing: () => Promise.resolve(answers.shift()) });
  assert.deepEqual(answers, []);
});
