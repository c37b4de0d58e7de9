/** `.lukhas/policy.json`: what a repository protects and hides, read anew on change, and written by nobody here. */
import assert from "node:assert/strict";
import { policySchema } from "../../../src/core/policy_document.ts";
import { PROTECTED_FILES } from "../../../src/repo/policy/default_rules.ts";
import { FILE_CALLS, type PathCall } from "../../support/path_traps.ts";
import { TestApp } from "../../support/test_app.ts";

const WRITES = FILE_CALLS.filter(({ tool }) => !["fetch", "read_file"].includes(tool));

async function refused(app: TestApp, { call, path }: { call: PathCall; path: string }) {
  const failure = await app.callFailing(call.tool, call.args(path));
  assert.equal(failure.code, "path_denied", `${call.label} ${path}: ${failure.message}`);
  return failure;
}

Deno.test("what rules the tools of developers can be read, and written by no tool", async (t) => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "spare.txt": "known\n" });
  for (const rule of PROTECTED_FILES) {
    const path = rule.endsWith("/") ? `${rule}file.json` : rule;
    await app.root.write({ [path]: "known\n" });
    await t.step(path, async () => {
      assert.equal((await app.call("read_file", { path })).text, "known\n");
      for (const call of WRITES) {
        const failure = await refused(app, { call, path });
        assert.equal(failure.details.rule, rule);
        assert.deepEqual(failure.details.allowed, ["read"]);
        assert.match(failure.message, /it can be read/);
      }
      assert.equal(await app.root.read(path), "known\n");
    });
  }
});

Deno.test("nothing takes the place of a protected folder", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "docs/x": "x", "spare.txt": "known\n" });
  await Deno.symlink("docs", `${app.root.root}/link`);
  for (
    const to of [
      ".husky",
      ".cursor",
      ".devcontainer",
      ".github",
      ".github/workflows",
      ".lukhas",
      ".LUKHAS",
      ".vscode",
    ]
  ) {
    for (const from of ["link", "spare.txt"]) {
      const failure = await app.callFailing("rename_file", { from, to });
      assert.equal(failure.code, "path_denied", `${from} to ${to}`);
    }
  }
  await app.call("write_file", { path: ".github/CODEOWNERS", contents: "* @a\n" });
});

Deno.test("a policy protects, hides, and bounds patches and commits; a change of it holds for the next call", async () => {
  await using app = await TestApp.create();
  await app.root.commit({ "infra/a.tf": "a\n", "hr/pay.md": "pay\n", "a.md": "a\n", "b.md": "b\n" });
  const policy = {
    protected: ["infra/**"],
    hidden: ["hr/"],
    maxPatchBytes: 60,
    maxFilesPerCommit: 1,
    refusedBranches: ["release/*"],
    gates: { prod: { anything: true } },
  };
  await app.root.write({ ".lukhas/policy.json": JSON.stringify(policy) });
  assert.equal((await app.call("read_file", { path: "infra/a.tf" })).text, "a\n");
  const changed = await app.callFailing("write_file", { path: "infra/a.tf", contents: "b", overwrite: true });
  assert.match(changed.message, /rule "infra\/\*\*" of \.lukhas\/policy\.json/);
  assert.equal((await app.callFailing("read_file", { path: "hr/pay.md" })).code, "path_denied");
  assert.equal((await app.call("search", { query: "pay" })).results.length, 0);
  const patch = `--- a/a.md\n+++ b/a.md\n@@ -1 +1 @@\n-a\n+${"x".repeat(80)}\n`;
  const large = await app.callFailing("apply_patch", { path: "a.md", patch });
  assert.equal(large.code, "too_large");
  assert.match(large.message, /policy\.json/);
  await app.root.write({ "a.md": "1\n", "b.md": "2\n" });
  const many = await app.callFailing("git_commit", { message: "docs: two", add: ["a.md", "b.md"] });
  assert.equal(many.code, "too_large");
  await app.call("git_commit", { message: "docs: one", add: ["a.md"] });
  await app.root.git("checkout", "-q", "-b", "release/1");
  const branch = await app.callFailing("git_commit", { message: "docs: two", add: ["b.md"] });
  assert.equal(branch.code, "path_denied");
  assert.equal(branch.details.rule, "release/*");
  await app.root.write({ ".lukhas/policy.json": "{}" });
  await app.call("write_file", { path: "infra/a.tf", contents: "b", overwrite: true });
  assert.equal((await app.call("read_file", { path: "hr/pay.md" })).text, "pay\n");
});

Deno.test("a policy that cannot be used closes every file until it is mended, and says what is wrong", async (t) => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.md": "a\n" });
  const broken: Record<string, RegExp> = {
    "{": /it is not JSON/,
    "[]": /must be object/i,
    '{"hiden":["x"]}': /no member "hiden"; did you mean "hidden"/,
    '{"hidden":"x"}': /"hidden" must be array/,
    '{"hidden":["../x"]}': /leads out/,
    '{"protected":[""]}': /characters/,
    '{"protected":["!x"]}': /negated/,
    '{"maxPatchBytes":0}': /"maxPatchBytes"/,
    [`{"x":"${"y".repeat(300_000)}"}`]: /bytes/,
  };
  for (const [text, problem] of Object.entries(broken)) {
    await t.step(text.slice(0, 40), async () => {
      await app.root.write({ ".lukhas/policy.json": text });
      const failure = await app.callFailing("read_file", { path: "a.md" });
      assert.equal(failure.code, "path_denied");
      assert.match(failure.message, problem);
      for (const [tool, args] of [["list_dir", {}], ["find_files", { glob: "**" }]] as const) {
        const refusal = await app.callFailing(tool, args);
        assert.equal(refusal.code, "path_denied");
        assert.match(refusal.message, problem);
      }
      assert.equal((await app.fetch("/files/a.md")).status, 403);
      const note = app.logged.findLast(({ msg }) => msg === "note");
      assert.match(note?.msg === "note" ? note.text : "", problem);
    });
  }
  await t.step("a link in its place", async () => {
    await Deno.remove(`${app.root.root}/.lukhas/policy.json`);
    await app.root.write({ "docs/policy.json": "{}" });
    await Deno.symlink("../docs/policy.json", `${app.root.root}/.lukhas/policy.json`);
    assert.match((await app.callFailing("read_file", { path: "a.md" })).message, /not a file/);
  });
  await t.step("a link in the place of its folder, to one that tools may write", async () => {
    await Deno.remove(`${app.root.root}/.lukhas`, { recursive: true });
    await Deno.symlink("docs", `${app.root.root}/.lukhas`);
    assert.match((await app.callFailing("read_file", { path: "a.md" })).message, /not a folder/);
  });
  await Deno.remove(`${app.root.root}/.lukhas`);
  assert.equal((await app.call("read_file", { path: "a.md" })).text, "a\n");
});

Deno.test("the schema in docs is the one that the server reads by", async () => {
  const written = JSON.parse(
    await Deno.readTextFile(new URL("../../../docs/policy.schema.json", import.meta.url)),
  );
  assert.deepEqual(written, policySchema());
});
