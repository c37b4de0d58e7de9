/**
 * Times the repository tools on a repository of 25,000 files, over HTTP, against bare git where there is such a thing.
 * Rounds are interleaved, figures are medians.
 */
import { makeRepository, pathOf } from "./make_repository.ts";
import { type ServerProcess, startServerProcess } from "../../scripts/server_process.ts";
import { TempRoot } from "../support/temp_repo.ts";

const ROUNDS = 15;

type Measure = (name: string, action: () => Promise<unknown>) => Promise<void>;

/** Prints the table. `files` is the size of the repository. */
export async function benchRepository(print: (line: string) => void, files = 25_000): Promise<void> {
  await using temp = await TempRoot.create({ git: false });
  print(`making a repository of ${files} files`);
  await makeRepository(temp.root, { files, lines: 20 });
  await using server = await startServerProcess({ root: temp.root });
  const times = new Map<string, number[]>();
  const measure: Measure = async (name, action) => {
    const started = performance.now();
    await action();
    const taken = performance.now() - started;
    times.set(name, [...(times.get(name) ?? []), taken]);
  };
  for (let round = 0; round < ROUNDS; round++) {
    await measureViews(server, measure, round);
    await measureCommits({ server, temp }, measure, round);
  }
  print(`${`${ROUNDS} rounds, ms`.padEnd(40)}     min  median     max`);
  for (const [name, values] of times) print(row(name, values));
}

async function measureViews(server: ServerProcess, measure: Measure, round: number): Promise<void> {
  await measure("find_files **/*_7.ts", () => server.call("find_files", { glob: "**/*_7.ts" }));
  await measure("find_files **/*.ts (500)", () => server.call("find_files", { glob: "**/*.ts", max: 500 }));
  await measure("list_dir (one level)", () => server.call("list_dir", { path: "packages/area_0/part_0" }));
  await measure("list_dir **/*.ts (200)", () => server.call("list_dir", { glob: "**/*.ts", max: 200 }));
  await measure("git_status", () => server.call("git_status"));
  await measure("search", () => server.call("search", { query: `module_${round} rollback` }));
}

/** Ours and bare git's in turn, each on a file of its own, changed and new. */
async function measureCommits(
  { server, temp }: { server: ServerProcess; temp: TempRoot },
  measure: Measure,
  round: number,
): Promise<void> {
  for (const kind of ["changed", "new"]) {
    const [ours, bare] = [0, 1].map((part) => pathOf(round * 2 + part) + (kind === "new" ? ".new" : "")) as [
      string,
      string,
    ];
    const write = (path: string) => Deno.writeTextFile(`${temp.root}/${path}`, `// ${round}\n`);
    await write(ours);
    await measure(
      `git_commit, a ${kind} file`,
      () => server.call("git_commit", { message: "ours", add: [ours] }),
    );
    await write(bare);
    await measure(`git add; git commit, a ${kind} file`, async () => {
      await temp.git("add", bare);
      await temp.git("commit", "-q", "-m", "bare");
    });
  }
}

function row(name: string, times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.floor((sorted.length - 1) * share)] ?? NaN).toFixed(1).padStart(8);
  return `${name.padEnd(40)}${at(0)}${at(0.5)}${at(1)}`;
}
