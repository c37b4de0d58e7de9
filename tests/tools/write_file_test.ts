import assert from "node:assert/strict";
import { sha256Hex } from "../../src/repo/digest.ts";
import { fileTree } from "../support/file_tree.ts";
import { TestApp } from "../support/test_app.ts";

const modeOf = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o7777;

Deno.test("write_file makes a file and the folders above it, and says what it wrote", async () => {
  await using app = await TestApp.create({ git: false });
  const written = await app.call("write_file", { path: "a/b/c.txt", contents: "grün\n" });
  const { changeId, ...rest } = written;
  assert.equal(typeof changeId, "string");
  assert.deepEqual(rest, {
    path: "a/b/c.txt",
    sha256: sha256Hex("grün\n"),
    previousSha256: null,
    size: 6,
    created: true,
    changed: true,
  });
  assert.equal(await app.root.read("a/b/c.txt"), "grün\n");
  assert.deepEqual(Object.keys(fileTree(app.root.root)).sort(), ["a", "a/b", "a/b/c.txt"]);
});

Deno.test("write_file keeps an existing file unless it is told to overwrite", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "one" });
  const failure = await app.callFailing("write_file", { path: "a.txt", contents: "two" });
  assert.equal(failure.code, "already_exists");
  assert.deepEqual(failure.details, { path: "a.txt", sha256: sha256Hex("one") });
  assert.equal(await app.root.read("a.txt"), "one");
  const written = await app.call("write_file", { path: "a.txt", contents: "two", overwrite: true });
  assert.deepEqual([written.created, written.changed, written.previousSha256], [
    false,
    true,
    sha256Hex("one"),
  ]);
  assert.equal(await app.root.read("a.txt"), "two");
});

Deno.test("write_file with the contents that are there succeeds, changes nothing and says so", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "one" });
  await Deno.chmod(`${app.root.root}/a.txt`, 0o444);
  const inode = Deno.statSync(`${app.root.root}/a.txt`).ino;
  for (const overwrite of [false, true]) {
    const written = await app.call("write_file", { path: "a.txt", contents: "one", overwrite });
    assert.deepEqual([written.created, written.changed, written.sha256], [false, false, sha256Hex("one")]);
    assert.equal(written.previousSha256, written.sha256);
  }
  assert.equal(Deno.statSync(`${app.root.root}/a.txt`).ino, inode);
});

Deno.test("write_file with expectSha256 refuses a file that changed since, with the hash that it has now", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "one" });
  const [path, stale] = ["a.txt", sha256Hex("zero")];
  for (const contents of ["two", "one"]) {
    const failure = await app.callFailing("write_file", {
      path,
      contents,
      overwrite: true,
      expectSha256: stale,
    });
    assert.equal(failure.code, "sha_mismatch");
    assert.deepEqual(failure.details, { path, expected: stale, actual: sha256Hex("one") });
  }
  const missing = { path: "b.txt", contents: "x", expectSha256: stale };
  assert.equal((await app.callFailing("write_file", missing)).code, "not_found");
  const expectSha256 = sha256Hex("one").toUpperCase();
  await app.call("write_file", { path, contents: "two", overwrite: true, expectSha256 });
  assert.equal(await app.root.read("a.txt"), "two");
});

Deno.test("write_file keeps the mode of the file, and gives a new one the default", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "run.sh": "one", "open.txt": "one" });
  const at = (path: string) => `${app.root.root}/${path}`;
  await Deno.chmod(at("run.sh"), 0o755);
  await Deno.chmod(at("open.txt"), 0o666);
  for (const path of ["run.sh", "open.txt", "new.txt"]) {
    await app.call("write_file", { path, contents: "two", overwrite: true });
  }
  await Deno.writeTextFile(at("by-hand.txt"), "");
  assert.deepEqual([modeOf(at("run.sh")), modeOf(at("open.txt"))], [0o755, 0o666]);
  assert.equal(modeOf(at("new.txt")), modeOf(at("by-hand.txt")));
});

Deno.test("every tool that changes a file refuses one that is write-protected", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "one\n", "b.txt": "two\n" });
  await Deno.chmod(`${app.root.root}/a.txt`, 0o444);
  const before = fileTree(app.root.root);
  const [path, contents, expectSha256] = ["a.txt", "new", sha256Hex("one\n")];
  const patch = `*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+new\n*** End Patch\n`;
  const calls: [string, Record<string, unknown>][] = [
    ["write_file", { path, contents, overwrite: true }],
    ["update_file", { path, contents, expectSha256 }],
    ["append_file", { path, contents }],
    ["delete_file", { path, expectSha256 }],
    ["rename_file", { from: path, to: "c.txt" }],
    ["rename_file", { from: "b.txt", to: path, overwrite: true }],
    ["apply_patch", { patch }],
    ["apply_patch", { patch, dryRun: true }],
    ["apply_patch", { patch: "*** Begin Patch\n*** Delete File: a.txt\n*** End Patch\n" }],
  ];
  for (const [tool, args] of calls) {
    const failure = await app.callFailing(tool, args);
    assert.deepEqual([failure.code, failure.details], ["read_only", { path, mode: "0444" }], tool);
  }
  assert.deepEqual(fileTree(app.root.root), before);
});

Deno.test("write_file writes any bytes as base64, and refuses what is not base64", async () => {
  await using app = await TestApp.create({ git: false });
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  const args = { path: "a.bin", contents: bytes.toBase64(), encoding: "base64" };
  assert.equal((await app.call("write_file", args)).size, 256);
  assert.deepEqual(Deno.readFileSync(`${app.root.root}/a.bin`), bytes);
  for (const contents of ["not base64!", "A", "AAAA====", "AA=A"]) {
    const failure = await app.callFailing("write_file", { ...args, path: "b.bin", contents });
    assert.equal(failure.code, "invalid_arguments", contents);
  }
  const both = { ...args, path: "empty", contents: "" };
  assert.equal((await app.call("write_file", both)).size, 0);
  assert.deepEqual(Object.keys(fileTree(app.root.root)).sort(), ["a.bin", "empty"]);
});

Deno.test("write_file refuses half of a surrogate pair, which UTF-8 cannot hold", async () => {
  await using app = await TestApp.create({ git: false });
  for (const [tool, more] of [["write_file", {}], ["create_file", {}], ["append_file", {}]] as const) {
    const failure = await app.callFailing(tool, { path: "a.txt", contents: "a\ud800", ...more });
    assert.equal(failure.code, "invalid_arguments");
    assert.match(failure.message, /"contents" must be well-formed Unicode/);
  }
  await app.call("write_file", { path: "a.txt", contents: "😀\0\u2028" });
  assert.equal(await app.root.read("a.txt"), "😀\0\u2028");
});

Deno.test("write_file that cannot give the file its name leaves no folder and no temporary file behind", async () => {
  await using app = await TestApp.create({ git: false });
  const long = "n".repeat(300);
  for (const path of [`new/${long}`, `new/${long}/a.txt`, `new/deep/${long}/a.txt`]) {
    const failure = await app.callFailing("write_file", { path, contents: "x" });
    assert.equal(failure.code, "invalid_arguments", path);
    assert.deepEqual(fileTree(app.root.root), {}, path);
  }
  const longest = "n".repeat(255);
  assert.equal((await app.call("write_file", { path: `new/${longest}`, contents: "x" })).size, 1);
});

Deno.test("write_file makes no file that the server could not read again", async () => {
  await using app = await TestApp.create({
    git: false,
    env: { MCP_MAX_BODY_BYTES: String(32 * 1024 * 1024) },
  });
  const size = 10 * 1024 * 1024;
  await app.call("write_file", { path: "a.txt", contents: "x".repeat(size) });
  const failure = await app.callFailing("append_file", {
    path: "a.txt",
    contents: "y",
    ensureNewline: false,
  });
  assert.equal(failure.code, "too_large");
  assert.deepEqual(failure.details, { path: "a.txt", size: size + 1, limit: size });
  const more = { path: "b.txt", contents: "x".repeat(size + 1) };
  assert.equal((await app.callFailing("write_file", more)).code, "too_large");
  assert.deepEqual(Object.keys(fileTree(app.root.root)), ["a.txt"]);
});

Deno.test("write_file takes names with spaces, quotes, newlines and other scripts as they are", async () => {
  await using app = await TestApp.create();
  const names = [
    "a b",
    `q"'`,
    "new\nline",
    "-rf",
    "ünï/日本",
    ":(top)x",
    "*.txt",
    "[a]",
    "tab\t",
    "$(id)",
    "back\\slash",
  ];
  for (const path of names) {
    await app.call("write_file", { path, contents: path });
    assert.equal((await app.call("read_file", { path })).text, path);
    assert.equal(await app.root.read(path), path);
  }
});

Deno.test("no tool takes the name of a folder for the file that it is to write", async (t) => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "one", "docs/b.txt": "b" });
  const before = fileTree(app.root.root);
  for (
    const [path, found] of [["x/", "/"], ["a.txt/", "/"], ["x/.", "/."], ["new/x/..", "/.."], ["x//", "/"]]
  ) {
    await t.step(`write_file ${path}`, async () => {
      const failure = await app.callFailing("write_file", { path, contents: "two", overwrite: true });
      assert.equal(failure.code, "invalid_arguments");
      const what = `Cannot change "${path}": what ends in "${found}" is a folder, and only files are written`;
      assert.equal(failure.message, `${what}; name the file`);
    });
  }
  for (
    const [tool, args] of [
      ["create_file", { path: "x/", contents: "" }],
      ["append_file", { path: "a.txt/", contents: "" }],
      ["rename_file", { from: "a.txt", to: "moved/" }],
      ["rename_file", { from: "a.txt/", to: "moved" }],
      ["delete_file", { path: "a.txt/", expectSha256: sha256Hex("one") }],
      ["apply_patch", { patch: "*** Begin Patch\n*** Add File: x/\n+two\n*** End Patch\n" }],
    ] as const
  ) {
    await t.step(`${tool} ${JSON.stringify(args)}`, async () => {
      assert.equal((await app.callFailing(tool, args)).code, "invalid_arguments");
    });
  }
  const folder = await app.callFailing("write_file", { path: "docs/", contents: "" });
  assert.equal(folder.code, "not_a_file");
  assert.deepEqual(fileTree(app.root.root), before);
  assert.equal((await app.call("read_file", { path: "docs/./b.txt" })).text, "b");
});
