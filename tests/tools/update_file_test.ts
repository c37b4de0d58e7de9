import assert from "node:assert/strict";
import { sha256Hex } from "../../src/repo/digest.ts";
import { fileTree } from "../support/file_tree.ts";
import { TestApp } from "../support/test_app.ts";

Deno.test("update_file replaces the file whose hash the caller knows, in either case of the digits", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "one" });
  const first = await app.call("update_file", {
    path: "a.txt",
    contents: "two",
    expectSha256: sha256Hex("one"),
  });
  assert.deepEqual([first.created, first.changed, first.previousSha256], [false, true, sha256Hex("one")]);
  const expectSha256 = sha256Hex("two").toUpperCase();
  await app.call("update_file", { path: "a.txt", contents: "three", expectSha256 });
  assert.equal(await app.root.read("a.txt"), "three");
});

Deno.test("update_file needs an existing file and its hash", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "one" });
  const sha = sha256Hex("one");
  const cases: [Record<string, unknown>, string][] = [
    [{ path: "b.txt", contents: "x", expectSha256: sha }, "not_found"],
    [{ path: "a.txt", contents: "x" }, "invalid_arguments"],
    [{ path: "a.txt", contents: "x", expectSha256: "abc" }, "invalid_arguments"],
    [{ path: "a.txt", contents: "x", expectSha256: sha256Hex("x") }, "sha_mismatch"],
  ];
  for (const [args, code] of cases) assert.equal((await app.callFailing("update_file", args)).code, code);
  assert.deepEqual(Object.keys(fileTree(app.root.root)), ["a.txt"]);
  assert.equal(await app.root.read("a.txt"), "one");
});

Deno.test("update_file with the contents that are there says changed: false", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "one" });
  const same = await app.call("update_file", {
    path: "a.txt",
    contents: "one",
    expectSha256: sha256Hex("one"),
  });
  assert.deepEqual([same.changed, same.sha256], [false, sha256Hex("one")]);
});

Deno.test("of 20 parallel update_file with one hash exactly one wins, and 19 learn the current hash", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "start" });
  await Deno.symlink("a.txt", `${app.root.root}/link`);
  const update = async (index: number) => {
    const path = index % 2 === 0 ? "a.txt" : "link";
    const args = { path, contents: `writer ${index}`, expectSha256: sha256Hex("start") };
    const { result } = await (await app.post({
      jsonrpc: "2.0",
      id: index,
      method: "tools/call",
      params: { name: "update_file", arguments: args },
    })).json();
    return JSON.parse(result.content[0].text);
  };
  const outcomes = await Promise.all(Array.from({ length: 20 }, (_, index) => update(index)));
  const won = outcomes.filter(({ error }) => error === undefined);
  const lost = outcomes.filter(({ error }) => error !== undefined);
  assert.deepEqual([won.length, lost.length], [1, 19]);
  assert.equal(sha256Hex(await app.root.read("a.txt")), won[0].sha256);
  for (const { error } of lost) {
    assert.deepEqual([error.code, error.details.actual], ["sha_mismatch", won[0].sha256]);
  }
  assert.ok(Deno.lstatSync(`${app.root.root}/link`).isSymlink);
  assert.deepEqual(Object.keys(fileTree(app.root.root)).sort(), ["a.txt", "link"]);
});
