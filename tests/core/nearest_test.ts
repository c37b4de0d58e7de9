/** "Did you mean …". */
import assert from "node:assert/strict";
import fc from "fast-check";
import { nearest } from "../../src/core/nearest.ts";
import { threadMs } from "../support/thread_time.ts";

const NAMES = ["search", "search_code", "fetch", "write_file", "git_commit", "list_dir"];

Deno.test("a typing error, another case or another dash finds the name that was meant", () => {
  const meant: Record<string, string> = {
    serach: "search",
    Search: "search",
    searchCode: "search_code",
    "search-code": "search_code",
    writefile: "write_file",
    wirte_file: "write_file",
    git_comit: "git_commit",
    ls_dir: "list_dir",
    fetsh: "fetch",
  };
  for (const [name, wanted] of Object.entries(meant)) assert.equal(nearest(name, NAMES), wanted, name);
});

Deno.test("what resembles nothing gets no suggestion", () => {
  for (const name of ["", "banana", "x", "deploy_everything"]) {
    assert.equal(nearest(name, NAMES), undefined, name);
  }
  assert.equal(nearest("search", []), undefined);
});

Deno.test("a name of a megabyte is answered at once", () => {
  const started = threadMs();
  assert.equal(nearest("search".repeat(200_000), NAMES), undefined);
  assert.ok(threadMs() - started < 2_000);
});

Deno.test("every name is nearest to itself, and the answer is always one of the candidates", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/)), fc.string(), (names, name) => {
      for (const own of names) assert.equal(nearest(own, names), own);
      const found = nearest(name, names);
      assert.ok(found === undefined || names.includes(found));
    }),
    { numRuns: 100 },
  );
});
