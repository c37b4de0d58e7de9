import * as z from "zod";
import { filePartMetadata, lineNumber } from "../src/core/schemas.ts";
import { defineTool, READS } from "../src/tool.ts";

const id = z.string().min(1).max(8192)
  .describe("A result's id from search (lukhas-path:…), or a path relative to the repository root");

/** Reads a file by its record id. ChatGPT's connectors require exactly `{id}` as the advertised input. */
export const fetch = defineTool({
  name: "fetch",
  title: "Fetch a file",
  description:
    "Use this to read a file that search found. Returns its text (at most 256 KiB at a time, whole lines), " +
    "its sha256 for a later update, and an address to cite.",
  scope: "read",
  annotations: READS,
  input: z.object({
    id,
    fields: z.array(z.enum(["title", "url", "mimeType", "text", "metadata"])).optional(),
    startLine: lineNumber.optional(),
    endLine: lineNumber.optional(),
    startColumn: z.int().min(0).optional(),
  }),
  advertised: z.object({ id }),
  output: z.object({
    id: z.string(),
    title: z.string().optional(),
    url: z.string().optional(),
    mimeType: z.string().optional(),
    text: z.string().optional(),
    metadata: filePartMetadata.optional(),
  }),
  async run({ id, fields, ...range }, { reader }) {
    const part = await reader.fetch(id, range);
    if (fields === undefined) return { ...part };
    return { id: part.id, ...Object.fromEntries(fields.map((field) => [field, part[field]])) };
  },
});
