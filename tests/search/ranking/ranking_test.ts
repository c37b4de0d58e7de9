/** Which file comes first. */
import assert from "node:assert/strict";
import { planQuery } from "../../../src/search/ranking/query_plan.ts";
import { rank } from "../../../src/search/ranking/ranking.ts";
import { memoryIndex } from "../../bench/quality/memory_index.ts";

function firstFor(query: string, files: Readonly<Record<string, string>>): string | undefined {
  const index = memoryIndex(new Map(Object.entries(files)));
  const first = rank(index, planQuery(query)).files[0]?.file.path;
  index.db.close();
  return first;
}

Deno.test("of two files with the words of a sentence, the one with its wording is found first", () => {
  assert.equal(
    firstFor("where the limit is set to the size", {
      "a.txt": "Limit as set as size: limit, set, size, to is the where.\n",
      "z.txt": "It is where the limit is set to a size.\n",
    }),
    "z.txt",
  );
});

Deno.test("a module of Rust is found before the file that only declares it", () => {
  assert.equal(
    firstFor("git known_hosts", {
      "src/git/mod.rs": "mod known_hosts;\nuse known_hosts::check;\n",
      "src/git/known_hosts.rs": "fn check() {}\n",
    }),
    "src/git/known_hosts.rs",
  );
});

Deno.test("the end of a path finds its file before one that names that path", () => {
  assert.equal(
    firstFor("tests/outer-variable.rs", {
      "fix/tests/outer-variable.rs": "fn main() {}\n",
      "fix/tests/outer-variable.json": '{ "file_name": "./tests/outer-variable.rs" }\n',
    }),
    "fix/tests/outer-variable.rs",
  );
});
