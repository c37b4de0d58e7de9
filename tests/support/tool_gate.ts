/** A tool whose calls wait at a gate until the test opens it. */
import * as z from "zod";
import { defineTool, READS, type Tool } from "../../src/tool.ts";

/** The tool, and the gate. */
export interface ToolGate {
  readonly tool: Tool;
  /** Resolves when that many calls stand at the gate. */
  entered(count: number): Promise<void>;
  open(): void;
}

/** Makes a gate of its own for each test. */
export function createToolGate(): ToolGate {
  const gate = Promise.withResolvers<void>();
  let count = 0;
  let wanted: { readonly count: number; readonly resolve: () => void } | undefined;
  const tool = defineTool({
    name: "wait_at_gate",
    title: "Wait at the gate",
    description: "Use this to wait until the gate is opened",
    scope: "read",
    annotations: READS,
    input: z.object({}),
    output: z.object({}),
    async run() {
      if (++count === wanted?.count) wanted.resolve();
      await gate.promise;
      return {};
    },
  });
  return {
    tool,
    entered: (number) =>
      new Promise((resolve) => {
        wanted = { count: number, resolve };
        if (count >= number) resolve();
      }),
    open: gate.resolve,
  };
}
