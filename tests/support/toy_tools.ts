/** Tools that misbehave, wait for the test, or look into the process. */
import * as z from "zod";
import { defineTool, READS, type Tool } from "../../src/tool.ts";

const shape = { scope: "read", annotations: READS, input: z.object({}), output: z.object({}) } as const;

const waitForPipe = defineTool({
  ...shape,
  name: "wait_for_pipe",
  title: "Wait for the pipe",
  description: "Use this to wait until somebody opens the pipe at the root and closes it again",
  async run(_, { files }) {
    await Deno.readTextFile(`${files.root.real}/pipe`);
    return {};
  },
});

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

/** Only where V8 is told to expose it. */
declare const gc: () => void;

const memory = defineTool({
  ...shape,
  name: "memory",
  title: "Memory",
  description: "Use this to see how many bytes the app holds without garbage, and the process on the whole",
  output: z.object({ heap: z.number(), resident: z.number() }),
  run() {
    // What was only let go by the first round, the second one takes away.
    gc();
    gc();
    const { heapUsed, external, rss } = Deno.memoryUsage();
    return Promise.resolve({ heap: heapUsed + external, resident: rss });
  },
});

/** All of them. */
export const TOYS: readonly Tool[] = [waitForPipe, rejectLater, throwLater, memory];
