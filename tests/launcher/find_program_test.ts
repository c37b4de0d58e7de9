/** Which git is used: the operator's, by an absolute path, and never one that the repository brings. */
import assert from "node:assert/strict";
import { findProgram } from "../../src/launcher/find_program.ts";
import { TempRoot } from "../support/temp_repo.ts";

/** Puts a program into a folder beside or below the root, and returns the folder. */
async function plant(folder: string, mode = 0o755): Promise<string> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/git`, "#!/bin/sh\nexit 0\n", { mode });
  return folder;
}

Deno.test("the first program on the PATH is found, by its absolute path", async () => {
  await using temp = await TempRoot.create({ git: false });
  const [first, second] = [await plant(`${temp.outside}/one`), await plant(`${temp.outside}/two`)];
  const options = { outside: temp.root };
  assert.equal(await findProgram("git", { path: `${first}:${second}`, ...options }), `${first}/git`);
  assert.equal(await findProgram("git", { path: `/nope:${second}/:${first}`, ...options }), `${second}/git`);
  assert.equal(await findProgram("hg", { path: `${first}:${second}`, ...options }), undefined);
  assert.equal(await findProgram("git", { path: "", ...options }), undefined);
});

Deno.test("what is no program is passed over: a folder, a text, a file on the PATH, a loop of links", async () => {
  await using temp = await TempRoot.create({ git: false });
  await Deno.mkdir(`${temp.outside}/folder/git`, { recursive: true });
  await plant(`${temp.outside}/text`, 0o644);
  await Deno.writeTextFile(`${temp.outside}/file`, "");
  await Deno.mkdir(`${temp.outside}/loop`);
  await Deno.symlink("git", `${temp.outside}/loop/git`);
  const real = await plant(`${temp.outside}/real`);
  const path = ["folder", "text", "file", "loop", "real"].map((name) => `${temp.outside}/${name}`).join(":");
  assert.equal(await findProgram("git", { path, outside: temp.root }), `${real}/git`);
});

Deno.test("a program inside the root is never used, however it gets onto the PATH", async () => {
  await using temp = await TempRoot.create({ git: false });
  const planted = await plant(`${temp.root}/bin`);
  const real = await plant(`${temp.outside}/real`);
  await Deno.symlink(planted, `${temp.outside}/linked-folder`);
  await Deno.mkdir(`${temp.outside}/linked-file`);
  await Deno.symlink(`${planted}/git`, `${temp.outside}/linked-file/git`);
  await Deno.mkdir(`${temp.root}/leads-out`);
  await Deno.symlink(`${real}/git`, `${temp.root}/leads-out/git`);
  const before = [
    planted,
    temp.root,
    `${temp.outside}/linked-folder`,
    `${temp.outside}/linked-file`,
    `${temp.root}/leads-out`,
  ];
  const path = [...before, real].join(":");
  assert.equal(await findProgram("git", { path, outside: temp.root }), `${real}/git`);
});

Deno.test("a folder whose name begins like the root's is not the root", async () => {
  await using temp = await TempRoot.create({ git: false });
  const sibling = await plant(`${temp.root}-tools`);
  assert.equal(await findProgram("git", { path: sibling, outside: temp.root }), `${sibling}/git`);
});

Deno.test("a relative entry is passed over: it would mean another folder tomorrow", async () => {
  await using temp = await TempRoot.create({ git: false });
  const path = "bin:.:./bin:~/bin::../bin";
  assert.equal(await findProgram("git", { path, outside: temp.root }), undefined);
});
