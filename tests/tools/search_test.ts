import assert from "node:assert/strict";
import { TestApp } from "../support/test_app.ts";

const paths = ({ results }: { results: { path: string }[] }) => results.map(({ path }) => path);

Deno.test("search finds files by their text and by their name, the best first", async () => {
  await using app = await TestApp.create();
  await app.root.commit({
    "docs/canary.md": "How a canary promotes\nitself.\n",
    "src/other.ts": "// a canary, once\n",
    "src/none.ts": "nothing\n",
  });
  await app.root.write({ "new.md": "an untracked canary\n" });
  const answer = await app.call("search", { query: "how does a canary promote?" });
  assert.deepEqual([paths(answer)[0], answer.total, answer.truncated], ["docs/canary.md", 3, false]);
  assert.deepEqual(paths(answer).sort(), ["docs/canary.md", "new.md", "src/other.ts"]);
  assert.equal(answer.index.files, 4);
  const [best] = answer.results;
  assert.match(best.snippet, /canary promotes/);
  assert.equal((await app.call("fetch", { id: best.id })).metadata.path, best.path);
});

Deno.test("search stays in the folder or the glob that it is given", async () => {
  await using app = await TestApp.create();
  await app.root.commit({
    "a/x.ts": "needle",
    "a/y.md": "needle 2",
    "b/x.ts": "needle 3",
    "ab/x.ts": "needle 4",
  });
  const search = async (path: string) => paths(await app.call("search", { query: "needle", path })).sort();
  assert.deepEqual(await search("a"), ["a/x.ts", "a/y.md"]);
  assert.deepEqual(await search("./a/y.md"), ["a/y.md"]);
  assert.deepEqual(await search("**/*.md"), ["a/y.md"]);
  assert.deepEqual((await search("")).length, 4);
  for (
    const [path, code] of [["..", "path_outside_root"], ["../*", "invalid_arguments"], [
      ".git",
      "path_denied",
    ]]
  ) {
    assert.equal((await app.callFailing("search", { query: "needle", path })).code, code);
  }
});

Deno.test("search never finds what no tool may read, or what a link leads to outside", async () => {
  await using app = await TestApp.create();
  await Deno.writeTextFile(`${app.root.outside}/secret.txt`, "needle outside");
  await app.root.commit({ "a.md": "needle", ".mcp-state.json": "needle", "docs/.mcp-lock": "needle" });
  await app.root.write({ ".git/needle": "needle", ".mcp-tmp-1": "needle", "sub/.git/config": "needle" });
  await Deno.symlink("../secret.txt", `${app.root.root}/needle-link`);
  await app.root.git("add", "needle-link");
  const answer = await app.call("search", { query: "needle" });
  assert.deepEqual(paths(answer), ["a.md"]);
  assert.ok(!JSON.stringify(answer).includes("outside"));
});

Deno.test("search takes any query as words, never as options or expressions", async () => {
  await using app = await TestApp.create();
  await app.root.commit({ "a.md": '--help (a|b)* [x $(id) \\d "quoted phrase" ünï\n' });
  for (
    const query of ["--help", "(a|b)*", "[x", "$(id)", "\\d", '"quoted phrase"', "ÜNÏ", "-e", "' OR 1=1"]
  ) {
    const answer = await app.call("search", { query });
    if (query !== "-e" && !query.includes("OR")) assert.deepEqual(paths(answer), ["a.md"], query);
  }
  for (const query of [" ", "\n", "\0", "\ud800", "?", "x".repeat(2000)]) await app.call("search", { query });
});

Deno.test("search says when there is more than it shows", async () => {
  await using app = await TestApp.create();
  await app.root.commit(
    Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`${n}.md`, `needle ${n}\n`])),
  );
  const byDefault = await app.call("search", { query: "needle" });
  assert.deepEqual([byDefault.results.length, byDefault.total, byDefault.truncated], [10, 12, true]);
  const all = await app.call("search", { query: "needle", limit: 12 });
  assert.deepEqual([all.results.length, all.truncated], [12, false]);
});

Deno.test("search shows copies of a file once", async () => {
  await using app = await TestApp.create();
  const copies = { "a.md": "the needle\n", "copy/a.md": "the needle\n", "copy/b.md": "the needle\n" };
  await app.root.commit({ ...copies, "other.md": "a needle\n" });
  const answer = await app.call("search", { query: "the needle", limit: 2 });
  assert.deepEqual(
    answer.results.map(({ path, duplicates }: { path: string; duplicates?: string[] }) => [path, duplicates]),
    [
      ["a.md", ["copy/a.md", "copy/b.md"]],
      ["other.md", undefined],
    ],
  );
  assert.deepEqual([answer.total, answer.truncated], [4, false]);
});

Deno.test("search works in a folder that is no git repository", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.md": "needle\n" });
  assert.deepEqual(paths(await app.call("search", { query: "needle" })), ["a.md"]);
});

Deno.test("search answers at once beside a file that git grep takes long for", async () => {
  await using app = await TestApp.create();
  // git grep -i with several terms takes 20 s and more over this.
  await app.root.commit({ "data.txt": `${"y".repeat(99)}\n`.repeat(60_000), "a.md": "zzzz and yyyy\n" });
  await using grep = new Deno.Command("git", {
    args: ["grep", "-i", "-c", "-F", "-e", "zzzz", "-e", "yyyy"],
    cwd: app.root.root,
    stdout: "null",
  }).spawn();
  const answer = app.call("search", { query: "zzzz yyyy" });
  const first = await Promise.race([answer.then(() => "search"), grep.status.then(() => "git grep")]);
  assert.equal(first, "search", "the budget of two seconds is not kept");
  assert.deepEqual(paths(await answer), ["a.md"]);
});
