/** `deno task bench NAME [SIZE, or folders]`: runs one benchmark and prints its table. */
import { benchCrash } from "./crash_bench.ts";
import { benchFolder } from "./folder_bench.ts";
import { benchLive } from "./live_bench.ts";
import { benchQuality } from "./quality_bench.ts";
import { benchRepository } from "./repository_bench.ts";
import { benchSearch } from "./search_bench.ts";
import { benchWeights } from "./weights_bench.ts";
import { benchWire } from "./wire_bench.ts";

type Print = (line: string) => void;

const BENCHMARKS: Readonly<Record<string, (print: Print, args: readonly string[]) => Promise<void>>> = {
  crash: (print, [rounds]) => benchCrash(print, numberOf(rounds)),
  folder: (print, [size]) => benchFolder(print, numberOf(size)),
  live: (print, [size]) => benchLive(print, numberOf(size)),
  quality: async (print, roots) => benchQuality(print, roots),
  repository: (print, [size]) => benchRepository(print, numberOf(size)),
  search: (print, [asked]) => benchSearch(print, asked),
  weights: async (print, roots) => benchWeights(print, roots),
  wire: (print, [size]) => benchWire(print, numberOf(size)),
};

const encoder = new TextEncoder();

function print(line: string): void {
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

function numberOf(size: string | undefined): number | undefined {
  return size === undefined ? undefined : Number(size);
}

const [name = "", ...args] = Deno.args;
const benchmark = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
if (benchmark === undefined) {
  print(`Cannot run the benchmark "${name}": there are ${Object.keys(BENCHMARKS).join(", ")}`);
  Deno.exit(2);
}
await benchmark(print, args);
