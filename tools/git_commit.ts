import * as z from "zod";
import { COMMIT_PATHS_MAX } from "../src/core/limits.ts";
import { pathInput, unicodeText } from "../src/core/schemas.ts";
import { ADDS, defineTool, whileTelling } from "../src/tool.ts";

/** Makes a commit. */
export const gitCommit = defineTool({
  name: "git_commit",
  title: "Commit changes",
  description:
    "Use this to commit. With add, exactly those paths are committed (new, changed or deleted), whatever else is " +
    "staged; with stageAll, everything that has changed; with neither, the index as it is.",
  scope: "write",
  annotations: ADDS,
  input: z.strictObject({
    message: unicodeText.describe("The commit message: a subject line, and a body after an empty line"),
    add: z.array(pathInput).max(COMMIT_PATHS_MAX).default([]).describe(
      "Files, or folders for the files in them",
    ),
    signoff: z.boolean().default(false).describe("Whether to add a Signed-off-by line of the committer"),
    stageAll: z.boolean().default(false),
  }),
  output: z.object({
    commit: z.string(),
    branch: z.string().nullable().describe("Null when HEAD is detached"),
    message: z.string(),
    files: z.array(z.object({ path: z.string(), status: z.string(), from: z.string().optional() })),
    filesTotal: z.int().describe("How many files changed; files has the first 500"),
    insertions: z.int(),
    deletions: z.int(),
  }),
  run: ({ add, ...request }, { git, gitPaths, signal, call }) =>
    whileTelling(
      call,
      "Committing",
      async () => await git.commit({ ...request, add: await gitPaths(add) }, signal),
    ),
  log: ({ commit, branch, files }) => ({ level: "info", data: { commit, branch, files: files.length } }),
});
