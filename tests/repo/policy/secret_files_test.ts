/** Secret and hidden files are out of every tool's reach: read, listed, searched, written, committed, shown. */
import assert from "node:assert/strict";
import { SECRET_FILES } from "../../../src/repo/policy/default_rules.ts";
import { expectRefusal, FILE_CALLS, PATH_CALLS, SECRET, SECRET_WORD } from "../../support/path_traps.ts";
import { TestApp } from "../../support/test_app.ts";

/** One name for each rule of the server's own list. */
const NAMES = SECRET_FILES.map((rule) =>
  rule.replace(/^\*\*\//, "home/").replace(/^\*\./, "x.").replace(/\*$/, "x").replace(/\/$/, "/config")
);

Deno.test("every kind of secret file is refused by every tool, whether or not it is there", async (t) => {
  await using app = await TestApp.create();
  await app.root.commit({ "a.md": "hello\n", "spare.txt": "known\n" });
  for (const [index, name] of NAMES.entries()) {
    for (const path of [name, `deep/er/${name}`]) {
      if (index % 2 === 0) await app.root.write({ [path]: SECRET });
      await t.step(path, async () => {
        const calls = index === 0 ? PATH_CALLS : FILE_CALLS.slice(index % 4, index % 4 + 5);
        for (const call of calls) {
          const failure = await expectRefusal(app, { call, path, code: "path_denied" });
          assert.equal(failure.details.rule, SECRET_FILES[index], call.label);
          assert.deepEqual(failure.details.allowed, []);
        }
      });
    }
  }
});

Deno.test("an example of a secret file is a file like any other", async () => {
  await using app = await TestApp.create({ git: false });
  for (const path of [".env.example", "a/.env.sample", ".env.template", ".env.dist", "environment.ts"]) {
    assert.equal((await app.call("write_file", { path, contents: "KEY=\n" })).created, true);
    assert.equal((await app.call("read_file", { path })).text, "KEY=\n");
  }
});

Deno.test("links, listings, search, git and resources show nothing of a secret file", async () => {
  await using app = await TestApp.create();
  await app.root.commit({ "a.md": "hello\n", ".env": "BEFORE=1\n", "conf/prod.pem": "x\n" });
  await app.root.write({ ".env": SECRET, "conf/prod.pem": SECRET, "new/.npmrc": SECRET });
  await Deno.symlink(".env", `${app.root.root}/link`);
  for (const call of [...FILE_CALLS].filter(({ onLink }) => onLink !== true)) {
    await expectRefusal(app, { call, path: "link", code: "path_denied" });
  }
  const answers = [
    await app.call("list_dir", { glob: ".*" }),
    await app.call("list_dir", { path: "conf" }),
    await app.call("list_dir", { glob: "**/{*,.*}" }),
    await app.call("find_files", { glob: "**/{*,.*}" }),
    await app.call("search", { query: SECRET_WORD }),
    await app.call("search", { query: "BEFORE prod.pem npmrc" }),
    await app.call("git_status", {}),
    await app.call("git_diff", {}),
    await app.call("git_diff", { from: "HEAD" }),
    await app.call("git_log", { files: true }),
  ];
  for (const answer of answers) {
    const { tookMs: _, ...rest } = answer;
    assert.doesNotMatch(JSON.stringify(rest), /TOP-SECRET|"\.env|prod\.pem|npmrc|BEFORE/);
  }
  const rpc = async (method: string, params: unknown) =>
    JSON.stringify(await (await app.post({ jsonrpc: "2.0", id: 1, method, params })).json());
  const told = [
    await rpc("resources/list", {}),
    await rpc("resources/read", { uri: "lukhas://repo" }),
    await rpc("prompts/get", { name: "review_changes" }),
    await rpc("prompts/get", { name: "commit_message" }),
    await rpc("completion/complete", {
      ref: { type: "ref/resource", uri: "lukhas://file/{path}" },
      argument: { name: "path", value: "" },
    }),
  ];
  for (const answer of told) assert.doesNotMatch(answer, /TOP-SECRET|\.env|prod\.pem|npmrc|BEFORE/);
  assert.match(await rpc("resources/read", { uri: "lukhas://file/.env" }), /Resource not found/);
  for (const path of [".env", "conf/prod.pem", "link", "%2Eenv", ".ENV"]) {
    const response = await app.fetch(`/files/${path}`);
    assert.equal(response.status, 403);
    assert.doesNotMatch(await response.text(), /TOP-SECRET/);
  }
});

Deno.test("a commit of everything leaves secret files out, and one of the index refuses them", async () => {
  await using app = await TestApp.create();
  await app.root.commit({ "a.md": "hello\n" });
  await app.root.write({ "a.md": "changed\n", ".env": SECRET, "keys/id_rsa": SECRET });
  const commit = await app.call("git_commit", { message: "docs: change", stageAll: true });
  assert.deepEqual(commit.files, [{ path: "a.md", status: "modified" }]);
  await app.root.git("add", "-f", ".env");
  const refused = await app.callFailing("git_commit", { message: "chore: add" });
  assert.equal(refused.code, "path_denied");
  assert.match(refused.message, /"\.env"/);
});

Deno.test("a folder that replaced a file does not carry a secret file into the diff", async () => {
  await using app = await TestApp.create();
  await app.root.commit({ "conf": "text\n", "a.md": "hello\n" });
  await Deno.remove(`${app.root.root}/conf`);
  await app.root.write({ "conf/.env": SECRET, "a.md": "changed\n" });
  await app.root.git("add", "-A", "-f");
  const diff = await app.call("git_diff", { staged: true });
  assert.doesNotMatch(JSON.stringify(diff), /TOP-SECRET|\.env/);
  assert.match(diff.text, /changed/);
});

Deno.test("what was renamed from a secret file, or to one, tells nothing of it in any view of git", async () => {
  await using app = await TestApp.create();
  const lines = Array.from({ length: 20 }, (_, line) => `setting_${line} = ${line}\n`).join("");
  await app.root.commit({ ".env": SECRET + lines, "a.md": "hello\n", "b.md": `other\n${lines}` });
  await app.root.git("mv", ".env", "shown.txt");
  const views = async (label: string, diff: Record<string, unknown>) => {
    for (
      const [tool, args] of [["git_diff", diff], ["git_status", {}], ["git_log", { files: true }]] as const
    ) {
      assert.doesNotMatch(JSON.stringify(await app.call(tool, args)), /TOP-SECRET|\.env/, `${tool} ${label}`);
    }
  };
  await views("of the index", { staged: true });
  await app.root.git("commit", "-qm", "chore: rename");
  await views("of a commit", { from: "HEAD~1", to: "HEAD" });
  await app.root.git("mv", "b.md", ".env");
  await views("of the index", { staged: true });
});

Deno.test("MCP_DENY adds patterns, and MCP_DENY_DEFAULTS=0 clears the server's own", async () => {
  await using app = await TestApp.create({
    git: false,
    env: { MCP_DENY: "*.sqlite, /customers/", MCP_DENY_DEFAULTS: "0" },
  });
  await app.root.write({
    ".env": "A=1\n",
    "a/b.sqlite": "x",
    "customers/x.md": "x",
    "docs/customers/y.md": "y",
  });
  assert.equal((await app.call("read_file", { path: ".env" })).text, "A=1\n");
  assert.equal((await app.call("read_file", { path: "docs/customers/y.md" })).text, "y");
  for (const [path, rule] of [["a/b.sqlite", "*.sqlite"], ["customers/x.md", "/customers/"]] as const) {
    const failure = await app.callFailing("read_file", { path });
    assert.equal(failure.code, "path_denied");
    assert.ok(failure.message.includes(`rule "${rule}" of MCP_DENY`), failure.message);
  }
  assert.deepEqual(
    (await app.call("list_dir", { glob: "**" })).entries.map(({ path }: { path: string }) => path),
    [
      "docs/customers/y.md",
    ],
  );
});
