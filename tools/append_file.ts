import * as z from "zod";
import { contentsInput, fileVersion, pathInput } from "../src/core/schemas.ts";
import { ADDS, defineTool } from "../src/tool.ts";

/** Adds text at the end of a file. */
export const appendFile = defineTool({
  name: "append_file",
  title: "Append to a file",
  description:
    "Use this to add text at the end of an existing text file, such as a log or a list, without reading it.",
  scope: "write",
  annotations: ADDS,
  input: z.strictObject({
    path: pathInput,
    contents: contentsInput,
    ensureNewline: z.boolean().default(true)
      .describe("Whether the addition begins on a line of its own and ends with a newline"),
  }),
  output: fileVersion,
  run: ({ path, contents, ensureNewline }, { files }) => files.append(path, contents, { ensureNewline }),
});
