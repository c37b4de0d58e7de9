/** A policy that cannot be used: nothing that is about the repository is answered as if there were nothing in it. */
import assert from "node:assert/strict";
import { FILE_TEMPLATE } from "../../../src/offers/resource_uri.ts";
import { TOOLS } from "../../../tools/registry.ts";
import { AppClient } from "../../support/app_client.ts";

/** Arguments that each tool takes, beside those that are in a scope of their own. */
const CALLS: Readonly<Record<string, Record<string, unknown>>> = {
  search: { query: "alpha" },
  fetch: { id: "a.md" },
  search_code: { query: "alpha" },
  repo_map: {},
  outline: { path: "a.md" },
  read_file: { path: "a.md" },
  list_dir: { path: "" },
  find_files: { glob: "**" },
  write_file: { path: "b.md", contents: "b\n" },
  create_file: { path: "b.md", contents: "b\n" },
  update_file: { path: "a.md", contents: "b\n", expectSha256: "0".repeat(64) },
  append_file: { path: "a.md", contents: "b\n" },
  rename_file: { from: "a.md", to: "b.md" },
  delete_file: { path: "a.md", expectSha256: "0".repeat(64) },
  apply_patch: { path: "a.md", patch: "@@\n-beta\n+gamma\n" },
  undo: { changeId: "00000000-0000-4000-8000-000000000000" },
  list_changes: {},
  git_status: {},
  git_diff: {},
  git_log: {},
  git_commit: { message: "docs: all", stageAll: true },
};

/** An app over a changed file, whose policy cannot be used. */
async function closedApp(): Promise<AppClient> {
  const client = await AppClient.create();
  const { app } = client;
  await app.root.commit({ "a.md": "alpha\n" });
  await app.call("write_file", { path: "a.md", contents: "beta\n", overwrite: true });
  await app.root.write({ ".lukhas/policy.json": "{" });
  return client;
}

Deno.test("no tool of the repository finds nothing, or a clean work tree: each is refused and says why", async (t) => {
  await using client = await closedApp();
  const { app } = client;
  const wanted = TOOLS.filter(({ scope }) => scope !== "ops").map(({ name }) => name);
  assert.deepEqual(Object.keys(CALLS), wanted);
  for (const [name, args] of Object.entries(CALLS)) {
    await t.step(name, async () => {
      const { code, message } = await app.callFailing(name, args);
      assert.equal(code, "path_denied");
      assert.match(message, /\.lukhas\/policy\.json cannot be used \(it is not JSON\); once it is mended/);
    });
  }
  assert.equal(await app.root.read("a.md"), "beta\n");
  await Deno.remove(`${app.root.root}/.lukhas/policy.json`);
  for (const name of ["repo_map", "list_dir", "git_status", "git_diff", "git_log", "list_changes"]) {
    await app.call(name, CALLS[name]);
  }
  assert.equal((await app.call("git_status")).clean, false);
});

Deno.test("resources, prompts and completions of the repository are refused as well, and say why", async (t) => {
  await using client = await closedApp();
  const requests: readonly [string, Record<string, unknown>][] = [
    ["resources/list", {}],
    ["resources/read", { uri: "lukhas://repo" }],
    ["resources/read", { uri: "lukhas://file/a.md" }],
    ["prompts/get", { name: "review_changes" }],
    ["prompts/get", { name: "commit_message" }],
    ["completion/complete", {
      ref: { type: "ref/prompt", name: "review_changes" },
      argument: { name: "path", value: "a" },
    }],
    ["completion/complete", {
      ref: { type: "ref/resource", uri: FILE_TEMPLATE },
      argument: { name: "path", value: "a" },
    }],
  ];
  for (const [method, params] of requests) {
    await t.step(`${method} ${JSON.stringify(params)}`, async () => {
      const { error } = await client.old(method, params);
      assert.match(error.message, /\.lukhas\/policy\.json cannot be used \(it is not JSON\)/);
      assert.equal(error.data.code, "path_denied");
    });
  }
});

Deno.test("the release loop goes on, but for its gates", async () => {
  await using client = await closedApp();
  const { app } = client;
  const { jobId } = await app.call("run_eval", { taskId: "safety", configId: "c", dryRun: true });
  assert.equal((await app.call("status", { jobId })).status, "DRY_RUN");
  const { code, message } = await app.callFailing("promote_model", { modelId: "a", gate: "prod" });
  assert.equal(code, "conflict");
  assert.match(message, /cannot be used \(it is not JSON\)/);
});
