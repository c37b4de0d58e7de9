/** Configuration that a tool could write is refused: git reads it anew for every process, after we judged it. */

import assert from "node:assert/strict";
import { TempRoot } from "../../support/temp_repo.ts";
import { exists, failsWith, gitOn, operatorEnv, writeGlobalConfig } from "./support.ts";

type Layout = (temp: TempRoot) => Promise<unknown>;

/** Ways to make git read `evil.cfg`, or a folder's file, in the work tree. */
const LOCAL: Record<string, Layout> = {
  "an include beside the git folder": (temp) => temp.git("config", "include.path", "../evil.cfg"),
  "an include of its absolute path": (temp) => temp.git("config", "include.path", `${temp.root}/evil.cfg`),
  "an include from the home": (temp) => temp.git("config", "include.path", "~/../root/evil.cfg"),
  "an include of someone's home": (temp) => temp.git("config", "include.path", "~nobody/evil.cfg"),
  "a conditional include that does not apply": (temp) =>
    temp.git("config", "includeIf.onbranch:later.path", "../evil.cfg"),
  "an include of an included file": async (temp) => {
    await temp.git("config", "include.path", "more");
    await temp.write({ ".git/more": "[include]\n\tpath = ../evil.cfg\n" });
  },
  "a link in the git folder": async (temp) => {
    await Deno.symlink("../evil.cfg", `${temp.root}/.git/more`);
    await temp.git("config", "include.path", "more");
  },
  "a link outside": async (temp) => {
    await Deno.symlink(`${temp.root}/evil.cfg`, `${temp.outside}/alias`);
    await temp.git("config", "include.path", `${temp.outside}/alias`);
  },
  "a link in the work tree that leads outside": async (temp) => {
    await Deno.symlink(`${temp.outside}/fine`, `${temp.root}/link`);
    await Deno.symlink("../link", `${temp.root}/.git/more`);
    await temp.git("config", "include.path", "more");
  },
  "a link in place of the configuration": async (temp) => {
    await Deno.rename(`${temp.root}/.git/config`, `${temp.root}/evil.cfg`);
    await Deno.symlink("../evil.cfg", `${temp.root}/.git/config`);
  },
  "a link in place of config.worktree": (temp) =>
    Deno.symlink("../evil.cfg", `${temp.root}/.git/config.worktree`),
};

if (Deno.build.os === "linux") {
  LOCAL["the working directory of the process"] = (temp) =>
    temp.git("config", "include.path", "/proc/self/cwd/evil.cfg");
}

for (const [name, lay] of Object.entries(LOCAL)) {
  Deno.test(`Git refuses local configuration in the reach of tools, even before it is there: ${name}`, async () => {
    await using temp = await TempRoot.create();
    await temp.commit({ "a.txt": "a\n" });
    await lay(temp);
    const git = gitOn(temp);
    const error = await failsWith("unavailable", git.status({}));
    assert.match(error.message, /the repository's git configuration is read from .*MCP_GIT_HOOKS=1/);
    assert.equal((await gitOn(temp, { trustHooks: true }).status({})).branch, "main");
  });
}

const inHome = (text: (temp: TempRoot) => string): Layout => (temp) => writeGlobalConfig(temp, text(temp));

const GLOBAL: Readonly<Record<string, Layout>> = {
  "~/.gitconfig is a link into it": async (temp) => {
    await Deno.mkdir(`${temp.outside}/home`);
    await Deno.symlink(`${temp.root}/gitconfig`, `${temp.outside}/home/.gitconfig`);
  },
  "~/.config is a link into it": async (temp) => {
    await Deno.mkdir(`${temp.outside}/home`);
    await Deno.symlink(temp.root, `${temp.outside}/home/.config`);
  },
  "~/.gitconfig includes a file of it": inHome((temp) => `[include]\n\tpath = ${temp.root}/gitconfig\n`),
  "~/.gitconfig includes a file of it by a relative path": inHome(() =>
    "[include]\n\tpath = ../root/gitconfig\n"
  ),
};

for (const [name, lay] of Object.entries(GLOBAL)) {
  Deno.test(`Git refuses the operator's configuration in the served root: ${name}`, async () => {
    await using temp = await TempRoot.create();
    await temp.commit({ "a.txt": "a\n", ".gitattributes": "* filter=evil\n" });
    await lay(temp);
    await temp.write({ "a.txt": "changed\n" });
    const git = gitOn(temp);
    const error = await failsWith("unavailable", git.diff({}));
    assert.match(error.message, /your global git configuration is read from/);
    const evil = `[filter "evil"]\n\tclean = touch ${temp.outside}/marker; cat\n`;
    await temp.write({ "gitconfig": evil, "git/config": evil });
    await failsWith("unavailable", git.diff({}));
    await git.grep(["changed"], {});
    assert.equal(await exists(`${temp.outside}/marker`), false);
  });
}

Deno.test("Git refuses to serve the operator's home, where ~/.gitconfig may be written", async () => {
  await using temp = await TempRoot.create();
  const env = { ...operatorEnv(temp), HOME: temp.root };
  await failsWith("unavailable", gitOn(temp, { env }).status({}));
});

Deno.test("Git reads configuration that no tool can reach, wherever links lead to it", async () => {
  await using temp = await TempRoot.create();
  await writeGlobalConfig(temp, "[include]\n\tpath = dots\n");
  await Deno.mkdir(`${temp.outside}/dotfiles`);
  await Deno.writeTextFile(`${temp.outside}/dotfiles/config`, "[user]\n\tname = Grace\n");
  await Deno.symlink(`${temp.outside}/dotfiles/config`, `${temp.outside}/home/dots`);
  await temp.git("config", "--unset", "user.name");
  await temp.git("config", "include.path", `${temp.outside}/dotfiles/config`);
  await temp.write({ "a.txt": "a\n" });
  const git = gitOn(temp);
  await git.commit({ message: "x", add: ["a.txt"], signoff: false, stageAll: false });
  assert.equal(await temp.git("log", "-1", "--format=%an"), "Grace\n");
  const nowhere = { ...operatorEnv(temp), HOME: "/dev/null" };
  assert.equal((await gitOn(temp, { env: nowhere }).status({})).branch, "main");
});

Deno.test("Git appends no trace where configuration says so", async () => {
  await using temp = await TempRoot.create();
  const trace = `${temp.outside}/trace`;
  await writeGlobalConfig(temp, `[trace2]\n\tnormalTarget = ${trace}\n\teventTarget = ${trace}\n`);
  await gitOn(temp).status({});
  assert.equal(await exists(trace), false);
});
