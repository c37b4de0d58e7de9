/**
 * `main.ts` with toy tools that do what no real tool should. The worker's part is loaded late, like that of `main.ts`;
 * `?twice` registers those twice, instead of the real ones beside them; `?halt=7` has a disk that stands still at the seventh
 * step of a change.
 */
import process from "node:process";
import { announceIndexer } from "./announced_indexer.ts";
import { haltAt } from "./halting_files.ts";
import { LineWriter } from "../../src/line_writer.ts";

const clock = { now: () => Date.now(), elapsed: () => performance.now() };
const stderr = new LineWriter(Deno.stderr);

if ("WorkerGlobalScope" in globalThis && self.name === "indexer") {
  const { runIndexWorker } = await import("../../src/index_worker.ts");
  runIndexWorker(self as unknown as Parameters<typeof runIndexWorker>[0], { clock, stderr });
} else if ("WorkerGlobalScope" in globalThis) {
  process.env = {};
  const [{ runWorker }, { TOYS }, { TOOLS }] = await Promise.all([
    import("../../src/worker.ts"),
    import("./toy_tools.ts"),
    import("../../tools/registry.ts"),
  ]);
  const asked = new URL(import.meta.url).searchParams;
  if (asked.has("halt")) haltAt(Number(asked.get("halt")), stderr);
  const tools = [...TOYS, ...asked.has("twice") ? TOYS : TOOLS];
  const newId = () => crypto.randomUUID();
  runWorker(self as unknown as Parameters<typeof runWorker>[0], { tools, clock, newId, stderr });
} else if (import.meta.main) {
  announceIndexer(stderr);
  const { launch } = await import("../../src/launcher/launcher.ts");
  const env = (name: string) => Deno.env.get(name);
  const startedAt = performance.timeOrigin;
  Deno.exit(
    await launch({ entry: import.meta.url, env, clock, version: "0.0.0-test", startedAt, stderr }),
  );
}
