/** Tools that misbehave, or wait for the test. */
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

/** All of them. */
export const TOYS: readonly Tool[] = [waitForPipe, rejectLater, throwLater];
