import assert from "node:assert/strict";
import { encodeRecordId } from "../../src/repo/record_id.ts";
import { TestApp } from "../support/test_app.ts";

Deno.test("fetch reads a file by its id in any base64, or by its path", async () => {
  await using app = await TestApp.create({ git: false });
  const path = "docs/ÿÿ>>?/a~b.md";
  await app.root.write({ [path]: "found\n" });
  const id = encodeRecordId(path);
  assert.match(id.slice("lukhas-path:".length), /[+/=]/);
  const url = id.replaceAll("+", "-").replaceAll("/", "_");
  for (const form of [id, url, id.replace(/=+$/, ""), url.replace(/=+$/, ""), path, `./${path}`]) {
    const answer = await app.call("fetch", { id: form });
    assert.deepEqual([answer.text, answer.id, answer.title], ["found\n", id, "a~b.md"], form);
  }
});

Deno.test("fetch refuses an id that is none, and a path that leaves the root inside an id", async () => {
  await using app = await TestApp.create({ git: false });
  const codes = {
    "lukhas-path:": "invalid_arguments",
    "lukhas-path:!!!": "invalid_arguments",
    [encodeRecordId("../x")]: "path_outside_root",
    [encodeRecordId("/etc/passwd")]: "path_outside_root",
    [encodeRecordId(".git/config")]: "path_denied",
    [encodeRecordId("a\0b")]: "invalid_arguments",
    [encodeRecordId("missing")]: "not_found",
  };
  for (const [id, code] of Object.entries(codes)) {
    assert.equal((await app.callFailing("fetch", { id })).code, code, id);
  }
  assert.equal((await app.callFailing("fetch", {})).code, "invalid_arguments");
  assert.equal((await app.callFailing("fetch", { id: "a".repeat(9000) })).code, "invalid_arguments");
});

Deno.test("fetch keeps only the fields that are asked for, and the id", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "a\n" });
  const keys = async (fields?: string[]) =>
    Object.keys(await app.call("fetch", { id: "a.txt", ...(fields && { fields }) })).sort();
  assert.deepEqual(await keys(), ["id", "metadata", "mimeType", "text", "title", "url"]);
  assert.deepEqual(await keys(["metadata"]), ["id", "metadata"]);
  assert.deepEqual(await keys(["text", "title", "text"]), ["id", "text", "title"]);
  assert.deepEqual(await keys([]), ["id"]);
  assert.equal((await app.callFailing("fetch", { id: "a.txt", fields: ["body"] })).code, "invalid_arguments");
});

Deno.test("fetch reads ranges of lines, and on from where a long file was cut", async () => {
  await using app = await TestApp.create({ git: false });
  const text = Array.from({ length: 60_000 }, (_, n) => `line ${n}\n`).join("");
  await app.root.write({ "long.txt": text });
  let whole = "";
  let next: Record<string, number> | undefined = {};
  while (next !== undefined) {
    const part = await app.call("fetch", { id: "long.txt", ...next });
    whole += part.text;
    next = part.metadata.next;
  }
  assert.equal(whole, text);
  const range = await app.call("fetch", { id: "long.txt", startLine: 10, endLine: 11 });
  assert.equal(range.text, "line 9\nline 10\n");
});

Deno.test("fetch of a binary file points to read_file with base64", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.png": Uint8Array.of(0, 1) });
  const failure = await app.callFailing("fetch", { id: "a.png" });
  assert.deepEqual([failure.code, failure.details["mimeType"], failure.details["size"]], [
    "binary_file",
    "image/png",
    2,
  ]);
  assert.match(failure.message, /read_file with encoding "base64"/);
});
