/** A `.git` that came in an archive may lead to the operator's other repositories: nothing of them is shown. */

import assert from "node:assert/strict";
import { git as bareGit, TempRoot } from "../../support/temp_repo.ts";
import { failsWith, gitOn } from "./support.ts";

/** A root without a repository, and the operator's private one beside it. */
async function besidePrivate(): Promise<{ temp: TempRoot; secret: string }> {
  const temp = await TempRoot.create({ git: false });
  const secret = `${temp.outside}/private`;
  await bareGit(temp.outside, "init", "-q", "-b", "main", secret);
  await Deno.writeTextFile(`${secret}/secret.txt`, "secret\n");
  await bareGit(secret, "add", "secret.txt");
  await bareGit(secret, "commit", "-q", "-m", "secret");
  return { temp, secret };
}

const POINTERS: Readonly<Record<string, (temp: TempRoot, secret: string) => Promise<unknown>>> = {
  "a file": (temp, secret) => temp.write({ ".git": `gitdir: ${secret}/.git\n` }),
  "a link": (temp, secret) => Deno.symlink(`${secret}/.git`, `${temp.root}/.git`),
  "a file that names another's linked work tree": async (temp, secret) => {
    await bareGit(secret, "worktree", "add", "-q", `${temp.outside}/linked`);
    await temp.write({ ".git": `gitdir: ${secret}/.git/worktrees/linked\n` });
  },
  "a folder with the other's common folder": async (temp, secret) => {
    await temp.write({ ".git/HEAD": "ref: refs/heads/main\n", ".git/commondir": `${secret}/.git\n` });
  },
};

for (const [name, lay] of Object.entries(POINTERS)) {
  Deno.test(`Git shows nothing of a repository that .git leads to and that has another work tree: ${name}`, async () => {
    const { temp, secret } = await besidePrivate();
    await using _temp = temp;
    await lay(temp, secret);
    const error = await failsWith("unavailable", gitOn(temp).log({ limit: 1 }));
    assert.match(error.message, /outside of it.*core\.worktree.*MCP_GIT_HOOKS=1/);
    assert.equal((await gitOn(temp, { trustHooks: true }).log({ limit: 1 })).commits.length, 1);
  });
}

Deno.test("Git uses a separate repository outside the root that names the root as its work tree", async () => {
  await using temp = await TempRoot.create({ git: false });
  await temp.git("init", "-q", "-b", "main", `--separate-git-dir=${temp.outside}/meta`);
  const git = gitOn(temp);
  await failsWith("unavailable", git.status({}));
  await temp.git("config", "core.worktree", temp.root);
  assert.equal((await git.status({})).branch, "main");
});

Deno.test("Git shows no objects that the repository borrows", async () => {
  const { temp, secret } = await besidePrivate();
  await using _temp = temp;
  await temp.git("init", "-q", "-b", "main");
  await temp.write({ ".git/objects/info/alternates": `${secret}/.git/objects\n` });
  const error = await failsWith("unavailable", gitOn(temp).status({}));
  assert.match(error.message, /"\.git\/objects\/info\/alternates" takes objects .*git repack/);
  await Deno.remove(`${temp.root}/.git/objects/info/alternates`);
  for (const path of ["objects/info", "objects/pack", "objects"]) {
    await Deno.remove(`${temp.root}/.git/${path}`, { recursive: true });
    await Deno.symlink(`${secret}/.git/${path}`, `${temp.root}/.git/${path}`);
    const linked = await failsWith("unavailable", gitOn(temp).status({}));
    assert.ok(linked.message.includes(`".git/${path}" takes objects`), linked.message);
    await Deno.remove(`${temp.root}/.git/${path}`);
    await Deno.mkdir(`${temp.root}/.git/${path}`);
  }
});
