/** `deno task bench NAME [SIZE]`: runs one benchmark and prints its table. */
import { benchLive } from "./live_bench.ts";
import { benchRepository } from "./repository_bench.ts";
import { benchWire } from "./wire_bench.ts";

const BENCHMARKS: Readonly<Record<string, (print: (line: string) => void, size?: number) => Promise<void>>> =
  {
    live: benchLive,
    repository: benchRepository,
    wire: benchWire,
  };

const encoder = new TextEncoder();

function print(line: string): void {
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

const [name = "", size] = Deno.args;
const benchmark = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
if (benchmark === undefined) {
  print(`Cannot run the benchmark "${name}": there are ${Object.keys(BENCHMARKS).join(", ")}`);
  Deno.exit(2);
}
await benchmark(print, size === undefined ? undefined : Number(size));
