/** Citations stay right while what they are made from is kept: commits, edits, remotes and branches change under it. */
import assert from "node:assert/strict";
import type { Git } from "../../../src/repo/git.ts";
import { TempRoot } from "../../support/temp_repo.ts";
import { gitOn } from "./support.ts";

const encoder = new TextEncoder();

/** The links of two files with these texts. */
async function linksOf(git: Git, texts: Readonly<Record<string, string>>): Promise<(string | undefined)[]> {
  const files = Object.entries(texts).map(([path, text]) => ({ path, bytes: encoder.encode(text) }));
  const found = await git.citations(files);
  return files.map(({ path }) => found.get(path)?.(1, 2));
}

Deno.test("citations follow every commit, edit, branch and remote, though they are kept between two calls", async () => {
  await using root = await TempRoot.create();
  await root.commit({ "a.md": "one\n", "sub/b.md": "two\n" });
  const git = gitOn(root);
  const both = { "a.md": "one\n", "sub/b.md": "two\n" };
  assert.deepEqual(await linksOf(git, both), [undefined, undefined], "without a remote there is no forge");
  await root.git("remote", "add", "origin", "git@github.com:ada/engine.git");
  const linkTo = async (path: string) =>
    `https://github.com/ada/engine/blob/${(await root.git("rev-parse", "HEAD")).trim()}/${path}#L1-L2`;
  for (let round = 0; round < 2; round++) {
    assert.deepEqual(await linksOf(git, both), [await linkTo("a.md"), await linkTo("sub/b.md")]);
  }
  assert.deepEqual(await linksOf(git, { ...both, "a.md": "edited\n" }), [
    undefined,
    await linkTo("sub/b.md"),
  ]);
  await root.commit({ "a.md": "edited\n" }, "second");
  assert.deepEqual(await linksOf(git, { ...both, "a.md": "edited\n" }), [
    await linkTo("a.md"),
    await linkTo("sub/b.md"),
  ]);
  assert.deepEqual(await linksOf(git, both), [undefined, await linkTo("sub/b.md")]);
  await root.git("checkout", "-q", "HEAD~1");
  assert.deepEqual(await linksOf(git, both), [await linkTo("a.md"), await linkTo("sub/b.md")]);
  await root.git("remote", "set-url", "origin", "https://gitlab.com/ada/engine");
  assert.match((await linksOf(git, both))[0] ?? "", /^https:\/\/gitlab\.com\/ada\/engine\/-\/blob\//);
  await root.git("remote", "remove", "origin");
  assert.deepEqual(await linksOf(git, both), [undefined, undefined]);
});

Deno.test("a repository without a commit has no citations, and has them after its first", async () => {
  await using root = await TempRoot.create();
  await root.git("remote", "add", "origin", "git@github.com:ada/engine.git");
  const git = gitOn(root);
  const both = { "a.md": "one\n", "b.md": "two\n" };
  assert.deepEqual(await linksOf(git, both), [undefined, undefined]);
  await root.commit(both);
  assert.ok(
    (await linksOf(git, both)).every((link) => link?.startsWith("https://github.com/ada/engine/blob/")),
  );
});
