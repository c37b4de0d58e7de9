/** A patch over several files, and a process that is killed in the middle of it: after the next start, all of it or none. */
import assert from "node:assert/strict";
import { HALTED } from "../support/halting_files.ts";
import { MainProcess, post } from "../support/main_process.ts";
import { TempRoot } from "../support/temp_repo.ts";

const TOY_MAIN = new URL("../support/toy_main.ts", import.meta.url).href;

const FILES = 60;

/** Each file, and the one that the patch adds, is written, and then all of them get their names. */
const WRITTEN = FILES + 1;

const names = Array.from({ length: FILES }, (_, index) => `d${index % 4}/f${index}.txt`);

function patchTo(round: number): string {
  const parts = names.map((name) => `*** Update File: ${name}\n@@\n-round ${round - 1}\n+round ${round}\n`);
  return `*** Begin Patch\n${parts.join("")}*** Add File: new-${round}.txt\n+new\n*** End Patch\n`;
}

Deno.test("kill -9 in the middle of a patch over many files leaves all of it or none, after the next start", async (t) => {
  await using temp = await TempRoot.create({ git: false });
  await temp.write(Object.fromEntries(names.map((name) => [name, "round 0\n"])));
  let round = 0;
  const halts = [WRITTEN / 2 | 0, WRITTEN + 1, WRITTEN + 2, WRITTEN + 30, WRITTEN + WRITTEN];
  for (const halt of halts) {
    await t.step(`at step ${halt}`, async () => {
      const env = { LUKHAS_REPO_ROOT: temp.root };
      await using main = new MainProcess({ env, entry: `${TOY_MAIN}?halt=${halt}` });
      const patch = patchTo(round + 1);
      const call = post(await main.url(), "tools/call", { name: "apply_patch", arguments: { patch } })
        .catch(() => "cut off");
      await main.line(new RegExp(HALTED));
      main.kill("SIGKILL");
      assert.equal(await call, "cut off");
      await main.ended();
      const left = await Promise.all(names.map((name) => temp.read(name)));
      const renamed = left.filter((text) => text === `round ${round + 1}\n`).length;
      assert.equal(renamed, Math.max(0, halt - WRITTEN - 1), "it was killed just there");
      await using next = new MainProcess({ env });
      round = await wholeRound(await next.url(), temp);
    });
  }
});

/** The round that all files are of, as a tool shows them: the server answers after it has put things right. */
async function wholeRound(url: string, temp: TempRoot): Promise<number> {
  const states = new Set<string>();
  for (const path of names) {
    const { result } = await (await post(url, "tools/call", { name: "read_file", arguments: { path } }))
      .json();
    states.add(result.structuredContent.text);
  }
  const [state = "", ...others] = states;
  assert.deepEqual(others, [], "a part of a patch was left");
  const round = Number(/\d+/.exec(state)?.[0]);
  const added = await Deno.lstat(`${temp.root}/new-${round + 1}.txt`).then(() => true, () => false);
  assert.equal(added, false, "a file of a patch that was taken back is still there");
  return round;
}
