import assert from "node:assert/strict";
import { sha256Hex } from "../../src/repo/digest.ts";
import { fileTree } from "../support/file_tree.ts";
import { TestApp } from "../support/test_app.ts";

Deno.test("delete_file removes the file whose hash the caller knows", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "docs/a.txt": "one" });
  const expectSha256 = sha256Hex("one").toUpperCase();
  const deleted = await app.call("delete_file", { path: "docs/a.txt", expectSha256 });
  const { changeId, ...rest } = deleted;
  assert.equal(typeof changeId, "string");
  assert.deepEqual(rest, { path: "docs/a.txt", deleted: true, previousSha256: sha256Hex("one") });
  assert.deepEqual(Object.keys(fileTree(app.root.root)), ["docs"]);
});

Deno.test("delete_file refuses what it was not told about", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "docs/a.txt": "one" });
  const before = fileTree(app.root.root);
  const stale = sha256Hex("zero");
  const mismatch = await app.callFailing("delete_file", { path: "docs/a.txt", expectSha256: stale });
  assert.equal(mismatch.code, "sha_mismatch");
  assert.deepEqual(mismatch.details, { path: "docs/a.txt", expected: stale, actual: sha256Hex("one") });
  const codes = { "docs/b.txt": "not_found", "docs": "not_a_file", ".": "not_a_file" };
  for (const [path, code] of Object.entries(codes)) {
    assert.equal((await app.callFailing("delete_file", { path, expectSha256: stale })).code, code);
  }
  assert.equal((await app.callFailing("delete_file", { path: "docs/a.txt" })).code, "invalid_arguments");
  assert.deepEqual(fileTree(app.root.root), before);
});

Deno.test("delete_file of a link takes the hash that reading it shows, and leaves its target", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "one" });
  await Deno.symlink("a.txt", `${app.root.root}/link`);
  const { metadata } = await app.call("read_file", { path: "link" });
  await app.call("delete_file", { path: "link", expectSha256: metadata.sha256 });
  assert.deepEqual(Object.keys(fileTree(app.root.root)), ["a.txt"]);
});

Deno.test("of 10 parallel delete_file one removes the file and the others do not find it", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "one" });
  const args = { path: "a.txt", expectSha256: sha256Hex("one") };
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => app.call("delete_file", args)));
  assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
});
