/** What a server must do, step by step. Each step builds on those before it; a second run finds what the first left. */
import assert from "node:assert/strict";
import { type SmokeClient, SmokeToolError } from "./smoke_client.ts";

/** One step; it may return a remark. */
export interface SmokeStep {
  readonly name: string;
  run(client: SmokeClient): Promise<string | undefined>;
}

const HELLO = "docs/mcp/hello.md";
const HELLO_ID = "lukhas-path:ZG9jcy9tY3AvaGVsbG8ubWQ=";
const NOTES = "docs/mcp/smoke-notes.md";

/** What the contract's script sends: a stray quote on either side, and a last line without its plus sign. */
const CONTRACT_PATCH = `"--- a\n+++ b\n@@ -1,1 +1,2 @@\n-# Hello\n+# Hello\nPatched\n"\n`;

/** Commits, or finds that the same contents are committed already. */
async function commit(client: SmokeClient, message: string, add: readonly string[]): Promise<string> {
  try {
    const { commit, files } = await client.call("git_commit", { message, add });
    assert.ok(files.length > 0, "the commit names no file");
    return `commit ${commit.slice(0, 10)}`;
  } catch (error) {
    if (error instanceof SmokeToolError && error.code === "nothing_to_commit") return "already there";
    throw error;
  }
}

async function expectFailure(code: string, call: Promise<unknown>): Promise<undefined> {
  const error = await call.then(() => undefined, (error) => error);
  assert.ok(error instanceof SmokeToolError, `expected ${code}, but the call succeeded`);
  assert.equal(error.code, code);
  return undefined;
}

async function sha256Of(client: SmokeClient, path: string): Promise<string> {
  return (await client.call("read_file", { path })).metadata.sha256;
}

/** Every step, in order. */
export const SMOKE_STEPS: readonly SmokeStep[] = [
  {
    name: "GET /healthz and /readyz answer 200",
    async run(client) {
      assert.equal(await client.status("/healthz"), 200);
      assert.equal(await client.status("/readyz"), 200);
      return undefined;
    },
  },
  {
    name: "initialize names the server",
    async run(client) {
      const { serverInfo, protocolVersion } = await client.request("initialize", {
        protocolVersion: "2025-11-25",
        capabilities: {},
        clientInfo: { name: "smoke", version: "1" },
      });
      assert.equal(typeof serverInfo.name, "string");
      return `${serverInfo.name} ${serverInfo.version}, protocol ${protocolVersion}`;
    },
  },
  {
    name: "tools/list begins with search and fetch, and fetch needs an id",
    async run(client) {
      const { tools } = await client.request("tools/list");
      assert.deepEqual(tools.slice(0, 2).map((tool: { name: string }) => tool.name), ["search", "fetch"]);
      assert.ok(tools[1].inputSchema.required.includes("id"));
      return `${tools.length} tools`;
    },
  },
  {
    name: "write_file writes docs/mcp/hello.md",
    async run(client) {
      const { size } = await client.call("write_file", {
        path: HELLO,
        contents: "# Hello\n",
        overwrite: true,
      });
      assert.equal(size, 8);
      return undefined;
    },
  },
  {
    name: "fetch reads it by its record id, and apply_patch mends and applies the contract's patch",
    async run(client) {
      const { metadata } = await client.call("fetch", { id: HELLO_ID, fields: ["metadata"] });
      const patched = await client.call("apply_patch", {
        path: HELLO,
        patch: CONTRACT_PATCH,
        expectSha256: metadata.sha256,
      });
      assert.ok(patched.repaired.length >= 2, "both repairs are to be named");
      assert.equal((await client.call("fetch", { id: HELLO_ID })).text, "# Hello\nPatched\n");
      return `${patched.repaired.length} repairs named`;
    },
  },
  {
    name: "git_commit commits it",
    run: (client) => commit(client, "docs: patch hello", [HELLO]),
  },
  {
    name: "create_file makes a file, and refuses to make it twice",
    async run(client) {
      try {
        await client.call("create_file", { path: NOTES, contents: "# Notes\n" });
      } catch (error) {
        // What a run that was interrupted has left.
        if (!(error instanceof SmokeToolError && error.code === "already_exists")) throw error;
        await client.call("write_file", { path: NOTES, contents: "# Notes\n", overwrite: true });
      }
      return await expectFailure(
        "already_exists",
        client.call("create_file", { path: NOTES, contents: "# Notes\n" }),
      );
    },
  },
  {
    name: "append_file and update_file change it, and a stale hash is refused",
    async run(client) {
      const first = await client.call("append_file", { path: NOTES, contents: "- appended" });
      await client.call("update_file", {
        path: NOTES,
        contents: "# Notes\n\n- one\n- two\n",
        expectSha256: first.sha256,
      });
      const stale = { path: NOTES, contents: "lost\n", expectSha256: first.sha256 };
      return await expectFailure("sha_mismatch", client.call("update_file", stale));
    },
  },
  {
    name: "apply_patch takes the *** Begin Patch format",
    async run(client) {
      const patch =
        `*** Begin Patch\n*** Update File: ${NOTES}\n@@\n - one\n+- smoke-marker-4711\n - two\n*** End Patch\n`;
      const { format } = await client.call("apply_patch", { patch });
      assert.equal(format, "v4a");
      return undefined;
    },
  },
  {
    name: "search finds the new line, and its id fetches the file",
    async run(client) {
      const { results, tookMs } = await client.call("search", { query: "smoke-marker-4711" });
      const hit = results.find((result: { path: string }) => result.path === NOTES);
      assert.ok(hit, "the file is not among the results");
      assert.match((await client.call("fetch", { id: hit.id })).text, /smoke-marker-4711/);
      return `${tookMs} ms`;
    },
  },
  {
    name: "list_dir and find_files show both files",
    async run(client) {
      const { entries } = await client.call("list_dir", { path: "docs/mcp" });
      assert.ok(entries.some((entry: { path: string }) => entry.path === NOTES));
      const { files } = await client.call("find_files", { glob: "docs/mcp/*.md", max: 500 });
      assert.ok(files.some((file: { path: string }) => file.path === HELLO));
      return undefined;
    },
  },
  {
    name: "git_status, git_diff and git_log agree",
    async run(client) {
      const { entries } = await client.call("git_status", { path: NOTES });
      assert.equal(entries.length, 1);
      await client.call("git_diff", { path: NOTES });
      const { commits } = await client.call("git_log", { path: HELLO, limit: 1 });
      assert.equal(commits[0].subject, "docs: patch hello");
      return undefined;
    },
  },
  {
    name: "rename_file and delete_file clean up",
    async run(client) {
      const moved = `${NOTES}.txt`;
      await client.call("rename_file", { from: NOTES, to: moved, overwrite: true });
      await client.call("delete_file", { path: moved, expectSha256: await sha256Of(client, moved) });
      return await expectFailure("not_found", client.call("read_file", { path: moved }));
    },
  },
  {
    name: "paths that lead out are refused",
    async run(client) {
      await expectFailure("path_outside_root", client.call("read_file", { path: "../outside" }));
      await expectFailure(
        "path_outside_root",
        client.call("write_file", { path: "/etc/smoke", contents: "x" }),
      );
      return await expectFailure("path_denied", client.call("read_file", { path: ".git/config" }));
    },
  },
];
