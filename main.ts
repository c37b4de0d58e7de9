/**
 * The one entry. On the main thread it is the launcher, which serves nothing; as one of the two workers that the launcher
 * starts, it is the app, which can reach nothing but the root, its own address and git, or the indexer, which reads the
 * root and writes the index.
 */
import metadata from "./deno.json" with { type: "json" };
import type { Clock } from "./src/core/clock.ts";
import { LineWriter } from "./src/line_writer.ts";

const clock: Clock = { now: () => Date.now(), elapsed: () => performance.now() };
const stderr = new LineWriter(Deno.stderr);

if ("WorkerGlobalScope" in globalThis && self.name === "indexer") {
  const { runIndexWorker } = await import("./src/index_worker.ts");
  runIndexWorker(self as unknown as Parameters<typeof runIndexWorker>[0], { clock, stderr });
} else if ("WorkerGlobalScope" in globalThis) {
  const { default: process } = await import("node:process");
  // The cage refuses the environment with an error. A library that looks for a switch there is to find none instead.
  process.env = {};
  const [{ runWorker }, { TOOLS }] = await Promise.all([
    import("./src/worker.ts"),
    import("./tools/registry.ts"),
  ]);
  const newId = () => crypto.randomUUID();
  runWorker(self as unknown as Parameters<typeof runWorker>[0], { tools: TOOLS, clock, newId, stderr });
} else if (import.meta.main) {
  const { launch } = await import("./src/launcher.ts");
  const exitCode = await launch({
    entry: import.meta.url,
    env: (name) => Deno.env.get(name),
    clock,
    version: metadata.version,
    startedAt: performance.timeOrigin,
    stderr,
    args: Deno.args,
    stdio: { input: Deno.stdin, output: Deno.stdout, newId: () => crypto.randomUUID() },
  });
  Deno.exit(exitCode);
}
