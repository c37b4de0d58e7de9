/** Prompts through the front door: what they embed, what they take, and how their arguments are completed. */
import assert from "node:assert/strict";
import { PROMPT_DIFF_BYTES_MAX } from "../../src/core/limits.ts";
import type { OfferContext } from "../../src/offers/offer_context.ts";
import { PromptBook } from "../../src/offers/prompt_book.ts";
import { AppClient } from "../support/app_client.ts";
import type { Json } from "../support/mcp_client.ts";

async function promptText(client: AppClient, name: string, args: Json = {}): Promise<string> {
  const params = { name, arguments: args };
  const { result, error } = await client.old("prompts/get", params);
  assert.equal(error, undefined, JSON.stringify(error));
  const [{ role, content }] = result.messages;
  assert.deepEqual([role, content.type, result.messages.length], ["user", "text", 1]);
  const modern = (await client.modern("prompts/get", params)).last.result;
  assert.deepEqual(modern.messages, result.messages);
  return content.text;
}

Deno.test("review_changes embeds the status and the diff to HEAD, of everything or of one path", async () => {
  await using client = await AppClient.create();
  const { root } = client.app;
  await root.commit({ "a.txt": "one\n", "docs/b.md": "one\n" });
  assert.match(await promptText(client, "review_changes"), /^There are no uncommitted changes: /);
  await root.write({ "a.txt": "staged\n", "docs/b.md": "```\n````\n", "docs/new.md": "new\n" });
  await root.git("add", "a.txt");
  const all = await promptText(client, "review_changes");
  assert.match(
    all,
    /- modified, staged: `a.txt`\n- modified, not staged: `docs\/b.md`\n- untracked, not staged: /,
  );
  assert.match(all, /\n-one\n\+staged\n/);
  assert.match(all, /\n`````diff\n.*\n`````$/s, "no line of a file ends the block");
  const docs = await promptText(client, "review_changes", { path: "docs" });
  assert.ok(docs.includes("in `docs`") && docs.includes("+````") && !docs.includes("a.txt"));
});

Deno.test("a long diff is cut off, and the prompt says so", async () => {
  await using client = await AppClient.create();
  await client.app.root.commit({ "a.txt": "one\n" });
  await client.app.root.write({ "a.txt": "two two two\n".repeat(20_000) });
  const text = await promptText(client, "review_changes");
  assert.ok(text.length < PROMPT_DIFF_BYTES_MAX + 2_000);
  assert.match(text, /\(The diff is cut off here; git_diff with a path shows the rest\.\)$/);
});

Deno.test("commit_message embeds what would be committed, and the last subjects", async () => {
  await using client = await AppClient.create();
  const { root } = client.app;
  await root.write({ "a.txt": "one\n" });
  assert.match(await promptText(client, "commit_message"), /Nothing is staged; all changes:\n\n- untracked/);
  await root.commit({ "a.txt": "one\n", "b.txt": "one\n" }, "feat(core): begin");
  assert.match(await promptText(client, "commit_message"), /^There is nothing to commit/);
  await root.write({ "a.txt": "two\n", "b.txt": "two\n" });
  const all = await promptText(client, "commit_message", { style: "conventional" });
  assert.match(all, /Conventional Commits.*a\.txt.*b\.txt.*The last subjects:\n\n- `feat\(core\): begin`$/s);
  await root.git("add", "b.txt");
  const staged = await promptText(client, "commit_message");
  assert.ok(staged.includes("Staged:") && staged.includes("b.txt") && !staged.includes("a.txt"));
});

Deno.test("a prompt refuses what it cannot use, in words", async () => {
  await using client = await AppClient.create();
  const cases: [Json, RegExp][] = [
    [{ name: "none" }, /unknown prompt "none"/],
    [{ name: "review_changes", arguments: { pth: "a" } }, /no argument "pth"; did you mean "path"\?/],
    [{ name: "review_changes", arguments: { path: ".git/config" } }, /it is git's|\.git/],
    [{ name: "review_changes", arguments: { path: "../x" } }, /leads out of the repository/],
    [{ name: "review_changes", arguments: { path: 1 } }, /"arguments" must be an object of strings/],
    [{ name: "commit_message", arguments: { style: "toString" } }, /choose repository, conventional/],
  ];
  for (const [params, message] of cases) {
    const { error } = await client.old("prompts/get", params);
    assert.equal(error?.code, -32602, JSON.stringify(params));
    assert.match(error.message, message);
    assert.equal((await client.modern("prompts/get", params)).last.error.code, -32602);
  }
  await using bare = await AppClient.create({ git: false });
  const { error } = await bare.old("prompts/get", { name: "commit_message" });
  assert.deepEqual([error.code, error.data.code], [-32603, "unavailable"]);
});

Deno.test("a required argument that is missing is named", async () => {
  const book = new PromptBook([{
    name: "toy",
    title: "Toy",
    description: "A toy",
    arguments: [{ name: "id", description: "Which", required: true }],
    write: async ({ id }) => `about ${id}`,
  }]);
  const context = {} as OfferContext;
  await assert.rejects(book.get("toy", {}, context), /takes the argument "id"/);
  const got = await book.get("toy", { id: "7" }, context);
  assert.deepEqual(got?.messages, [{ role: "user", content: { type: "text", text: "about 7" } }]);
  assert.deepEqual(await book.complete({ prompt: "toy", argument: "id", typed: "" }, context), []);
});

Deno.test("arguments of prompts are completed", async () => {
  await using client = await AppClient.create();
  await client.app.root.write({ "src/a.ts": "", "b.ts": "" });
  const complete = async (name: string, argument: string, value: string) =>
    await client.old("completion/complete", {
      ref: { type: "ref/prompt", name },
      argument: { name: argument, value },
    });
  const values = async (...asked: [string, string, string]) =>
    (await complete(...asked)).result.completion.values;
  assert.deepEqual(await values("review_changes", "path", "s"), ["src/a.ts", "b.ts"]);
  assert.deepEqual(await values("commit_message", "style", "CON"), ["conventional"]);
  assert.equal((await values("commit_message", "style", "")).length, 4);
  assert.equal((await complete("none", "path", "")).error.code, -32602);
  assert.equal((await complete("review_changes", "none", "")).error.code, -32602);
});
