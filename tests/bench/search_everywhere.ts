/** Times expressions that no index narrows: every file is looked through, by the server and by ripgrep in turn. */
import type { ServerProcess } from "../../scripts/server_process.ts";
import { cpuSeconds } from "./load.ts";
import { hasRipgrep, ripgrep } from "./search_rivals.ts";

/** Nothing fits them in a repository that was made up; the last ones are hard for engines that go back, or have no table for `\b`. */
const EXPRESSIONS = ["[A-Z]{14}", "[[:upper:]]{9}\\d", "\\b[a-z]+_[0-9]{5}\\b", "(\\w+\\s*)+%%"];

const ROUNDS = 5;

/** One figure for each expression. What else the machine does meanwhile is the same for both. */
export async function everywhereFigures(root: string, server: ServerProcess): Promise<[string, string][]> {
  const isThere = await hasRipgrep();
  const figures: [string, string][] = [];
  for (const regex of EXPRESSIONS) {
    const ours: number[] = [];
    const rivals: number[] = [];
    const before = cpuSeconds(server.pid);
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await taken(() => server.call("search_code", { query: regex, mode: "regex" })));
      if (isThere) rivals.push(await taken(() => ripgrep(root, { regex })));
    }
    const cpu = (cpuSeconds(server.pid) - before) / ROUNDS * 1000;
    const [own, rival] = [median(ours), median(rivals)];
    const beside = isThere ? ` / ${rival.toFixed(0)} / ${(own / rival).toFixed(1)}` : "";
    figures.push([
      `regex ${regex}, ms / CPU ms / rg ms / ratio`,
      `${own.toFixed(0)} / ${cpu.toFixed(0)}${beside}`,
    ]);
  }
  return figures;
}

async function taken(action: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await action();
  return performance.now() - started;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}
