/** What an author does from the first file to the history of its commit, through a client of the official SDK. */
import assert from "node:assert/strict";
import type { ConnectedClient, ToolAnswer } from "./sdk_client.ts";

/** Writes, reads, patches, commits, finds and looks back, below a folder of its own; then fails on purpose. */
export async function authorAndCommit(
  client: ConnectedClient,
  folder: string,
): Promise<void> {
  const names = await client.toolNames();
  assert.deepEqual(names.slice(0, 2), ["search", "fetch"]);

  const path = `${folder}/hello.md`;
  const marker = `marker-${crypto.randomUUID()}`;
  const { size } = await valueOf(
    client.call("write_file", {
      path,
      contents: "# Hello\n",
      overwrite: false,
    }),
  );
  assert.equal(size, 8);

  const { text, metadata } = await valueOf(
    client.call("fetch", { id: recordId(path) }),
  );
  assert.equal(text, "# Hello\n");

  const patch = `--- a/${path}\n+++ b/${path}\n@@ -1,1 +1,2 @@\n # Hello\n+${marker}\n`;
  await valueOf(
    client.call("apply_patch", { path, patch, expectSha256: metadata.sha256 }),
  );

  const message = `docs: say hello in ${folder}`;
  const commit = await valueOf(
    client.call("git_commit", { message, add: [path] }),
  );
  assert.deepEqual(commit.files.map((file: { path: string }) => file.path), [
    path,
  ]);

  const { results } = await valueOf(client.call("search", { query: marker }));
  assert.equal(results[0]?.path, path);
  const found = await valueOf(client.call("fetch", { id: results[0].id }));
  assert.equal(found.text, `# Hello\n${marker}\n`);

  const { commits } = await valueOf(client.call("git_log", { path, limit: 5 }));
  assert.deepEqual(commits.map((entry: { subject: string }) => entry.subject), [
    message,
  ]);
  assert.equal(commits[0].commit, commit.commit);

  assert.equal(
    await failureOf(client.call("read_file", { path: `${folder}/absent.md` })),
    "not_found",
  );
  const stale = { path, contents: "lost\n", expectSha256: metadata.sha256 };
  assert.equal(
    await failureOf(client.call("update_file", stale)),
    "sha_mismatch",
  );
}

/** The record id of a path, as `fetch` takes it: base64url without padding (RFC 4648 section 5). */
export function recordId(path: string): string {
  const encoded = new TextEncoder().encode(path).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
  return `lukhas-path:${encoded}`;
}

/** The structured value, which the client has held against the tool's output schema by then. */
// deno-lint-ignore no-explicit-any -- the value's shape is the tool's.
export async function valueOf(call: Promise<ToolAnswer>): Promise<any> {
  const answer = await call;
  assert.ok(!answer.isError, JSON.stringify(answer.content));
  assert.equal(typeof answer.structuredContent, "object");
  return answer.structuredContent;
}

/** The code of a failure that the tool reported, as a model reads it. */
export async function failureOf(call: Promise<ToolAnswer>): Promise<string> {
  const { isError, content } = await call;
  assert.equal(isError, true);
  const [block] = content as { type: string; text: string }[];
  assert.equal(block?.type, "text");
  return JSON.parse(block.text).error.code;
}
