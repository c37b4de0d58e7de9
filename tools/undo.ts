import * as z from "zod";
import { changeIdOutput } from "../src/core/schemas.ts";
import { defineTool, REPLACES } from "../src/tool.ts";

/** Takes a change back. */
export const undo = defineTool({
  name: "undo",
  title: "Undo a change",
  description:
    "Use this to take back what a tool has changed, by the changeId that it returned: every file of the change " +
    "becomes what it was, if each is still as the change left it. An undo is a change too, and can be undone.",
  scope: "write",
  annotations: REPLACES,
  input: z.strictObject({ changeId: z.string().min(1).max(64) }),
  output: z.object({
    changeId: changeIdOutput,
    undone: z.string().describe("The change that was taken back"),
    files: z.array(z.object({ path: z.string(), sha256: z.string().nullable() })),
  }),
  run: ({ changeId }, { history }) => history.undo(changeId),
});
