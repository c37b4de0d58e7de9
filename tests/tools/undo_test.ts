/** undo and list_changes: whatever a tool did to files is told, and taken back whole, unless somebody has changed it since. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { fileTree } from "../support/file_tree.ts";
import { sha256Hex } from "../../src/repo/digest.ts";
import { forgeToken } from "../support/secrets.ts";
import { TempRoot } from "../support/temp_repo.ts";
import { TestApp } from "../support/test_app.ts";

const sha = async (app: TestApp, path: string) => (await app.call("read_file", { path })).metadata.sha256;

Deno.test("each way of changing files is taken back, modes and folders' contents included, and redone by undoing that", async (t) => {
  const changes: Record<string, (app: TestApp) => Promise<{ changeId: string }>> = {
    write_file: (app) => app.call("write_file", { path: "a.txt", contents: "new\n", overwrite: true }),
    "write_file of a new file": (app) => app.call("write_file", { path: "x/y/new.txt", contents: "new\n" }),
    create_file: (app) => app.call("create_file", { path: "new.txt", contents: "new\n" }),
    update_file: async (app) =>
      app.call("update_file", { path: "run.sh", contents: "new\n", expectSha256: await sha(app, "run.sh") }),
    append_file: (app) => app.call("append_file", { path: "a.txt", contents: "more" }),
    rename_file: (app) => app.call("rename_file", { from: "run.sh", to: "sub/run.sh" }),
    "rename_file over a file": (app) =>
      app.call("rename_file", { from: "run.sh", to: "a.txt", overwrite: true }),
    delete_file: async (app) =>
      app.call("delete_file", { path: "run.sh", expectSha256: await sha(app, "run.sh") }),
    apply_patch: (app) => app.call("apply_patch", { path: "a.txt", patch: "@@ -1 +1 @@\n-one\n+two\n" }),
    "apply_patch over several files": (app) =>
      app.call("apply_patch", {
        patch: "*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+two\n*** Add File: new.txt\n+new\n" +
          "*** Delete File: b.txt\n*** Update File: run.sh\n*** Move to: bin/run\n@@\n-run\n+go\n*** End Patch\n",
      }),
  };
  for (const [name, change] of Object.entries(changes)) {
    await t.step(name, async () => {
      await using app = await TestApp.create({ git: false });
      await app.root.write({ "a.txt": "one\n", "b.txt": "b\n", "run.sh": "run\n", "sub/keep": "" });
      await Deno.chmod(`${app.root.root}/run.sh`, 0o755);
      const before = fileTree(app.root.root);
      const { changeId } = await change(app);
      const after = fileTree(app.root.root);
      const undone = await app.call("undo", { changeId });
      assert.equal(undone.undone, changeId);
      assert.deepEqual(withoutFolders(fileTree(app.root.root)), withoutFolders(before));
      await app.call("undo", { changeId: undone.changeId });
      assert.deepEqual(withoutFolders(fileTree(app.root.root)), withoutFolders(after));
    });
  }
});

/** A folder that was made for a file may stay behind. */
function withoutFolders(tree: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tree).filter(([, what]) => !what.startsWith("folder")));
}

Deno.test("what somebody has changed since is not taken back, and nothing else of that change is", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "a\n", "b.txt": "b\n" });
  const { changeId } = await app.call("apply_patch", {
    patch:
      "*** Begin Patch\n*** Update File: a.txt\n@@\n-a\n+A\n*** Update File: b.txt\n@@\n-b\n+B\n*** End Patch\n",
  });
  await app.root.write({ "b.txt": "mine\n" });
  const failure = await app.callFailing("undo", { changeId });
  assert.equal(failure.code, "conflict");
  assert.equal(failure.details.reason, "changed_since");
  assert.equal(failure.details.path, "b.txt");
  assert.deepEqual([await app.root.read("a.txt"), await app.root.read("b.txt")], ["A\n", "mine\n"]);
  await Deno.remove(`${app.root.root}/b.txt`);
  assert.match((await app.callFailing("undo", { changeId })).message, /it is gone/);
});

Deno.test("a change that was undone before is told from one whose file somebody has changed since", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "a\n" });
  const { changeId } = await app.call("write_file", { path: "a.txt", contents: "A\n", overwrite: true });
  await app.call("undo", { changeId });
  const failure = await app.callFailing("undo", { changeId });
  assert.deepEqual([failure.code, failure.details.reason], ["conflict", "already_undone"]);
  assert.match(failure.message, /"a\.txt" is as it was before it; list_changes shows what was undone/);
  assert.equal(await app.root.read("a.txt"), "a\n");
});

Deno.test("a change that never was, one that is forgotten, and one that cannot be undone are told apart", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "a\n" });
  await Deno.symlink("a.txt", `${app.root.root}/link`);
  for (const changeId of ["nothing", "../../etc/passwd", "__proto__"]) {
    assert.equal((await app.callFailing("undo", { changeId })).code, "not_found");
  }
  const { changeId } = await app.call("delete_file", { path: "link", expectSha256: await sha(app, "a.txt") });
  const failure = await app.callFailing("undo", { changeId });
  assert.equal(failure.code, "conflict");
  assert.match(failure.message, /symbolic link/);
  const { changes } = await app.call("list_changes");
  assert.equal(changes[0].undoable, false);
});

Deno.test("list_changes shows what became of which files, newest first, and survives the process", async () => {
  await using root = await TempRoot.create({ git: false });
  await root.write({ "a.txt": "a\n", "docs/b.txt": "b\n" });
  {
    await using app = await TestApp.create({ root });
    await app.call("write_file", { path: "docs/b.txt", contents: "B\n", overwrite: true });
    const same = await app.call("write_file", { path: "docs/b.txt", contents: "B\n" });
    assert.equal(same.changeId, null);
    const { changeId } = await app.call("rename_file", { from: "a.txt", to: "c.txt" });
    await app.call("undo", { changeId });
  }
  await using app = await TestApp.create({ root });
  const { changes, truncated } = await app.call("list_changes");
  const shown = changes.map(({ files }: { files: { path: string; became: string }[] }) =>
    files.map(({ path, became }) => `${path} ${became}`).join(", ")
  );
  assert.deepEqual(shown, [
    "c.txt removed, a.txt created",
    "a.txt removed, c.txt created",
    "docs/b.txt changed",
  ]);
  assert.equal(truncated, false);
  assert.equal(changes[0].undoes, changes[1].changeId);
  assert.equal(changes[1].undoneBy, changes[0].changeId);
  assert.equal((await app.call("list_changes", { path: "docs" })).changes.length, 1);
  assert.equal((await app.call("list_changes", { limit: 1 })).truncated, true);
  await app.call("undo", { changeId: changes[2].changeId });
  assert.equal(await root.read("docs/b.txt"), "b\n");
});

Deno.test("the journal is private, kept out of every view, and keeps the newest within its bounds", async () => {
  await using app = await TestApp.create({ env: { MCP_JOURNAL_BYTES: "100000" } });
  await app.root.commit({ "a.txt": "0".repeat(30_000) });
  const ids: string[] = [];
  for (let index = 1; index <= 6; index++) {
    const contents = String(index).repeat(30_000);
    ids.push((await app.call("write_file", { path: "a.txt", contents, overwrite: true })).changeId);
  }
  const folder = `${app.root.root}/.mcp-journal`;
  if (Deno.build.os !== "windows") assert.equal((Deno.statSync(folder).mode ?? 0) & 0o777, 0o700);
  const kept = Array.from(
    Deno.readDirSync(`${folder}/files`),
    ({ name }) => Deno.statSync(`${folder}/files/${name}`),
  );
  assert.ok(kept.reduce((sum, { size }) => sum + size, 0) <= 100_000);
  for (const { mode } of kept) assert.equal((mode ?? 0) & 0o777, 0o600);
  assert.equal((Deno.statSync(`${folder}/changes.jsonl`).mode ?? 0) & 0o777, 0o600);
  assert.equal((await app.callFailing("undo", { changeId: ids[0] })).code, "not_found");
  const image = `${folder}/files/${sha256Hex("5".repeat(30_000))}`;
  await Deno.writeTextFile(image, "something else");
  assert.equal((await app.callFailing("undo", { changeId: ids[5] })).code, "unavailable");
  assert.equal(await app.root.read("a.txt"), "6".repeat(30_000));
  await Deno.writeTextFile(image, "5".repeat(30_000));
  await app.call("undo", { changeId: ids[5] });
  assert.equal(await app.root.read("a.txt"), "5".repeat(30_000));
  assert.equal(
    (await app.callFailing("read_file", { path: ".mcp-journal/changes.jsonl" })).code,
    "path_denied",
  );
  assert.deepEqual((await app.call("git_status")).entries.map(({ path }: { path: string }) => path), [
    "a.txt",
  ]);
});

Deno.test("undo obeys the rules of a write, and may bring back a secret that was there", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "infra/a.tf": "a\n", "conf": `${forgeToken()}\n` });
  const { changeId } = await app.call("write_file", { path: "infra/a.tf", contents: "b\n", overwrite: true });
  const removed = await app.call("write_file", { path: "conf", contents: "clean\n", overwrite: true });
  await app.root.write({
    ".lukhas/policy.json": JSON.stringify({ protected: ["infra/"], hidden: ["secret/"] }),
  });
  assert.equal((await app.callFailing("undo", { changeId })).code, "path_denied");
  await app.call("undo", { changeId: removed.changeId });
  assert.equal(await app.root.read("conf"), `${forgeToken()}\n`);
  await app.root.write({ ".lukhas/policy.json": JSON.stringify({ hidden: ["infra/"] }) });
  assert.doesNotMatch(JSON.stringify(await app.call("list_changes")), /infra/);
});

Deno.test("a journal that somebody planted leads nowhere", async () => {
  await using root = await TempRoot.create({ git: false });
  await Deno.mkdir(`${root.outside}/beside`);
  await root.write({ "a.txt": "a\n" });
  await Deno.symlink("../beside", `${root.root}/.mcp-journal`);
  await using app = await TestApp.create({ root });
  assert.equal(
    (await app.callFailing("write_file", { path: "a.txt", contents: "b", overwrite: true })).code,
    "unavailable",
  );
  assert.deepEqual(fileTree(`${root.outside}/beside`), {});
  assert.equal(await root.read("a.txt"), "a\n");
  await Deno.remove(`${root.root}/.mcp-journal`);
  const record = {
    id: "planted",
    at: 1,
    files: [
      { path: "../beside/x", before: { sha256: "0".repeat(64), mode: 420, size: 1 }, after: null },
      { path: ".husky/pre-commit", before: { sha256: "0".repeat(64), mode: 493, size: 1 }, after: null },
    ],
  };
  await root.write({
    ".mcp-journal/changes.jsonl": `${
      JSON.stringify({ begin: record })
    }\n{"done":"x"}\nnonsense\n{"begin":{}}\n`,
  });
  await using second = await TestApp.create({ root });
  await second.call("write_file", { path: "a.txt", contents: "b", overwrite: true });
  assert.deepEqual(fileTree(`${root.outside}/beside`), {});
  await assert.rejects(Deno.lstat(`${root.root}/.husky`), Deno.errors.NotFound);
});

Deno.test("a planted journal makes no program that runs as its owner, and stays private", async () => {
  await using root = await TempRoot.create({ git: false });
  await root.write({ "a.txt": "a\n", "b.txt": "b\n" });
  const [a, b, evil] = ["a\n", "b\n", "evil\n"].map((text) => sha256Hex(text));
  const record = {
    id: "planted",
    at: 1,
    files: [
      { path: "a.txt", before: { sha256: evil, mode: 0o6777, size: 5 }, after: a },
      { path: "b.txt", before: { sha256: b, mode: 0o644, size: 2 }, after: evil },
    ],
  };
  await root.write({
    ".mcp-journal/changes.jsonl": `${JSON.stringify({ begin: record })}\n`,
    [`.mcp-journal/files/${evil}`]: "evil\n",
  });
  await Deno.chmod(`${root.root}/.mcp-journal`, 0o777);
  await using app = await TestApp.create({ root });
  await app.call("write_file", { path: "b.txt", contents: "c\n", overwrite: true });
  assert.equal(await root.read("a.txt"), "a\n");
  assert.equal((Deno.statSync(`${root.root}/a.txt`).mode ?? 0) & 0o7000, 0);
  assert.equal((Deno.statSync(`${root.root}/.mcp-journal`).mode ?? 0) & 0o777, 0o700);
});

Deno.test("any row of changes is taken back step by step to where it began", async () => {
  await using app = await TestApp.create({ git: false });
  const name = fc.constantFrom("a", "b", "c/d");
  const step = fc.oneof(
    fc.record({ tool: fc.constant("write"), path: name, text: fc.string({ maxLength: 20 }) }),
    fc.record({ tool: fc.constant("delete"), path: name }),
    fc.record({ tool: fc.constant("rename"), path: name, to: name }),
  );
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
    await app.root.write({ a: "A\n", b: "B\n", "c/d": "D\n" });
    const before = withoutFolders(fileTree(app.root.root));
    const ids: string[] = [];
    for (const one of steps) {
      const done = await attempt(app, one as { tool: string; path: string; text?: string; to?: string });
      if (typeof done === "string") ids.push(done);
    }
    for (const changeId of ids.reverse()) await app.call("undo", { changeId });
    assert.deepEqual(withoutFolders(fileTree(app.root.root)), before);
  });
  await fc.assert(property, { seed: 20260801, numRuns: 40 });
});

async function attempt(
  app: TestApp,
  { tool, path, text = "", to = "" }: { tool: string; path: string; text?: string; to?: string },
): Promise<string | null> {
  const exists = await Deno.lstat(`${app.root.root}/${path}`).then(() => true, () => false);
  if (tool === "write") {
    return (await app.call("write_file", { path, contents: text, overwrite: true })).changeId;
  }
  if (!exists) return null;
  if (tool === "rename") return (await app.call("rename_file", { from: path, to, overwrite: true })).changeId;
  return (await app.call("delete_file", { path, expectSha256: await sha(app, path) })).changeId;
}
