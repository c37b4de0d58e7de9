import assert from "node:assert/strict";
import type { ErrorCode } from "../../src/core/errors.ts";
import { RepoRoot } from "../../src/repo/root.ts";
import { fileTree } from "../support/file_tree.ts";
import {
  expectRefusal,
  FILE_CALLS,
  PATH_CALLS,
  type PathCall,
  SECRET_SHA256,
  trappedRoot,
  VIEW_CALLS,
} from "../support/path_traps.ts";
import type { TempRoot } from "../support/temp_repo.ts";
import { TestApp } from "../support/test_app.ts";

const ON_TARGET = [...FILE_CALLS, ...VIEW_CALLS].filter((call) => call.onLink !== true);

/** Hands every path to every call and expects the code; nothing in the root or beside it may change. */
async function refuseAll(
  cases: (temp: TempRoot) => Readonly<Partial<Record<ErrorCode, readonly string[]>>>,
  calls: readonly PathCall[],
): Promise<void> {
  await using root = await trappedRoot();
  await using app = await TestApp.create({ root });
  const before = fileTree(root.outside);
  for (const [code, paths] of Object.entries(cases(root))) {
    for (const path of paths) {
      for (const call of calls) await expectRefusal(app, { call, path, code: code as ErrorCode });
    }
  }
  assert.deepEqual(fileTree(root.outside), before);
  assert.deepEqual(app.logged.filter(({ msg }) => msg === "bug"), []);
}

Deno.test("every tool refuses a path that leaves the root by its text", async () => {
  await refuseAll(({ root, outside }) => ({
    path_outside_root: [
      "..",
      "../beside/secret.txt",
      "docs/../../secret.txt",
      "docs/../../root/plain.txt",
      "./docs/./../.././secret.txt",
      "/etc/passwd",
      "//etc/passwd",
      "/",
      "/proc/self/environ",
      `${root}/../beside/secret.txt`,
      `${root}/docs/../../secret.txt`,
      `${root}-other/secret.txt`,
      "../root-other/secret.txt",
      outside,
      `${outside}/secret.txt`,
    ],
  }), PATH_CALLS);
});

Deno.test("every tool refuses git's folder in every spelling that some file system would open", async () => {
  await refuseAll(({ root }) => ({
    path_denied: [
      ".git",
      ".git/config",
      "./.git//config",
      ".GIT/config",
      ".git./config",
      ".git /config",
      ".git . ./config",
      ".git::$INDEX_ALLOCATION/config",
      ".git:stream",
      "git~1/config",
      "GIT~2",
      ".g\u200cit/config",
      "\ufeff.git/config",
      ".gi\u206ft/config",
      "sub/.git/config",
      "docs/../.git/config",
      "docs/.git/new",
      ".git\\config",
      "docs\\.git\\config",
      `${root}/.git/config`,
      "missing/.git/hooks/pre-commit",
    ],
  }), PATH_CALLS);
});

Deno.test("every tool refuses the server's own files, wherever they stand", async () => {
  await refuseAll(() => ({
    path_denied: [
      ".mcp-lock",
      ".MCP-LOCK",
      ".mcp-lock.",
      ".mcp-loc\u212a",
      ".mcp-state.json",
      ".MCP-STATE.json",
      ".mcp-state.db-wal",
      ".mcp-journal",
      ".mcp-journal/1",
      ".mcp-tmp-1",
      "docs/.mcp-tmp-2",
      ".mcp-index.db",
      ".mcp-index.db::$DATA",
    ],
  }), PATH_CALLS);
});

Deno.test("a configured file is refused in every spelling that some file system takes for its name", () => {
  const root = new RepoRoot("/root", { denied: ["ops/Schlüssel.txt"] });
  const spellings = [
    "ops/schlu\u0308ssel.txt",
    "OPS/SCHLÜSSEL.TXT",
    "ops/Schlüssel.txt.",
    "ops/Schlüs\u200csel.txt",
  ];
  for (
    const path of ["ops/Schlüssel.txt", ...spellings, "ops/Schlüssel.txt/below", "ops/Schlüssel.txt::$DATA"]
  ) {
    assert.equal(root.mayRead(path), false, path);
  }
  for (const path of ["ops", "Schlüssel.txt", "ops/Schlüssel.txt2"]) {
    assert.equal(root.mayRead(path), true, path);
  }
});

Deno.test("every tool says what is wrong with a path that no file system takes", async () => {
  await refuseAll(() => ({
    invalid_arguments: [
      "nul\0byte",
      "plain.txt\0.md",
      "long/".repeat(1000),
      `docs/${"n".repeat(300)}`,
    ],
  }), PATH_CALLS);
  // An id holds UTF-8, which cannot say this.
  await refuseAll(
    () => ({ invalid_arguments: ["docs/\ud800.md", "\udfff"] }),
    PATH_CALLS.filter(({ label }) => label !== "fetch by id"),
  );
});

Deno.test("an empty path is refused where a file is needed", async () => {
  const calls = FILE_CALLS.filter(({ tool, label }) => tool !== "apply_patch" && label !== "fetch by id");
  await refuseAll(() => ({ invalid_arguments: [""] }), calls);
});

Deno.test("a link that leads out is refused, by its name alone", async () => {
  await refuseAll(() => ({
    path_outside_root: [
      "file-out",
      "missing-out",
      "absolute-out",
      "missing-absolute-out",
      "folder-out",
      "chain-out",
      "docs/hop-out",
      "docs-in/hop-out",
      "out-and-back",
      "device",
    ],
    path_denied: ["git-folder", "git-file", "own-file"],
    not_found: ["loop-a", "loop-b", "loop-self", "dangling"],
  }), ON_TARGET);
});

Deno.test("every tool refuses what lies below a link that leads out", async () => {
  await refuseAll(() => ({
    path_outside_root: [
      "folder-out/secret.txt",
      "folder-out/nothing.txt",
      "folder-out/inner/new/file.txt",
    ],
    path_denied: ["git-folder/secret", "git-folder/hooks/pre-commit", "docs-in/.git/x"],
    not_found: ["loop-a/x"],
  }), PATH_CALLS);
});

Deno.test("nobody learns from an error whether a file outside exists", async () => {
  await using root = await trappedRoot();
  await using app = await TestApp.create({ root });
  const code = "path_outside_root";
  for (const [there, missing] of [["file-out", "missing-out"], ["absolute-out", "missing-absolute-out"]]) {
    for (const call of ON_TARGET) {
      const existing = await expectRefusal(app, { call, path: there ?? "", code });
      const absent = await expectRefusal(app, { call, path: missing ?? "", code });
      const renamed = JSON.stringify(absent).replaceAll(missing ?? "", there ?? "");
      assert.equal(renamed, JSON.stringify(existing), call.label);
    }
  }
});

Deno.test("a path is normalised before it is judged, and may be absolute when it lies in the root", async () => {
  await using root = await trappedRoot();
  await using app = await TestApp.create({ root });
  const spellings = [
    "docs/guide.md",
    "./docs//guide.md",
    "docs/../docs/guide.md",
    ".git/../docs/guide.md",
    "missing/../docs/guide.md",
    "docs/guide.md/",
    `${root.root}/docs/guide.md`,
    `${root.root}//docs/./guide.md`,
  ];
  for (const path of spellings) {
    const { text, metadata } = await app.call("read_file", { path });
    assert.deepEqual([text, metadata.path], ["guide\n", "docs/guide.md"], path);
  }
});

Deno.test("links that stay inside are followed, absolute ones too, and keep the name that was asked", async () => {
  await using root = await trappedRoot();
  await using app = await TestApp.create({ root });
  for (const path of ["link-in", "absolute-in", "docs-in/guide.md"]) {
    const { text, metadata } = await app.call("read_file", { path });
    assert.deepEqual([text, metadata.path], ["guide\n", path]);
  }
  await app.call("write_file", { path: "docs-in/new/page.md", contents: "page\n" });
  assert.equal(await root.read("docs/new/page.md"), "page\n");
  await app.call("write_file", { path: "absolute-in", contents: "guide 2\n", overwrite: true });
  assert.equal(await root.read("docs/guide.md"), "guide 2\n");
  assert.ok(Deno.lstatSync(`${root.root}/absolute-in`).isSymlink);
});

Deno.test("pipes, sockets and folders are no files, and no call waits for them", async () => {
  await using root = await trappedRoot();
  await using app = await TestApp.create({ root });
  await new Deno.Command("mkfifo", { args: [`${root.root}/pipe`] }).output();
  await Deno.symlink("pipe", `${root.root}/pipe-in`);
  using _socket = Deno.listen({ transport: "unix", path: `${root.root}/socket` });
  const before = fileTree(root.outside);
  for (const call of FILE_CALLS) {
    for (const path of ["pipe", "socket", "docs", "plain.txt/below"]) {
      const isTaken = call.label === "apply_patch move to" && path !== "plain.txt/below";
      await expectRefusal(app, { call, path, code: isTaken ? "already_exists" : "not_a_file" });
    }
  }
  for (const path of [".", "pipe-in"]) {
    for (const call of ON_TARGET.filter(({ tool }) => tool !== "search" && tool !== "list_dir")) {
      if (call.label === "apply_patch move to") continue;
      await expectRefusal(app, { call, path, code: "not_a_file" });
    }
  }
  for (const path of ["pipe", "socket", "plain.txt", "plain.txt/below"]) {
    const failure = await app.callFailing("list_dir", { path });
    assert.equal(failure.code, "not_a_file", path);
  }
  assert.deepEqual(fileTree(root.outside), before);
});

Deno.test("a 20 MB file is too_large for every tool that would have to read it, with its size", async () => {
  await using root = await trappedRoot();
  await using app = await TestApp.create({ root });
  const size = 20 * 1024 * 1024;
  await root.write({ "big.bin": "" });
  await Deno.truncate(`${root.root}/big.bin`, size);
  const unread = ["rename_file to", "rename_file from", "delete_file", "apply_patch move to"];
  for (const call of FILE_CALLS.filter(({ label }) => !unread.includes(label))) {
    const { details } = await expectRefusal(app, { call, path: "big.bin", code: "too_large" });
    assert.equal(details["size"], size, call.label);
  }
  assert.equal(Deno.statSync(`${root.root}/big.bin`).size, size);
  const { sha256 } = await app.call("rename_file", { from: "big.bin", to: "moved.bin" });
  await app.call("delete_file", { path: "moved.bin", expectSha256: sha256 });
  assert.throws(() => Deno.statSync(`${root.root}/moved.bin`), Deno.errors.NotFound);
});

Deno.test("delete_file and rename_file act on a link itself, and never on what it leads to", async () => {
  await using root = await trappedRoot();
  await using app = await TestApp.create({ root });
  const beside = fileTree(root.outside, { except: ["root"] });
  const outward = ["file-out", "missing-out", "folder-out", "device", "git-folder", "own-file"];
  for (const path of outward) {
    const failure = await app.callFailing("delete_file", { path, expectSha256: SECRET_SHA256 });
    assert.equal(failure.code, "sha_mismatch", path);
    const code = path === "git-folder" || path === "own-file" ? "path_denied" : "path_outside_root";
    assert.equal((await app.callFailing("rename_file", { from: path, to: "moved" })).code, code, path);
    assert.equal(
      (await app.callFailing("rename_file", { from: path, to: "plain.txt", overwrite: true })).code,
      code,
    );
    assert.ok(Deno.lstatSync(`${root.root}/${path}`).isSymlink, path);
    await app.call("delete_file", { path, expectSha256: failure.details["actual"] });
    assert.throws(() => Deno.lstatSync(`${root.root}/${path}`), Deno.errors.NotFound);
  }
  await app.call("rename_file", { from: "plain.txt", to: "absolute-out", overwrite: true });
  assert.equal(await root.read("absolute-out"), "plain\n");
  assert.ok(Deno.lstatSync(`${root.root}/absolute-out`).isFile);
  await app.call("rename_file", { from: "link-in", to: "link-moved" });
  assert.equal(Deno.readLinkSync(`${root.root}/link-moved`), "docs/guide.md");
  assert.deepEqual(fileTree(root.outside, { except: ["root"] }), beside);
});

Deno.test("rename_file refuses to put a link where it would lead out, though it led inside before", async () => {
  await using root = await trappedRoot();
  await using app = await TestApp.create({ root });
  await root.write({ "deep/er/x": "x" });
  await Deno.symlink("../../spare.txt", `${root.root}/deep/er/up`);
  assert.equal(
    (await app.callFailing("rename_file", { from: "deep/er/up", to: "up" })).code,
    "path_outside_root",
  );
  assert.equal((await app.call("rename_file", { from: "deep/er/up", to: "docs/a/up" })).to, "docs/a/up");
});
