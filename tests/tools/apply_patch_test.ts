import assert from "node:assert/strict";
import { sha256Hex } from "../../src/repo/digest.ts";
import { fileTree } from "../support/file_tree.ts";
import { TestApp } from "../support/test_app.ts";

const v4a = (...lines: string[]) => ["*** Begin Patch", ...lines, "*** End Patch", ""].join("\n");
const LONG = "n".repeat(300);

Deno.test("apply_patch changes, makes, moves and deletes several files at once, and reports every hash", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "run.sh": "one\n", "old.txt": "old\n", "gone.txt": "gone\n" });
  await Deno.chmod(`${app.root.root}/run.sh`, 0o755);
  await Deno.chmod(`${app.root.root}/old.txt`, 0o600);
  const patch = v4a(
    ...["*** Update File: run.sh", "@@", "-one", "+two", "*** Add File: new/deep/a.txt", "+added"],
    ...[
      "*** Update File: old.txt",
      "*** Move to: moved/b.txt",
      "@@",
      "-old",
      "+new",
      "*** Delete File: gone.txt",
    ],
  );
  const outcome = await app.call("apply_patch", { patch });
  assert.deepEqual(
    outcome.files.map((
      { path, sha256, previousSha256, created, deleted, movedFrom }: Record<string, unknown>,
    ) => ({
      path,
      sha256,
      previousSha256,
      created,
      deleted,
      movedFrom,
    })),
    [
      ["run.sh", "two\n", "one\n", false, false, undefined],
      ["new/deep/a.txt", "added\n", null, true, false, undefined],
      ["moved/b.txt", "new\n", "old\n", false, false, "old.txt"],
      ["gone.txt", null, "gone\n", false, true, undefined],
    ].map(([path, after, before, created, deleted, movedFrom]) => ({
      path,
      sha256: typeof after === "string" ? sha256Hex(after) : null,
      previousSha256: typeof before === "string" ? sha256Hex(before) : null,
      created,
      deleted,
      movedFrom,
    })),
  );
  const tree = fileTree(app.root.root);
  assert.equal(tree["run.sh"], `file 755 ${sha256Hex("two\n")}`);
  assert.equal(tree["moved/b.txt"], `file 600 ${sha256Hex("new\n")}`);
  assert.equal(await app.root.read("new/deep/a.txt"), "added\n");
  assert.deepEqual(Object.keys(tree).filter((path) => /old|gone|mcp/.test(path)), []);
});

Deno.test("apply_patch that fails in the middle of several files restores all of them, with modes and folders", async () => {
  await using app = await TestApp.create();
  await app.root.commit({ "run.sh": "one\r\n", "b.txt": "b\n", "c/c.txt": "c\n", "d.txt": "d\n" });
  await Deno.chmod(`${app.root.root}/run.sh`, 0o755);
  await Deno.chmod(`${app.root.root}/b.txt`, 0o640);
  await Deno.symlink("d.txt", `${app.root.root}/link`);
  const before = fileTree(app.root.root);
  const done = [
    ...["*** Update File: run.sh", "@@", "-one", "+two", "*** Delete File: b.txt"],
    ...[
      "*** Update File: c/c.txt",
      "*** Move to: fresh/c.txt",
      "@@",
      "-c",
      "+C",
      "*** Add File: new/deep/a.txt",
      "+a",
    ],
    ...["*** Update File: link", "@@", "-d", "+D"],
  ];
  // Nothing stands below the new folder, so that only giving the file its name can fail: ENAMETOOLONG.
  const failures: [string[], string][] = [
    [[`*** Add File: other/${LONG}`, "+x"], "invalid_arguments"],
    [["*** Add File: other", "+x", "*** Add File: other/below/x.txt", "+x"], "not_a_file"],
  ];
  for (const [last, code] of failures) {
    const failure = await app.callFailing("apply_patch", { patch: v4a(...done, ...last) });
    assert.equal(failure.code, code, failure.message);
    assert.deepEqual(fileTree(app.root.root), before);
  }
  assert.deepEqual(app.logged.filter(({ msg }) => msg === "bug"), []);
});

Deno.test("apply_patch refuses the whole patch when one file of it cannot be changed, before any is touched", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "a\n", "locked.txt": "l\n", "bin": Uint8Array.of(0), "docs/x": "x\n" });
  await Deno.chmod(`${app.root.root}/locked.txt`, 0o444);
  await Deno.symlink("a.txt", `${app.root.root}/link`);
  const before = fileTree(app.root.root);
  const inode = Deno.statSync(`${app.root.root}/a.txt`).ino;
  const cases: [string[], string][] = [
    [["*** Update File: locked.txt", "@@", "-l", "+L"], "read_only"],
    [["*** Delete File: locked.txt"], "read_only"],
    [["*** Update File: bin", "@@", "-l", "+L"], "binary_file"],
    [["*** Update File: missing.txt", "@@", "-l", "+L"], "not_found"],
    [["*** Delete File: missing.txt"], "not_found"],
    [["*** Add File: docs/x", "+y"], "already_exists"],
    [["*** Add File: docs", "+y"], "not_a_file"],
    [["*** Add File: .git/hooks/pre-commit", "+y"], "path_denied"],
    [["*** Add File: ../beside.txt", "+y"], "path_outside_root"],
    [["*** Update File: docs/x", "*** Move to: locked.txt", "@@", "-x", "+y"], "already_exists"],
    [["*** Update File: link", "@@", "-a", "+b"], "patch_failed"],
    [["*** Update File: ./docs/../a.txt", "@@", "-a", "+b"], "patch_failed"],
  ];
  for (const [last, code] of cases) {
    const patch = v4a("*** Update File: a.txt", "@@", "-a", "+A", "*** Add File: new/n.txt", "+n", ...last);
    const failure = await app.callFailing("apply_patch", { patch });
    assert.equal(failure.code, code, `${last.join("|")}: ${failure.message}`);
  }
  assert.deepEqual(fileTree(app.root.root), before);
  assert.equal(Deno.statSync(`${app.root.root}/a.txt`).ino, inode);
});

Deno.test("apply_patch never deletes or moves what a link leads to", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "a\n" });
  await Deno.symlink("a.txt", `${app.root.root}/link`);
  for (
    const lines of [["*** Delete File: link"], [
      "*** Update File: link",
      "*** Move to: b.txt",
      "@@",
      "-a",
      "+b",
    ]]
  ) {
    assert.equal((await app.callFailing("apply_patch", { patch: v4a(...lines) })).code, "not_a_file");
  }
  assert.deepEqual(Object.keys(fileTree(app.root.root)).sort(), ["a.txt", "link"]);
});

Deno.test("apply_patch with dryRun says what would happen and writes nothing", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "a\n" });
  const before = fileTree(app.root.root);
  const patch = v4a("*** Update File: a.txt", "@@", "-a", "+b", "*** Add File: new/n.txt", "+n");
  const planned = await app.call("apply_patch", { patch, dryRun: true });
  assert.deepEqual([planned.dryRun, planned.files.length], [true, 2]);
  assert.deepEqual(fileTree(app.root.root), before);
  const { files } = await app.call("apply_patch", { patch });
  assert.deepEqual(files, planned.files);
});

Deno.test("apply_patch checks expectSha256, keeps mode, line endings and byte order mark", async () => {
  await using app = await TestApp.create({ git: false });
  const text = "\uFEFFone\r\ntwo\r\n";
  await app.root.write({ "a.sh": new TextEncoder().encode(text) });
  await Deno.chmod(`${app.root.root}/a.sh`, 0o755);
  const patch = "--- a/a.sh\n+++ b/a.sh\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n";
  const stale = { path: "a.sh", patch, expectSha256: sha256Hex("stale") };
  const failure = await app.callFailing("apply_patch", stale);
  assert.deepEqual([failure.code, failure.details["actual"]], ["sha_mismatch", sha256Hex(text)]);
  await app.call("apply_patch", { ...stale, expectSha256: sha256Hex(text).toUpperCase() });
  assert.equal(fileTree(app.root.root)["a.sh"], `file 755 ${sha256Hex("\uFEFFone\r\nthree\r\n")}`);
});

Deno.test("apply_patch makes a file from a unified diff only when it is allowed to", async () => {
  await using app = await TestApp.create({ git: false });
  const args = { path: "new/a.txt", patch: "--- /dev/null\n+++ b/new/a.txt\n@@ -0,0 +1 @@\n+hello\n" };
  assert.equal((await app.callFailing("apply_patch", args)).code, "not_found");
  assert.deepEqual(fileTree(app.root.root), {});
  assert.equal((await app.call("apply_patch", { ...args, allowCreate: true })).created, true);
  assert.equal(await app.root.read("new/a.txt"), "hello\n");
});

Deno.test("apply_patch says what it needs when path and patch do not fit together", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "a\n", "b.txt": "b\n" });
  const two = v4a("*** Update File: a.txt", "@@", "-a", "+A", "*** Delete File: b.txt");
  const unified = "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-a\n+A\n";
  const cases: [Record<string, unknown>, string][] = [
    [{ patch: unified }, "invalid_arguments"],
    [{ patch: two, expectSha256: sha256Hex("a\n") }, "invalid_arguments"],
    [{ patch: two, path: "c.txt" }, "patch_failed"],
    [{ patch: unified, path: "b.txt" }, "patch_failed"],
    [{ patch: "" }, "invalid_arguments"],
    [{ patch: "x".repeat(2 * 1024 * 1024 + 1), path: "a.txt" }, "too_large"],
    [
      { patch: v4a(...Array.from({ length: 101 }, (_, n) => [`*** Add File: n/${n}`, "+x"]).flat()) },
      "too_large",
    ],
  ];
  for (const [args, code] of cases) {
    const failure = await app.callFailing("apply_patch", args);
    assert.equal(failure.code, code, failure.message);
  }
  assert.deepEqual(Object.keys(fileTree(app.root.root)).sort(), ["a.txt", "b.txt"]);
});

Deno.test("parallel apply_patch of several files in opposite orders neither block each other nor lose an edit", async () => {
  await using app = await TestApp.create({ git: false });
  const lines = Array.from({ length: 10 }, (_, n) => `line ${n}`);
  await app.root.write({ "a.txt": lines.join("\n") + "\n", "b.txt": lines.join("\n") + "\n" });
  const edit = (name: string, n: number) => [`*** Update File: ${name}`, "@@", `-line ${n}`, `+edit ${n}`];
  await Promise.all(lines.map((_, n) => {
    const names = n % 2 === 0 ? ["a.txt", "b.txt"] : ["b.txt", "a.txt"];
    return app.call("apply_patch", { patch: v4a(...names.flatMap((name) => edit(name, n))) });
  }));
  const after = lines.map((_, n) => `edit ${n}\n`).join("");
  assert.deepEqual([await app.root.read("a.txt"), await app.root.read("b.txt")], [after, after]);
});

Deno.test("apply_patch refuses an operation that it does not know instead of leaving it out", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "a\n" });
  const update = ["*** Update File: a.txt", "@@", "-a", "+b"];
  for (const unknown of [["*** Create File: b.txt", "+b"], ["*** Rename File: a.txt -> c.txt"]]) {
    for (const lines of [[...unknown, ...update], [...update, ...unknown]]) {
      const { code, message } = await app.callFailing("apply_patch", { patch: v4a(...lines) });
      assert.equal(code, "patch_failed");
      assert.match(message, /is no operation; there are \*\*\* Update File:/);
      assert.equal(await app.root.read("a.txt"), "a\n");
    }
  }
});
