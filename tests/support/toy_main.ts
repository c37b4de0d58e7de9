/** `main.ts` with toy tools that fail in ways that no real tool should; `?twice` registers them twice. */
import { z } from "zod";
import { launch } from "../../src/launcher.ts";
import { defineTool, READS } from "../../src/tool.ts";
import { runWorker } from "../../src/worker.ts";

const clock = { now: () => Date.now(), elapsed: () => performance.now() };
const writeLine = (line: string) => void Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
const shape = { annotations: READS, input: z.object({}), output: z.object({}) };

const rejectLater = defineTool({
  ...shape,
  name: "reject_later",
  title: "Reject later",
  description: "Use this to leave a rejected promise behind",
  run() {
    void Promise.resolve().then(() => Promise.reject(new Error("nobody waits for this")));
    return Promise.resolve({});
  },
});

const throwLater = defineTool({
  ...shape,
  name: "throw_later",
  title: "Throw later",
  description: "Use this to throw from a timer",
  run() {
    setTimeout(() => {
      throw new Error("nobody catches this");
    }, 0);
    return Promise.resolve({});
  },
});

const toys = [rejectLater, throwLater];

if ("WorkerGlobalScope" in globalThis) {
  const tools = import.meta.url.endsWith("?twice") ? [...toys, ...toys] : toys;
  const newId = () => crypto.randomUUID();
  runWorker(self as unknown as Parameters<typeof runWorker>[0], { tools, clock, newId, writeLine });
} else if (import.meta.main) {
  const env = (name: string) => Deno.env.get(name);
  const startedAt = performance.timeOrigin;
  Deno.exit(
    await launch({ entry: import.meta.url, env, clock, version: "0.0.0-test", startedAt, writeLine }),
  );
}
