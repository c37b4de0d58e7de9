import * as z from "zod";
import { PATH_CHARS_MAX, QUERY_CHARS_MAX } from "../src/core/limits.ts";
import { indexReceipt } from "../src/core/schemas.ts";
import { defineTool, READS, whileTelling } from "../src/tool.ts";

const query = z.string().min(1).max(QUERY_CHARS_MAX)
  .describe("Words, an identifier, a path or a piece of one, a quoted string, or an error message");

/** Finds files by what is in them. ChatGPT's connectors require exactly `{query}` as the advertised input. */
export const search = defineTool({
  name: "search",
  title: "Search the repository",
  description:
    "Use this first, to find the files that are about something. Returns the best files with the lines that " +
    "fit best; pass a result's id to fetch to read the file.",
  scope: "read",
  annotations: READS,
  input: z.object({
    query,
    limit: z.int().min(1).max(50).default(10),
    path: z.string().max(PATH_CHARS_MAX).optional(),
  }),
  advertised: z.object({ query }),
  output: z.object({
    results: z.array(z.object({
      id: z.string(),
      title: z.string(),
      url: z.string(),
      path: z.string(),
      snippet: z.string(),
      startLine: z.int(),
      endLine: z.int(),
      score: z.number(),
      duplicates: z.array(z.string()).optional().describe("Other files with the same contents"),
    })),
    total: z.int().describe("Files that fit the query"),
    truncated: z.boolean().describe("Whether there is more than this answer shows"),
    tookMs: z.number(),
    index: indexReceipt,
  }),
  run: ({ query, limit, path }, { search, signal, call }) =>
    whileTelling(call, "Searching", () => search.search(query, { limit, path, signal })),
});
