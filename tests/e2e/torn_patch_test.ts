/** A patch over several files, and a process that is killed in the middle of it: after the next start, all of it or none. */
import assert from "node:assert/strict";
import { MainProcess, post } from "../support/main_process.ts";
import { TempRoot } from "../support/temp_repo.ts";

const FILES = 60;
const ROUNDS = 8;

const names = Array.from({ length: FILES }, (_, index) => `d${index % 4}/f${index}.txt`);

function patchTo(round: number): string {
  const parts = names.map((name) => `*** Update File: ${name}\n@@\n-round ${round - 1}\n+round ${round}\n`);
  return `*** Begin Patch\n${parts.join("")}*** Add File: new-${round}.txt\n+new\n*** End Patch\n`;
}

Deno.test("kill -9 in the middle of a patch over many files leaves all of it or none, after the next start", async () => {
  await using temp = await TempRoot.create({ git: false });
  await temp.write(Object.fromEntries(names.map((name) => [name, "round 0\n"])));
  let round = 0;
  let torn = 0;
  for (let attempt = 0; attempt < ROUNDS; attempt++) {
    await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root } });
    const url = await main.url();
    const states = await readAll(url);
    assert.equal(new Set(states).size, 1, `a part of a patch was left: ${states.join()}`);
    round = Number(/\d+/.exec(states[0] ?? "")?.[0]);
    const added = await Deno.lstat(`${temp.root}/new-${round + 1}.txt`).then(() => true, () => false);
    assert.equal(added, false, "a file of a patch that was taken back is still there");
    const started = performance.now();
    const call = post(url, "tools/call", { name: "apply_patch", arguments: { patch: patchTo(round + 1) } })
      .then((response) => response.text())
      .catch(() => "cut off, with its head or in its body");
    // Somewhere in the middle: between the first file that has its new contents, and the last.
    await waitForFirst(temp.root, round + 1);
    await new Promise((resolve) => setTimeout(resolve, attempt * 3));
    Deno.kill(main.pid, "SIGKILL");
    await main.ended();
    await call;
    const left = await Promise.all(names.map((name) => temp.read(name)));
    if (new Set(left).size > 1) torn++;
    assert.ok(performance.now() - started < 60_000);
  }
  assert.ok(torn > 0, "no round was killed in the middle, so nothing was shown");
});

/** The files as a tool shows them: the server answers after it has put things right. */
async function readAll(url: string): Promise<string[]> {
  const texts: string[] = [];
  for (const path of names) {
    const { result } = await (await post(url, "tools/call", { name: "read_file", arguments: { path } }))
      .json();
    texts.push(result.structuredContent.text);
  }
  return texts;
}

async function waitForFirst(root: string, round: number): Promise<void> {
  const deadline = performance.now() + 20_000;
  const first = names.map((name) => `${root}/${name}`)[0] ?? "";
  while (Deno.readTextFileSync(first) !== `round ${round}\n`) {
    assert.ok(performance.now() < deadline, "the patch did not begin");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
