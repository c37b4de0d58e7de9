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
  // Libraries look there for the system and for switches. Node's own takes a tenth of a start to load, and answers a look
  // at the environment with the cage's error: it is kept for those who look for more.
  const { get: nodeProcess } = Object.getOwnPropertyDescriptor(globalThis, "process") ?? {};
  const known = { env: {}, platform: Deno.build.os === "windows" ? "win32" : Deno.build.os };
  const process = new Proxy(known, {
    get: (own, name) => Reflect.get(Object.hasOwn(own, name) ? own : nodeProcess?.call(globalThis), name),
  });
  Object.defineProperty(globalThis, "process", { value: process });
  const [{ runWorker }, { TOOLS }] = await Promise.all([
    import("./src/worker.ts"),
    import("./tools/registry.ts"),
  ]);
  const newId = () => crypto.randomUUID();
  runWorker(self as unknown as Parameters<typeof runWorker>[0], { tools: TOOLS, clock, newId, stderr });
} else if (import.meta.main) {
  const { launch } = await import("./src/launcher/launcher.ts");
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
