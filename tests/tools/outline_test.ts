import assert from "node:assert/strict";
import { TestApp } from "../support/test_app.ts";

Deno.test("outline lists what a file defines, as the file is now", async () => {
  await using app = await TestApp.create();
  await app.root.commit({
    "a.ts": "export class Alpha {\n  go() {\n  }\n}\n",
    "b.md": "# One\n\n## Two\n",
    "c.bin": "\0",
  });
  const outline = await app.call("outline", { path: "a.ts" });
  assert.deepEqual(outline, {
    path: "a.ts",
    language: "typescript",
    lines: 4,
    symbols: [{ name: "Alpha", kind: "class", line: 1 }, { name: "go", kind: "method", line: 2 }],
    total: 2,
    truncated: false,
  });
  await app.root.write({ "a.ts": "\nexport const beta = 1;\n" });
  assert.deepEqual((await app.call("outline", { path: "./a.ts" })).symbols, [{
    name: "beta",
    kind: "constant",
    line: 2,
  }]);
  const later = await app.call("outline", { path: "b.md", startLine: 2 });
  assert.deepEqual([later.symbols, later.total], [[{ name: "Two", kind: "heading", line: 3 }], 2]);
  for (
    const [path, code] of [
      ["c.bin", "binary_file"],
      ["none.ts", "not_found"],
      ["../x", "path_outside_root"],
      [".git/config", "path_denied"],
    ]
  ) {
    assert.equal((await app.callFailing("outline", { path })).code, code);
  }
});

Deno.test("outline says when there is more than it shows, and goes on", async () => {
  await using app = await TestApp.create();
  await app.root.commit({
    "many.py": Array.from({ length: 2000 }, (_, n) => `def function_number_${n}():\n    pass\n`).join(""),
  });
  const seen: string[] = [];
  for (let startLine = 1;;) {
    const { symbols, truncated, total } = await app.call("outline", { path: "many.py", startLine });
    seen.push(...symbols.map(({ name }: { name: string }) => name));
    assert.equal(total, 2000);
    if (!truncated) break;
    startLine = symbols.at(-1).line + 1;
  }
  assert.deepEqual([seen.length, new Set(seen).size], [2000, 2000]);
});

/** The names of all pages, and what each page says there are. */
async function allPages(app: TestApp, path: string): Promise<{ names: string[]; totals: Set<number> }> {
  const names: string[] = [];
  const totals = new Set<number>();
  for (let startLine = 1;;) {
    const { symbols, truncated, total } = await app.call("outline", { path, startLine });
    names.push(...symbols.map(({ name }: { name: string }) => name));
    totals.add(total);
    if (!truncated) return { names, totals };
    startLine = symbols.at(-1).line + 1;
  }
}

Deno.test("outline leads through every definition of a generated file, more than the index keeps and several on a line", async () => {
  await using app = await TestApp.create({ git: false });
  const count = 6_000;
  const line = (n: number) => `#define CONSTANT_${n} ${n}`;
  await app.root.write({
    "many.h": Array.from({ length: count }, (_, n) => line(n)).join("\n"),
    "pairs.ts": Array.from(
      { length: 3_000 },
      (_, n) => `export class A${n} {}\nexport class B${n} { go() {\n } }`,
    ).join("\n"),
  });
  const { names, totals } = await allPages(app, "many.h");
  assert.deepEqual([names.length, names.at(-1), [...totals]], [count, `CONSTANT_${count - 1}`, [count]]);
  const pairs = await allPages(app, "pairs.ts");
  assert.deepEqual([...pairs.totals], [pairs.names.length]);
});

Deno.test("outline cuts a long name between two characters, never within one", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.md": `# ${"x".repeat(199)}${"\u{1F600}".repeat(5)}\n` });
  const response = await app.post({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "outline", arguments: { path: "a.md" } },
  });
  const { result: { structuredContent: { symbols } } } = await response.json();
  assert.ok(symbols[0].name.startsWith("xxx") && symbols[0].name.isWellFormed());
});
