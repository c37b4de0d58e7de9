import * as z from "zod";
import { optionalPathInput } from "../src/core/schemas.ts";
import { defineTool, READS } from "../src/tool.ts";

/** Shows what is not committed. */
export const gitStatus = defineTool({
  name: "git_status",
  title: "Show uncommitted changes",
  description:
    "Use this to see the branch and which files are changed, staged, new or deleted, before you commit.",
  scope: "read",
  annotations: READS,
  input: z.strictObject({ path: optionalPathInput }),
  output: z.object({
    branch: z.string().nullable().describe("Null when HEAD is detached"),
    head: z.string().nullable().describe("Null before the first commit"),
    upstream: z.string().optional(),
    ahead: z.int().optional(),
    behind: z.int().optional(),
    clean: z.boolean(),
    entries: z.array(z.object({
      path: z.string(),
      status: z.string(),
      staged: z.boolean(),
      unstaged: z.boolean(),
      from: z.string().optional(),
    })),
    truncated: z.boolean(),
  }),
  run: ({ path }, { git, gitPath, signal }) => git.status({ path: gitPath(path) }, signal),
});
