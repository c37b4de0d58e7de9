import assert from "node:assert/strict";
import { TestApp } from "../support/test_app.ts";

const MODULES = Object.fromEntries(
  Array.from(
    { length: 40 },
    (
      _,
      n,
    ) => [
      `src/part/module_${n}.ts`,
      `import { createEngine } from "../engine.ts";\nexport function runModule${n}() {}\n`,
    ],
  ),
);

Deno.test("repo_map shows the files that others use, with their definitions, and counts the rest", async () => {
  await using app = await TestApp.create();
  await app.root.commit({
    ...MODULES,
    "src/engine.ts": "export function createEngine() {}\nexport class EngineError {}\n",
    "README.md": "# Engine\n",
    "tests/engine_test.ts": "createEngine();\n",
    "vendor/lib/a.js": "function vendored() {}\n",
  });
  await app.call("search", { query: "engine" });
  const { map, tokens, shownFiles, totalFiles, index } = await app.call("repo_map", { budgetTokens: 100 });
  assert.match(map, /^ {2}engine\.ts: createEngine, EngineError$/m);
  assert.match(map, /^ {4}\(\d+ more files\)$/m);
  assert.match(map, /^vendor\/ \(1 file\)$/m);
  assert.ok(tokens <= 100 && tokens === Math.ceil(map.length / 4), `${tokens}`);
  assert.deepEqual([totalFiles, index.files], [44, 44]);
  assert.ok(shownFiles < 44);
  const whole = await app.call("repo_map", { budgetTokens: 16_000 });
  assert.equal(whole.shownFiles, 44);
  const part = await app.call("repo_map", { path: "src/part" });
  assert.deepEqual([part.totalFiles, part.map.includes("engine.ts")], [40, false]);
});

Deno.test("repo_map keeps its budget, whatever it is and however the tree is", async () => {
  await using app = await TestApp.create();
  const names = Array.from(
    { length: 300 },
    (_, n) => `${"deep/".repeat(n % 12)}folder_${n % 37}/a_rather_long_name_${n}.ts`,
  );
  await app.root.commit(
    Object.fromEntries(names.map((name, n) => [name, `export const CONSTANT_${n} = 1;\n`])),
  );
  await app.call("search", { query: "constant" });
  for (const budgetTokens of [100, 300, 1000, 5000]) {
    const { tokens } = await app.call("repo_map", { budgetTokens });
    assert.ok(tokens <= budgetTokens, `${tokens} of ${budgetTokens}`);
  }
});

Deno.test("repo_map answers for an empty root, and refuses what it may not show", async () => {
  await using app = await TestApp.create({ git: false });
  assert.equal((await app.call("repo_map")).map, "");
  assert.equal((await app.callFailing("repo_map", { path: ".." })).code, "path_outside_root");
  assert.equal((await app.callFailing("repo_map", { budgetTokens: 1 })).code, "invalid_arguments");
});
