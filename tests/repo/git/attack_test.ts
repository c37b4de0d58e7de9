/** Nothing that a repository defines runs a program during our git calls. Each trap is first sprung with bare git. */

import assert from "node:assert/strict";
import { ToolError } from "../../../src/core/errors.ts";
import type { Git } from "../../../src/repo/git.ts";
import { TempRoot } from "../../support/temp_repo.ts";
import {
  commitOf,
  exists,
  failsWith,
  GIT_PROGRAM,
  gitOn,
  operatorEnv,
  writeGlobalConfig,
} from "./support.ts";
import { script, type Trap, TRAPS } from "./traps.ts";

async function seeded(): Promise<TempRoot> {
  const temp = await TempRoot.create();
  await temp.commit({ "a.txt": "one\n", "b.txt": "first\n" });
  await temp.commit({ "a.txt": "two\n" });
  await temp.write({ "a.txt": "three\n", "new.txt": "new\n" });
  return temp;
}

/** Bare git, as the operator would run it in a terminal; it may fail. */
async function bare(temp: TempRoot, { springs = [], stdin }: Trap): Promise<void> {
  const child = new Deno.Command(GIT_PROGRAM, {
    args: [...springs],
    cwd: temp.root,
    env: { ...operatorEnv(temp), GIT_TERMINAL_PROMPT: "0" },
    clearEnv: true,
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin ?? "")).catch(() => {});
  await writer.close().catch(() => {});
  await child.status;
}

async function tolerate(may: boolean | undefined, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!may || !(error instanceof ToolError)) throw error;
  }
}

async function everything(git: Git, trap: Trap): Promise<void> {
  const view = (call: Promise<unknown>) => tolerate(trap.viewsMayFail, call);
  await view(git.status({}));
  await view(git.diff({}));
  await view(git.diff({ staged: true }));
  await view(git.diff({ from: "HEAD~1" }));
  await view(git.log({ limit: 10, files: true }));
  await view(git.log({ limit: 10, path: "a.txt" }));
  await view(git.listFiles({}));
  await view(git.grep(["one", "two"], {}));
  await view(git.headBlobs(["a.txt"]));
  await view(git.citation("a.txt", new Uint8Array()));
  const commit = (call: Promise<unknown>) => tolerate(trap.commitMayFail, call);
  const request = { message: "test: x", signoff: true };
  await commit(git.commit({ ...request, add: ["a.txt"], stageAll: false }));
  await commit(git.commit({ ...request, add: ["new.txt"], stageAll: false }));
  await view(git.status({}));
}

for (const trap of TRAPS) {
  Deno.test(`Git never runs a program for a repository with ${trap.name}`, async () => {
    await using temp = await seeded();
    const marker = `${temp.outside}/marker`;
    await trap.lay(temp, `touch ${marker}`);
    await Deno.remove(marker).catch(() => {});
    if (trap.springs) {
      await using copy = await seededLike(trap);
      assert.ok(await exists(`${copy.outside}/marker`), "the trap does not work with bare git");
    }
    const git = gitOn(temp);
    await everything(git, trap);
    await temp.write({ "b.txt": "everything\n", "more.txt": "more\n" });
    await tolerate(
      trap.commitMayFail,
      git.commit({ message: "all", add: [], signoff: false, stageAll: true }),
    );
    assert.equal(await exists(marker), false);
  });
}

/** A second repository with the same trap, sprung. */
async function seededLike(trap: Trap): Promise<TempRoot> {
  const temp = await seeded();
  await trap.lay(temp, `touch ${temp.outside}/marker`);
  await Deno.remove(`${temp.outside}/marker`).catch(() => {});
  await bare(temp, trap);
  return temp;
}

Deno.test("Git shows nothing of a folder that a local core.worktree names", async () => {
  await using temp = await seeded();
  await Deno.mkdir(`${temp.outside}/other`);
  await Deno.writeTextFile(`${temp.outside}/other/secret.txt`, "secret\n");
  await temp.git("config", "core.worktree", `${temp.outside}/other`);
  const git = gitOn(temp);
  assert.deepEqual((await git.status({})).entries.map(({ path }) => path), ["a.txt", "new.txt"]);
  assert.deepEqual((await git.grep(["secret"], {})).paths, []);
  assert.deepEqual((await commitOf(git, ["a.txt"])).files, [{ path: "a.txt", status: "modified" }]);
});

Deno.test("Git shows what a commit holds, not what git replace puts in its place", async () => {
  await using temp = await seeded();
  await temp.git("commit", "-q", "-am", "three");
  const other = (await temp.git("hash-object", "-w", "b.txt")).trim();
  await temp.git("replace", (await temp.git("rev-parse", "HEAD:a.txt")).trim(), other);
  const { text } = await gitOn(temp).diff({ from: "HEAD~1", to: "HEAD" });
  assert.match(text ?? "", /\+three/);
});

Deno.test("Git refuses a bare repository that hides in a folder", async () => {
  await using temp = await seeded();
  const marker = `${temp.outside}/marker`;
  await temp.git("init", "-q", "--bare", "hidden");
  await temp.git("-C", "hidden", "config", "core.bare", "false");
  await temp.git("-C", "hidden", "config", "core.worktree", ".");
  await temp.git("-C", "hidden", "config", "core.fsmonitor", `touch ${marker}; false`);
  await bare(temp, { name: "", lay: async () => {}, springs: ["-C", "hidden", "status"] });
  assert.ok(await exists(marker), "the trap does not work with bare git");
  await Deno.remove(marker);
  const git = gitOn(temp, { root: `${temp.root}/hidden` });
  const error = await failsWith("unavailable", git.status({}));
  assert.match(error.message, /bare repository/);
  await git.grep(["x"], {});
  assert.equal(await exists(marker), false);
});

Deno.test("git_commit refuses a path whose filter only the repository defines, and names both", async () => {
  await using temp = await seeded();
  await temp.write({ ".gitattributes": "*.bin filter=secret\n", "a.bin": "plain\n", "b.txt": "ok\n" });
  await temp.git("config", "filter.secret.clean", "tr a-z A-Z");
  await temp.git("config", "filter.secret.required", "true");
  const git = gitOn(temp);
  const error = await failsWith("path_denied", commitOf(git, ["b.txt", "a.bin"]));
  assert.match(error.message, /"a\.bin".*"secret"/);
  assert.equal(await temp.git("status", "--porcelain", "a.bin"), "?? a.bin\n");
  await commitOf(git, ["b.txt"]);
});

Deno.test("git_commit runs the operator's own filter even when the repository redefines it", async () => {
  await using temp = await seeded();
  const marker = `${temp.outside}/marker`;
  await writeGlobalConfig(temp, '[filter "up"]\n\tclean = tr a-z A-Z\n\trequired = true\n');
  await temp.write({ ".gitattributes": "*.up filter=up\n", "a.up": "loud\n" });
  await temp.git("config", "filter.up.clean", `touch ${marker}; cat`);
  await commitOf(gitOn(temp), ["a.up"]);
  assert.equal(await temp.git("show", "HEAD:a.up"), "LOUD\n");
  assert.equal(await exists(marker), false);
});

Deno.test("git_commit does not lose the operator's clean filter to a local filter process", async () => {
  await using temp = await seeded();
  await writeGlobalConfig(temp, '[filter "up"]\n\tclean = tr a-z A-Z\n');
  await temp.write({ ".gitattributes": "*.up filter=up\n", "a.up": "loud\n" });
  await temp.git("config", "filter.up.process", `touch ${temp.outside}/marker`);
  await failsWith("path_denied", commitOf(gitOn(temp), ["a.up"]));
  assert.equal(await exists(`${temp.outside}/marker`), false);
});

Deno.test("git_commit signs with the operator's program, not with the repository's", async () => {
  await using temp = await seeded();
  const signer = await script(
    `${temp.outside}/signer`,
    "cat >/dev/null",
    'echo "[GNUPG:] SIG_CREATED " >&2',
    "echo -----BEGIN PGP SIGNATURE-----",
    "echo operator",
    "echo -----END PGP SIGNATURE-----",
  );
  await writeGlobalConfig(temp, `[gpg]\n\tprogram = ${signer}\n[commit]\n\tgpgSign = true\n`);
  await temp.git("config", "gpg.openpgp.program", `touch ${temp.outside}/marker`);
  await commitOf(gitOn(temp), ["a.txt"]);
  assert.match(await temp.git("cat-file", "commit", "HEAD"), /gpgsig .*\n operator/);
  assert.equal(await exists(`${temp.outside}/marker`), false);
});

Deno.test("git_commit signs nothing because the repository says so, and with no key that it names", async () => {
  await using temp = await seeded();
  const signer = await script(
    `${temp.outside}/bin/gpg`,
    "cat >/dev/null",
    `echo "$@" >>${temp.outside}/signed`,
    'echo "[GNUPG:] SIG_CREATED " >&2',
  );
  await temp.git("config", "commit.gpgSign", "true");
  await temp.git("config", "user.signingKey", "stolen");
  await temp.git("config", "gpg.format", "ssh");
  await commitOf(gitOn(temp), ["a.txt"]);
  assert.equal(await exists(`${temp.outside}/signed`), false);
  await writeGlobalConfig(temp, `[gpg]\n\tprogram = ${signer}\n[commit]\n\tgpgSign = true\n`);
  await commitOf(gitOn(temp), ["new.txt"]);
  assert.match(await Deno.readTextFile(`${temp.outside}/signed`), /-bsau Ada <ada@example\.com>\n$/);
});

Deno.test("Git does not wait for a fifo that the repository names as its exclude file", async () => {
  await using temp = await seeded();
  await new Deno.Command("mkfifo", { args: [`${temp.root}/.git/fifo`] }).output();
  await temp.git("config", "core.excludesFile", `${temp.root}/.git/fifo`);
  const status = await gitOn(temp).status({}, new AbortController().signal);
  assert.equal(status.branch, "main");
});

Deno.test("git_commit works with every setting of the repository that is taken back", async () => {
  await using temp = await seeded();
  const numbers = [
    "grep.threads",
    "pack.threads",
    "index.threads",
    "core.filesRefLockTimeout",
    "diff.renameLimit",
  ];
  const more = ["core.packedRefsTimeout", "status.renameLimit", "core.maxTreeDepth", "reftable.lockTimeout"];
  for (const key of [...numbers, ...more, "core.ignoreStat"]) await temp.git("config", key, "1");
  await temp.git("config", "core.fsync", "none");
  await temp.git("config", "core.fsyncMethod", "writeout-only");
  await temp.git("config", "core.sharedRepository", "0666");
  await temp.git("config", "extensions.future", "1");
  await everything(gitOn(temp), { name: "", lay: async () => {} });
  assert.equal(await temp.git("rev-list", "--count", "HEAD"), "4\n");
});

Deno.test("git_commit runs the repository's hooks and filters when the operator trusts them", async () => {
  await using temp = await seeded();
  const test = `test "$(git ls-files 'a*.txt')" = a.txt && touch ${temp.outside}/marker`;
  await script(`${temp.root}/.git/hooks/pre-commit`, test);
  await temp.write({ ".gitattributes": "*.up filter=up\n", "a.up": "loud\n" });
  await temp.git("config", "filter.up.clean", "tr a-z A-Z");
  await commitOf(gitOn(temp, { trustHooks: true }), ["a.up"]);
  assert.ok(await exists(`${temp.outside}/marker`));
  assert.equal(await temp.git("show", "HEAD:a.up"), "LOUD\n");
});

Deno.test("git_commit says what a trusted hook said when it refuses, and leaves the index as it was", async () => {
  await using temp = await seeded();
  await script(`${temp.root}/.git/hooks/pre-commit`, 'echo "no $PWD" >&2', "exit 1");
  const error = await failsWith("git_failed", commitOf(gitOn(temp, { trustHooks: true }), ["new.txt"]));
  assert.match(error.message, /: no \.$/);
  assert.equal(await temp.git("status", "--porcelain", "new.txt"), "?? new.txt\n");
  await Deno.remove(`${temp.root}/b.txt`);
  await temp.write({ "a.txt": "staged\n" });
  await temp.git("add", "a.txt");
  await temp.write({ "a.txt": "four\n" });
  const all = { message: "x", add: [], signoff: false, stageAll: true };
  await failsWith("git_failed", gitOn(temp, { trustHooks: true }).commit(all));
  assert.equal(await temp.git("status", "--porcelain"), "MM a.txt\n D b.txt\n?? new.txt\n");
  assert.equal(await temp.git("show", ":a.txt"), "staged\n");
});

Deno.test("Git never finds a program in the served folder through a relative PATH entry", async () => {
  await using temp = await seeded();
  await script(`${temp.root}/gpg`, `touch ${temp.outside}/marker`, "exit 1");
  await writeGlobalConfig(temp, "[commit]\n\tgpgSign = true\n");
  await script(`${temp.outside}/bin/gpg`, "exit 1");
  const env = operatorEnv(temp);
  const git = gitOn(temp, { env: { ...env, PATH: `.::${env.PATH}` } });
  await failsWith("git_failed", commitOf(git, ["a.txt"]));
  assert.equal(await exists(`${temp.outside}/marker`), false);
});
