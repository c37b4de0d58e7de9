import * as z from "zod";
import { optionalPathInput } from "../src/core/schemas.ts";
import { defineTool, READS } from "../src/tool.ts";

/** Shows commits. */
export const gitLog = defineTool({
  name: "git_log",
  title: "Show commits",
  description:
    "Use this to see who changed what and when, newest first; with path, only the commits that changed it.",
  scope: "read",
  annotations: READS,
  input: z.strictObject({
    path: optionalPathInput,
    limit: z.int().min(1).max(200).default(20),
    skip: z.int().min(0).max(1_000_000).default(0).describe(
      "Commits to leave out first: nextSkip of the last page",
    ),
    ref: z.string().min(1).max(256).optional().describe(
      "A commit, branch or tag to start from; HEAD by default",
    ),
    files: z.boolean().default(false).describe("Whether to list each commit's files"),
  }),
  output: z.object({
    commits: z.array(z.object({
      commit: z.string(),
      author: z.object({ name: z.string(), email: z.string() }),
      date: z.string(),
      subject: z.string(),
      body: z.string().optional(),
      parents: z.array(z.string()),
      files: z.array(z.object({ path: z.string(), status: z.string(), from: z.string().optional() }))
        .optional(),
    })),
    truncated: z.boolean(),
    nextSkip: z.int().optional(),
  }),
  run: ({ path, ref, ...page }, { git, gitPath, signal }) =>
    git.log({ path: gitPath(path), ...page, ...(ref !== undefined && { ref }) }, signal),
});
