import assert from "node:assert/strict";
import { fileTree } from "../support/file_tree.ts";
import { TestApp } from "../support/test_app.ts";

Deno.test("append_file puts the addition on lines of its own, in the line endings of the file", async () => {
  const cases: [name: string, before: string, addition: string, after: string][] = [
    ["whole last line", "a\n", "b\n", "a\nb\n"],
    ["no final newline", "a", "b", "a\nb\n"],
    ["empty file", "", "b", "b\n"],
    ["CRLF", "a\r\n", "b\nc", "a\r\nb\r\nc\r\n"],
    ["CRLF without a final newline", "a\r\nb", "c\r\n", "a\r\nb\r\nc\r\n"],
    ["LF file, CRLF addition", "a\n", "b\r\nc\r\n", "a\nb\nc\n"],
    ["byte order mark", "\uFEFFa\n", "b", "\uFEFFa\nb\n"],
    ["byte order mark alone", "\uFEFF", "b", "\uFEFFb\n"],
    ["blank lines", "a\n", "\n\nb", "a\n\n\nb\n"],
  ];
  await using app = await TestApp.create({ git: false });
  for (const [name, before, contents, after] of cases) {
    await app.root.write({ "a.txt": before });
    const { size, created } = await app.call("append_file", { path: "a.txt", contents });
    // readTextFile would drop the byte order mark.
    const bytes = Deno.readFileSync(`${app.root.root}/a.txt`);
    assert.equal(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes), after, name);
    assert.deepEqual([size, created], [bytes.length, false], name);
  }
});

Deno.test("append_file adds the very text when ensureNewline is off", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "a\r\nb" });
  await app.call("append_file", { path: "a.txt", contents: "c\nd", ensureNewline: false });
  assert.equal(await app.root.read("a.txt"), "a\r\nbc\nd");
});

Deno.test("append_file needs an existing text file", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.bin": Uint8Array.of(1, 0, 2), "latin.txt": Uint8Array.of(0xe9) });
  const before = fileTree(app.root.root);
  const cases = { "missing.txt": "not_found", "a.bin": "binary_file", "latin.txt": "binary_file" };
  for (const [path, code] of Object.entries(cases)) {
    assert.equal((await app.callFailing("append_file", { path, contents: "x" })).code, code);
  }
  assert.deepEqual(fileTree(app.root.root), before);
});

Deno.test("append_file keeps the mode of the file", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "run.sh": "#!/bin/sh\n" });
  await Deno.chmod(`${app.root.root}/run.sh`, 0o755);
  await app.call("append_file", { path: "run.sh", contents: "true" });
  assert.equal((Deno.statSync(`${app.root.root}/run.sh`).mode ?? 0) & 0o777, 0o755);
});

Deno.test("50 parallel append_file leave 50 whole lines, through two names of the file", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "docs/log.txt": "" });
  await Deno.symlink("docs", `${app.root.root}/alias`);
  const lines = Array.from({ length: 50 }, (_, index) => `line ${index} ${"x".repeat(index)}`);
  await Promise.all(
    lines.map((contents, index) =>
      app.call("append_file", { path: index % 2 === 0 ? "docs/log.txt" : "alias/log.txt", contents })
    ),
  );
  const written = (await app.root.read("docs/log.txt")).split("\n");
  assert.equal(written.pop(), "");
  assert.deepEqual(written.sort(), lines.sort());
  assert.deepEqual([...Deno.readDirSync(`${app.root.root}/docs`)].map(({ name }) => name), ["log.txt"]);
});
