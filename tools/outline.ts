import * as z from "zod";
import { lineNumber, pathInput } from "../src/core/schemas.ts";
import { defineTool, READS } from "../src/tool.ts";

/** Lists what a file defines. */
export const outline = defineTool({
  name: "outline",
  title: "Outline a file",
  description:
    "Use this before reading a long file: it lists the functions, classes, types, constants or headings that the file defines, " +
    "each with its kind and line. Read what you need with read_file and startLine.",
  scope: "read",
  annotations: READS,
  input: z.strictObject({
    path: pathInput,
    startLine: lineNumber.default(1).describe("Leaves out what stands before this line"),
  }),
  output: z.object({
    path: z.string(),
    language: z.string().optional(),
    lines: z.int().describe("Lines of the file"),
    symbols: z.array(z.object({ name: z.string(), kind: z.string(), line: z.int() })),
    total: z.int().describe("Definitions of the whole file"),
    truncated: z.boolean().describe("Whether there are more; go on with startLine after the last one's line"),
  }),
  run: ({ path, startLine }, { codeViews }) => codeViews.outline(path, { startLine }),
});
