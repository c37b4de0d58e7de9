/**
 * `main.ts` with an app that says one thing to its launcher, once it has its settings: the JSON behind the `?` of the
 * entry; and with an indexer that does nothing. The launcher says when it makes that one.
 */
import { announceIndexer } from "./announced_indexer.ts";
import { LineWriter } from "../../src/line_writer.ts";

const clock = { now: () => Date.now(), elapsed: () => performance.now() };
const stderr = new LineWriter(Deno.stderr);

if ("WorkerGlobalScope" in globalThis && self.name === "indexer") {
  // It has nothing to do.
} else if ("WorkerGlobalScope" in globalThis) {
  const scope = self as unknown as { postMessage(message: unknown): void; onmessage: () => void };
  scope.onmessage = () => {
    for (const message of JSON.parse(decodeURIComponent(new URL(import.meta.url).search.slice(1)))) {
      scope.postMessage(message);
    }
  };
  scope.postMessage({ type: "loaded" });
} else if (import.meta.main) {
  announceIndexer(stderr);
  const { launch } = await import("../../src/launcher/launcher.ts");
  const env = (name: string) => Deno.env.get(name);
  const startedAt = performance.timeOrigin;
  Deno.exit(
    await launch({ entry: import.meta.url, env, clock, version: "0.0.0-test", startedAt, stderr }),
  );
}
