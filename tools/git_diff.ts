import * as z from "zod";
import { optionalPathInput } from "../src/core/schemas.ts";
import { defineTool, READS } from "../src/tool.ts";

const revision = z.string().min(1).max(256);

/** Shows changes as a patch. */
export const gitDiff = defineTool({
  name: "git_diff",
  title: "Show changes as a patch",
  description:
    "Use this to review changes: of the working tree by default, of the index with staged, or between two " +
    "revisions with from and to. New files are not in it until they are staged: git_status lists them. The text is cut at 256 KiB; name a path to see less.",
  scope: "read",
  annotations: READS,
  input: z.strictObject({
    path: optionalPathInput,
    staged: z.boolean().default(false).describe("Compare the index instead of the working tree"),
    from: revision.optional().describe("A commit, branch or tag to compare with"),
    to: revision.optional().describe("A commit, branch or tag; needs from"),
    context: z.int().min(0).max(100).default(3).describe("Lines around each change"),
  }),
  output: z.object({
    text: z.string(),
    files: z.array(z.object({
      path: z.string(),
      status: z.string(),
      insertions: z.int(),
      deletions: z.int(),
      binary: z.boolean(),
      from: z.string().optional(),
    })),
    insertions: z.int(),
    deletions: z.int(),
    truncated: z.boolean(),
    redacted: z.int().optional().describe("Secrets that are masked in text"),
  }),
  run: ({ path, staged, from, to, context }, { git, gitPath, signal }) =>
    git.diff({
      path: gitPath(path),
      staged,
      context,
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    }, signal),
});
