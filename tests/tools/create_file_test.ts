import assert from "node:assert/strict";
import { sha256Hex } from "../../src/repo/digest.ts";
import { TestApp } from "../support/test_app.ts";

Deno.test("create_file makes a new file with the folders above it", async () => {
  await using app = await TestApp.create({ git: false });
  const created = await app.call("create_file", { path: "x/y.txt", contents: "y" });
  assert.deepEqual([created.created, created.previousSha256, created.sha256], [true, null, sha256Hex("y")]);
  assert.equal(await app.root.read("x/y.txt"), "y");
});

Deno.test("create_file refuses a path that exists, even with the same contents", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "one" });
  for (const contents of ["one", "two"]) {
    const failure = await app.callFailing("create_file", { path: "a.txt", contents });
    assert.deepEqual([failure.code, failure.details], ["already_exists", {
      path: "a.txt",
      sha256: sha256Hex("one"),
    }]);
  }
  assert.equal(await app.root.read("a.txt"), "one");
});

Deno.test("create_file writes bytes that are given as base64", async () => {
  await using app = await TestApp.create({ git: false });
  await app.call("create_file", { path: "a.bin", contents: "AP8=", encoding: "base64" });
  assert.deepEqual(Deno.readFileSync(`${app.root.root}/a.bin`), Uint8Array.of(0, 255));
});

Deno.test("20 parallel create_file of one path make one file", async () => {
  await using app = await TestApp.create({ git: false });
  const outcomes = await Promise.allSettled(
    Array.from(
      { length: 20 },
      (_, index) => app.call("create_file", { path: "new/a.txt", contents: `${index}` }),
    ),
  );
  const won = outcomes.flatMap((outcome, index) => outcome.status === "fulfilled" ? [index] : []);
  assert.equal(won.length, 1);
  assert.equal(await app.root.read("new/a.txt"), `${won[0]}`);
});
