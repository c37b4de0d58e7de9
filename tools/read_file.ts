import * as z from "zod";
import { filePartMetadata, lineNumber, pathInput } from "../src/core/schemas.ts";
import { defineTool, READS } from "../src/tool.ts";

/** Reads a file by its path. */
export const readFile = defineTool({
  name: "read_file",
  title: "Read a file",
  description:
    "Use this to read a file, or some of its lines, when you know its path. Returns at most 256 KiB of text; " +
    "metadata.next holds the arguments that read on. Its sha256 is what update_file and delete_file ask for.",
  scope: "read",
  annotations: READS,
  input: z.strictObject({
    path: pathInput,
    startLine: lineNumber.optional().describe("First line, counted from 1"),
    endLine: lineNumber.optional().describe("Last line, included"),
    startColumn: z.int().min(0).optional().describe(
      "Where to begin in the first line; for lines over 256 KiB",
    ),
    encoding: z.enum(["utf8", "base64"]).default("utf8").describe("base64 for binary files of up to 1 MiB"),
  }),
  output: z.object({
    id: z.string(),
    title: z.string(),
    url: z.string(),
    mimeType: z.string(),
    text: z.string(),
    metadata: filePartMetadata,
  }),
  run: ({ path, ...options }, { reader }) => reader.read(path, options),
});
