import assert from "node:assert/strict";
import { sha256Hex } from "../../src/repo/digest.ts";
import { TestApp } from "../support/test_app.ts";

Deno.test("search and fetch ignore arguments that they do not know", async () => {
  await using app = await TestApp.create();
  await app.root.commit({ "a.md": "needle\n" });
  const found = await app.call("search", { query: "needle", top_k: 5, filters: { lang: "en" } });
  assert.equal(found.results[0].path, "a.md");
  assert.equal((await app.call("fetch", { id: found.results[0].id, format: "text" })).text, "needle\n");
});

Deno.test("every other tool refuses an argument that it does not know, and names the nearest one", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "a" });
  const [path, contents, expectSha256] = ["a.txt", "b", sha256Hex("a")];
  const cases: [tool: string, args: Record<string, unknown>, near: RegExp][] = [
    ["read_file", { path, start_line: 1 }, /"start_line" is not known; did you mean "startLine"\?/],
    ["list_dir", { path: "", include_dirs: true }, /did you mean "includeDirs"/],
    ["find_files", { glob: "*", maximum: 5 }, /"maximum" is not known; known are glob, max/],
    ["write_file", { path, content: contents }, /"contents" is required.*did you mean "contents"/],
    ["create_file", { file_path: "b.txt", contents }, /"path" is required/],
    ["update_file", { path, contents, sha256: expectSha256 }, /"expectSha256" is required/],
    ["append_file", { path, contents, ensure_newline: false }, /did you mean "ensureNewline"/],
    ["rename_file", { from: path, to: "b.txt", overwite: true }, /did you mean "overwrite"/],
    ["delete_file", { path, expectSha265: expectSha256 }, /did you mean "expectSha256"/],
    ["apply_patch", { path, patch: "x", dry_run: true }, /did you mean "dryRun"/],
  ];
  for (const [tool, args, message] of cases) {
    const failure = await app.callFailing(tool, args);
    assert.equal(failure.code, "invalid_arguments", tool);
    assert.match(failure.message, message);
    assert.ok(failure.message.startsWith(`Cannot call ${tool}: `));
  }
  assert.deepEqual([...Deno.readDirSync(app.root.root)].map(({ name }) => name), ["a.txt"]);
  assert.equal(await app.root.read("a.txt"), "a");
});

Deno.test("arguments of the wrong type or size are named one by one, with what is accepted", async () => {
  await using app = await TestApp.create({ git: false });
  const cases: [string, Record<string, unknown>, RegExp][] = [
    [
      "write_file",
      { path: ["a"], contents: {} },
      /"path" must be string, received array; "contents" must be string/,
    ],
    ["write_file", { path: "a", contents: null }, /"contents" must be string, received null/],
    [
      "write_file",
      { path: "a", contents: "x", encoding: "hex" },
      /"encoding" must be one of "utf8"\|"base64"/,
    ],
    [
      "write_file",
      { path: "a", contents: "x", overwrite: "true" },
      /"overwrite" must be boolean, received string/,
    ],
    ["read_file", { path: "" }, /"path" must have 1 to 4096 characters/],
    ["read_file", { path: "x".repeat(4097) }, /"path" must have 1 to 4096 characters/],
    ["search", { query: "" }, /"query" must have 1 to 2000 characters/],
    ["search", { query: "a", limit: 51 }, /"limit" must be 1 to 50/],
    ["delete_file", { path: "a", expectSha256: "12" }, /"expectSha256" must be 64 hexadecimal digits/],
  ];
  for (const [tool, args, message] of cases) {
    const failure = await app.callFailing(tool, args);
    assert.equal(failure.code, "invalid_arguments");
    assert.match(failure.message, message);
  }
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`${"x".repeat(1000)}${n}`, n]));
  const failure = await app.callFailing("write_file", { path: "a", contents: "x", ...many });
  assert.ok(JSON.stringify(failure).length < 5000);
});

Deno.test("names that every object has are arguments like any other", async () => {
  await using app = await TestApp.create({ git: false });
  for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    const response = await app.post(
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_dir","arguments":{"${key}":{"path":".."}}}}`,
    );
    const { result } = await response.json();
    assert.equal(JSON.parse(result.content[0].text).error.code, "invalid_arguments", key);
  }
});
