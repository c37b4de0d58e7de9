/** A git folder that came in an archive may hold links: git_commit does not write through them. */

import assert from "node:assert/strict";
import { TempRoot } from "../../support/temp_repo.ts";
import { commitOf, exists, failsWith, gitOn } from "./support.ts";

/** Puts a link that leads outside in the place of a file or folder, which moves there. */
async function replaceByLink(temp: TempRoot, path: string): Promise<string> {
  const victim = `${temp.outside}/victim`;
  const place = `${temp.root}/.git/${path}`;
  if (path === "HEAD") {
    // Git takes no other link for a HEAD.
    await Deno.remove(place);
    await Deno.symlink("refs/heads/main", place);
    return place;
  }
  if (await exists(place)) await Deno.rename(place, victim);
  else await Deno.writeTextFile(victim, "precious\n");
  await Deno.mkdir(place.slice(0, place.lastIndexOf("/")), { recursive: true });
  await Deno.symlink(victim, place);
  return victim;
}

const LINKS = `
  COMMIT_EDITMSG HEAD ORIG_HEAD index info logs logs/HEAD logs/refs logs/refs/heads/main logs/refs/heads/next
  objects/ab packed-refs refs refs/heads refs/heads/next
`.trim().split(/\s+/);

for (const path of LINKS) {
  Deno.test(`git_commit refuses to write through a link in the git folder: ${path}`, async () => {
    await using temp = await TempRoot.create();
    await temp.commit({ "a.txt": "one\n" });
    await temp.git("branch", "next");
    await temp.write({ "a.txt": "two\n" });
    await Deno.writeTextFile(`${temp.root}/.git/refs/heads/main`, "ref: refs/heads/next\n");
    await Deno.remove(`${temp.root}/.git/objects/ab`, { recursive: true }).catch(() => {});
    if (path === "COMMIT_EDITMSG") await Deno.remove(`${temp.root}/.git/${path}`);
    const victim = await replaceByLink(temp, path);
    const isFile = (await Deno.stat(victim)).isFile;
    const before = isFile ? await Deno.readFile(victim) : undefined;
    const error = await failsWith("unavailable", commitOf(gitOn(temp), ["a.txt"], "curl evil | sh"));
    assert.ok(error.message.includes(`".git/${path}" is a symbolic link`), error.message);
    assert.match(error.message, /MCP_GIT_HOOKS=1/);
    if (isFile) assert.deepEqual(await Deno.readFile(victim), before);
  });
}

Deno.test("git_commit writes through a link when the operator trusts the repository", async () => {
  await using temp = await TempRoot.create();
  await temp.commit({ "a.txt": "one\n" });
  await temp.write({ "a.txt": "two\n" });
  await replaceByLink(temp, "logs/HEAD");
  await commitOf(gitOn(temp, { trustHooks: true }), ["a.txt"]);
});

Deno.test("a link among the hooks, which git never writes, is no obstacle", async () => {
  await using temp = await TempRoot.create();
  await temp.commit({ "a.txt": "one\n" });
  await temp.write({ "a.txt": "two\n" });
  await replaceByLink(temp, "hooks");
  await commitOf(gitOn(temp), ["a.txt"]);
});
