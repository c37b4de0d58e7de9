import * as z from "zod";
import { PATH_CHARS_MAX, PATTERN_CHARS_MAX } from "../src/core/limits.ts";
import { codeLanguage, codeMode, indexReceipt } from "../src/core/schemas.ts";
import { defineTool, READS, whileTelling } from "../src/tool.ts";

/** Finds lines. */
export const searchCode = defineTool({
  name: "search_code",
  title: "Search the code",
  description:
    "Use this when you know what to look for: a literal string (exact, punctuation included), a regular expression (RE2 syntax), " +
    "the name of a definition (symbol), or a path. Returns the lines with their numbers; nextCursor reads on. " +
    "For a question or a few words, search is better.",
  scope: "read",
  annotations: READS,
  input: z.strictObject({
    query: z.string().min(1).max(PATTERN_CHARS_MAX),
    mode: z.enum(["auto", ...codeMode.options]).default("auto").describe(
      "auto chooses by what the query looks like",
    ),
    path: z.string().max(PATH_CHARS_MAX).optional().describe(
      "A folder, a file or a glob such as src/**/*.ts",
    ),
    language: codeLanguage.optional(),
    caseSensitive: z.boolean().optional()
      .describe("By default literal and regex mind the case; symbol, path and words do not"),
    limit: z.int().min(1).max(200).default(20).describe("Hits of one page"),
    context: z.int().min(0).max(10).default(2).describe("Lines before and after each hit"),
    cursor: z.string().max(2 * PATH_CHARS_MAX).optional().describe(
      "nextCursor of the page before; repeat the other arguments",
    ),
  }),
  output: z.object({
    mode: codeMode.describe("What was looked for"),
    hits: z.array(z.object({
      id: z.string(),
      path: z.string(),
      startLine: z.int().optional(),
      endLine: z.int().optional(),
      text: z.string().optional().describe("The lines; absent in mode path"),
      matches: z.array(z.int()).optional().describe("The lines that fit, among them"),
      symbol: z.object({ name: z.string(), kind: z.string() }).optional(),
      language: z.string().optional(),
    })),
    total: z.int().describe("Hits up to the end of this page; all of them when truncated is false"),
    truncated: z.boolean(),
    nextCursor: z.string().optional(),
    tookMs: z.number(),
    index: indexReceipt,
  }),
  run: (query, { codeSearch, signal, call }) =>
    whileTelling(call, "Searching", () => codeSearch.find(query, signal)),
});
