import * as z from "zod";
import { REPO_MAP_TOKENS, REPO_MAP_TOKENS_MAX, REPO_MAP_TOKENS_MIN } from "../src/core/limits.ts";
import { indexReceipt, optionalPathInput } from "../src/core/schemas.ts";
import { defineTool, READS, whileTelling } from "../src/tool.ts";

/** Shows what is where. */
export const repoMap = defineTool({
  name: "repo_map",
  title: "Map the repository",
  description:
    "Use this first in a repository that you do not know: the tree of folders with the most important files and the definitions " +
    "that most other files use, within a budget of tokens. Go on with outline, search or read_file.",
  scope: "read",
  annotations: READS,
  input: z.strictObject({
    budgetTokens: z.int().min(REPO_MAP_TOKENS_MIN).max(REPO_MAP_TOKENS_MAX).default(REPO_MAP_TOKENS)
      .describe("How long the map may be"),
    path: optionalPathInput,
  }),
  output: z.object({
    map: z.string(),
    tokens: z.int().describe("Length of the map, at four characters a token"),
    shownFiles: z.int(),
    totalFiles: z.int(),
    index: indexReceipt,
  }),
  run: ({ budgetTokens, path }, { codeViews, signal, call }) =>
    whileTelling(call, "Drawing the map", () => codeViews.map({ budgetTokens, path, signal })),
});
