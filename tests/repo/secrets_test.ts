/** Secrets in files: masked wherever a text leaves, never destroyed by a mask, and not brought in unasked. */
import assert from "node:assert/strict";
import { sha256Hex } from "../../src/repo/digest.ts";
import { encodeRecordId } from "../../src/repo/record_id.ts";
import { forgeToken, privateKey } from "../support/secrets.ts";
import { TempRoot } from "../support/temp_repo.ts";
import { TestApp } from "../support/test_app.ts";

const TOKEN = forgeToken();
const KEY = privateKey("");
const KEY_LINE = KEY.split("\n")[3] ?? "";
const FILE = `# settings\ntoken = "${TOKEN}"\nname = "zebra"\n${KEY}\nlast line\n`;

function assertHidden(answer: unknown, label: string): void {
  const text = typeof answer === "string" ? answer : JSON.stringify(answer);
  for (const secret of [TOKEN, TOKEN.slice(4, 30), KEY_LINE]) {
    assert.ok(!text.includes(secret), `${label} shows a secret: ${text.slice(0, 400)}`);
  }
}

Deno.test("a file with secrets is shown without them, by every way in which a text leaves", async (t) => {
  await using app = await TestApp.create();
  await app.root.commit({ "a.md": "hello\n", "README.md": FILE, "conf.toml": "name\n" });
  await app.root.commit({ "conf.toml": FILE }, `chore: use ${TOKEN}\n\nand ${TOKEN} again`);
  await app.root.write({ "conf.toml": FILE.replace("zebra", "okapi"), "new.toml": FILE });
  await app.root.git("add", "new.toml");
  const rpc = async (method: string, params: unknown) =>
    await (await app.post({ jsonrpc: "2.0", id: 1, method, params })).json();
  const file = FILE.replace("zebra", "okapi");
  await t.step("read_file and fetch", async () => {
    for (
      const [tool, args] of [
        ["read_file", { path: "conf.toml" }],
        ["read_file", { path: "conf.toml", startLine: 5, endLine: 9 }],
        ["fetch", { id: encodeRecordId("conf.toml") }],
      ] as const
    ) {
      const answer = await app.call(tool, args);
      assertHidden(answer, tool);
      assert.equal(answer.metadata.redacted, 2);
      assert.equal(answer.metadata.sha256, sha256Hex(file));
      assert.equal(answer.metadata.lines, file.split("\n").length - 1);
    }
    const base64 = await app.call("read_file", { path: "conf.toml", encoding: "base64" });
    assertHidden(new TextDecoder().decode(Uint8Array.fromBase64(base64.text)), "base64");
    assert.equal(base64.metadata.redacted, 2);
  });
  await t.step("search", async () => {
    const found = await app.call("search", { query: "okapi" });
    assert.equal(found.results[0].path, "conf.toml");
    assertHidden(found, "search");
  });
  await t.step("search finds nothing by the letters of a secret", async () => {
    for (const query of [TOKEN, TOKEN.slice(0, 12), TOKEN.slice(6, 20), KEY_LINE, KEY_LINE.slice(10, 40)]) {
      const found = await app.call("search", { query: `"${query}"` });
      assert.deepEqual([found.results, found.total], [[], 0], query);
    }
  });
  await t.step("git", async () => {
    for (
      const args of [{}, { staged: true }, { from: "HEAD~1" }, { from: "HEAD~1", to: "HEAD", context: 0 }]
    ) {
      assertHidden(await app.call("git_diff", args), `git_diff ${JSON.stringify(args)}`);
    }
    assert.ok((await app.call("git_diff", { staged: true })).redacted >= 2);
    assertHidden(await app.call("git_log", { files: true }), "git_log");
    for (const ref of [`HEAD^{/${TOKEN.slice(0, 9)}}`, `HEAD~0^{/${TOKEN}}`, `:/.*${TOKEN.slice(4, 9)}.*`]) {
      const failure = await app.callFailing("git_log", { ref });
      assert.equal(failure.code, "not_found", "a letter of a masked message can be guessed");
    }
  });
  await t.step("resources, prompts and /files", async () => {
    assertHidden(await rpc("resources/read", { uri: "lukhas://file/conf.toml" }), "resources/read");
    assertHidden(await rpc("resources/read", { uri: "lukhas://repo" }), "the overview");
    assertHidden(await rpc("prompts/get", { name: "review_changes" }), "review_changes");
    assertHidden(await rpc("prompts/get", { name: "commit_message" }), "commit_message");
    assertHidden(await (await app.fetch("/files/conf.toml")).text(), "/files");
  });
  await t.step("the error of a patch that does not fit", async () => {
    const lines = file.split("\n");
    for (let line = 1; line < lines.length; line++) {
      const patch = `--- a/conf.toml\n+++ b/conf.toml\n@@ -${line},1 +${line},1 @@\n-guess\n+x\n`;
      const failure = await app.callFailing("apply_patch", { path: "conf.toml", patch, dryRun: true });
      assertHidden(failure, `line ${line}`);
      const v4a = `*** Begin Patch\n*** Update File: conf.toml\n@@\n-${
        lines[line]?.slice(0, 3)
      }\n+x\n*** End Patch\n`;
      const message = {
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: "apply_patch", arguments: { patch: v4a, dryRun: true } },
      };
      assertHidden(await (await app.post(message)).text(), `v4a line ${line}`);
    }
  });
});

Deno.test("no tool changes what git takes for text, or in which encoding", async () => {
  await using app = await TestApp.create();
  await app.root.commit({ ".gitattributes": "* text=auto\n" });
  for (const path of [".gitattributes", "sub/.gitattributes", ".GitAttributes"]) {
    const contents = "conf.toml working-tree-encoding=IBM037\n";
    const failure = await app.callFailing("write_file", { path, contents, overwrite: true });
    assert.equal(failure.code, "path_denied", path);
  }
  assert.equal((await app.call("read_file", { path: ".gitattributes" })).text, "* text=auto\n");
});

Deno.test("bytes that are no text and hold a secret are not given out", async () => {
  await using app = await TestApp.create({ git: false });
  const utf16 = new Uint8Array(Array.from(TOKEN, (character) => [character.charCodeAt(0), 0]).flat());
  await Deno.writeFile(
    `${app.root.root}/a.bin`,
    new Uint8Array([0, 255, ...new TextEncoder().encode(TOKEN), 0]),
  );
  await Deno.writeFile(`${app.root.root}/b.txt`, new Uint8Array([255, 254, ...utf16]));
  for (const path of ["a.bin", "b.txt"]) {
    const failure = await app.callFailing("read_file", { path, encoding: "base64" });
    assert.equal(failure.code, "path_denied");
    assertHidden(failure, path);
  }
});

Deno.test("no write and no patch puts a mask into a file", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "conf.toml": FILE });
  const { text, metadata } = await app.call("read_file", { path: "conf.toml" });
  const contents = text.replace("zebra", "okapi");
  const refused = [
    await app.callFailing("update_file", { path: "conf.toml", contents, expectSha256: metadata.sha256 }),
    await app.callFailing("write_file", { path: "conf.toml", contents, overwrite: true }),
    await app.callFailing("write_file", { path: "copy.toml", contents: btoa(text), encoding: "base64" }),
    await app.callFailing("create_file", { path: "copy.toml", contents }),
    await app.callFailing("append_file", { path: "conf.toml", contents: text }),
    await app.callFailing("apply_patch", {
      path: "conf.toml",
      patch: `@@ -1,2 +1,2 @@\n # settings\n-${text.split("\n")[1]}\n+token = ""\n`,
    }),
  ];
  for (const failure of refused) {
    assert.equal(failure.code, "invalid_arguments");
    assert.equal(failure.details.reason, "masked_secret");
    assert.match(failure.message, /patch elsewhere in the file/);
  }
  assert.equal(await app.root.read("conf.toml"), FILE);
});

Deno.test("a file that holds a secret stays editable around it, and may lose it", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "conf.toml": FILE });
  const patch = `@@ -3 +3 @@\n-name = "zebra"\n+name = "okapi"\n`;
  await app.call("apply_patch", { path: "conf.toml", patch });
  assert.equal(await app.root.read("conf.toml"), FILE.replace("zebra", "okapi"));
  await app.call("append_file", { path: "conf.toml", contents: "more" });
  await app.call("rename_file", { from: "conf.toml", to: "renamed.toml" });
  await app.call("write_file", { path: "renamed.toml", contents: "clean\n", overwrite: true });
});

Deno.test("a write or a commit that brings a secret in is refused, unless the operator allows it", async () => {
  await using root = await TempRoot.create();
  await root.commit({ "a.md": `old = ${forgeToken(1)}\n` });
  const writes = [
    ["write_file", { path: "b.md", contents: `x ${TOKEN}` }],
    ["write_file", { path: "b.md", contents: btoa(`x ${TOKEN}`), encoding: "base64" }],
    ["create_file", { path: "b.md", contents: KEY }],
    ["append_file", { path: "a.md", contents: TOKEN }],
    ["apply_patch", { path: "b.md", allowCreate: true, patch: `@@ -0,0 +1 @@\n+${TOKEN}\n` }],
  ] as const;
  {
    await using app = await TestApp.create({ root });
    for (const [tool, args] of writes) {
      const failure = await app.callFailing(tool, args);
      assert.equal(failure.details.reason, "new_secret", tool);
      assertHidden(failure, tool);
      assert.match(failure.message, /MCP_ALLOW_SECRETS/);
    }
    await root.write({
      "a.md": `new = ${forgeToken(1)}\nmoved\n`,
      "sub/c.md": `x\n${TOKEN}\n`,
      "d.md": `${KEY}\n`,
    });
    await app.call("git_commit", { message: "docs: move", add: ["a.md"] });
    for (const request of [{ add: ["sub"] }, { add: ["d.md"] }, { stageAll: true }]) {
      const failure = await app.callFailing("git_commit", { message: "docs: add", ...request });
      assert.equal(failure.details.reason, "new_secret", failure.message);
      assertHidden(failure, "git_commit");
    }
    assert.equal(
      (await app.call("git_status")).entries.some((entry: { staged: boolean }) => entry.staged),
      false,
    );
    await root.git("add", "-A");
    assert.match(
      (await app.callFailing("git_commit", { message: "docs: add" })).message,
      /"(d\.md|sub\/c\.md)"/,
    );
  }
  await using app = await TestApp.create({ root, env: { MCP_ALLOW_SECRETS: "1" } });
  await app.call("git_commit", { message: "docs: add" });
  await app.call("write_file", { path: "b.md", contents: `x ${TOKEN}` });
});

Deno.test("a commit brings no secret in by what git takes for binary", async () => {
  await using app = await TestApp.create();
  await app.root.commit({ ".gitattributes": "*.lock -diff\n", "a.bin": new Uint8Array([0, 1]) });
  const utf16 = Array.from(`x ${TOKEN} y\n`, (character) => [character.charCodeAt(0), 0]).flat();
  const files = {
    "a.lock": `token = ${TOKEN}\n`,
    "b.txt": new Uint8Array([255, 254, ...utf16]),
    "a.bin": new Uint8Array([0, 1, 10, ...new TextEncoder().encode(`${TOKEN}\n`)]),
  };
  await app.root.write(files);
  for (const path of Object.keys(files)) {
    const failure = await app.callFailing("git_commit", { message: "chore: add", add: [path] });
    assert.equal(failure.details.reason, "new_secret", failure.message);
    assert.equal(failure.details.path, path);
  }
  await app.root.write({ "c.bin": crypto.getRandomValues(new Uint8Array(60_000)) });
  await app.call("git_commit", { message: "chore: add", add: ["c.bin"] });
});

Deno.test("a file that holds a secret can be moved, and the move committed", async () => {
  await using app = await TestApp.create();
  await app.root.commit({ "conf.toml": FILE });
  await app.call("apply_patch", {
    patch:
      "*** Begin Patch\n*** Update File: conf.toml\n*** Move to: etc/conf.toml\n@@\n-last line\n+end\n*** End Patch\n",
  });
  await app.call("git_commit", { message: "chore: move", add: ["conf.toml", "etc/conf.toml"] });
});

Deno.test("the first commit of a repository is looked at as well", async () => {
  await using app = await TestApp.create();
  await app.root.write({ "a.md": `${TOKEN}\n`, "b.md": "b\n" });
  const failure = await app.callFailing("git_commit", { message: "first", stageAll: true });
  assert.equal(failure.details.reason, "new_secret");
  await app.call("git_commit", { message: "first", add: ["b.md"] });
});
