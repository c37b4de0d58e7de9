/** Two servers of different roots that are given one file for their jobs: one has it, and the other says so. */
import assert from "node:assert/strict";
import { parseConfig } from "../../src/config.ts";
import { lockStore } from "../../src/launcher/store_lock.ts";
import { runCommand } from "../support/command_run.ts";
import { MainProcess, post, refusedStart } from "../support/main_process.ts";
import { TempRoot } from "../support/temp_repo.ts";

for (const variable of ["LUKHAS_MCP_DB", "MCP_STATE_PATH"]) {
  Deno.test(`a second server with the same ${variable} is refused, and may have it when the first is gone`, async () => {
    await using one = await TempRoot.create({ git: false });
    await using other = await TempRoot.create({ git: false });
    const path = `${one.outside}/state`;
    await using first = new MainProcess({ env: { LUKHAS_REPO_ROOT: one.root, [variable]: path } });
    const url = await first.url();
    await Deno.symlink(one.outside, `${other.outside}/link`);
    const env = { LUKHAS_REPO_ROOT: other.root, [variable]: `${other.outside}/link/state` };
    const { line, code } = await refusedStart({ env });
    assert.equal(code, 3);
    assert.match(line, new RegExp(`Cannot use ${variable}=.*another server .*; give each root`));
    assert.equal((await post(url, "ping")).status, 200);
    const doctor = async (root: string) => (await runCommand(["doctor", "--root", root], { env })).stdout;
    assert.match(await doctor(other.root), /^problem +store +Cannot use .*another server/m);
    assert.doesNotMatch(await doctor(one.root), /another server/);
    first.kill("SIGKILL");
    await first.ended();
    await using second = new MainProcess({ env });
    await second.url();
    second.kill("SIGTERM");
    assert.equal(await second.ended(), 0);
    const left = Array.from(Deno.readDirSync(one.outside), ({ name }) => name);
    assert.ok(!left.includes("state.lock"), left.join(" "));
  });
}

Deno.test("a state file that could not be used is in no tool's reach, whether moved aside now or at an earlier start", async () => {
  await using temp = await TempRoot.create();
  const env = { LUKHAS_REPO_ROOT: temp.root, MCP_STATE_PATH: `${temp.root}/jobs.json` };
  await temp.write({ "a.txt": "x" });
  for (let start = 1; start <= 2; start++) {
    await temp.write({ "jobs.json": "no state" });
    await using main = new MainProcess({ env });
    const url = await main.url();
    const aside = Array.from(Deno.readDirSync(temp.root), ({ name }) => name).filter((name) =>
      name.startsWith("jobs.json.corrupt-")
    );
    assert.equal(aside.length, start);
    for (const path of aside) {
      const answer = await post(url, "tools/call", { name: "read_file", arguments: { path } });
      assert.equal(JSON.parse((await answer.json()).result.content[0].text).error.code, "path_denied", path);
    }
    const listed = await post(url, "tools/call", { name: "list_dir", arguments: {} });
    assert.doesNotMatch(await listed.text(), /corrupt/);
    main.kill("SIGTERM");
    await main.ended();
  }
});

Deno.test("a store's lock whose file was removed leaves another's file where it is", async () => {
  await using temp = await TempRoot.create({ git: false });
  const path = `${temp.outside}/jobs.db`;
  const lock = () => lockStore({ kind: "sqlite", path }, parseConfig({ LUKHAS_MCP_DB: path }).release);
  const first = await lock();
  await Deno.remove(`${path}.lock`);
  const second = await lock();
  await first?.[Symbol.asyncDispose]();
  assert.ok((await Deno.lstat(`${path}.lock`)).isFile);
  await assert.rejects(lock(), /another server/);
  await second?.[Symbol.asyncDispose]();
});

Deno.test("a link in the place of the store's lock is refused, and nothing is made where it leads", async () => {
  await using temp = await TempRoot.create({ git: false });
  await Deno.symlink(`${temp.outside}/elsewhere`, `${temp.root}/jobs.db.lock`);
  const env = { LUKHAS_REPO_ROOT: temp.root, LUKHAS_MCP_DB: `${temp.root}/jobs.db` };
  const { line, code } = await refusedStart({ env });
  assert.equal(code, 2);
  assert.match(line, /jobs\.db\.lock cannot be locked: it is not a file; remove it/);
  await assert.rejects(Deno.lstat(`${temp.outside}/elsewhere`), Deno.errors.NotFound);
});
