import * as z from "zod";
import { changeIdOutput, pathInput } from "../src/core/schemas.ts";
import { defineTool, REPLACES } from "../src/tool.ts";

/** Moves a file. */
export const renameFile = defineTool({
  name: "rename_file",
  title: "Rename or move a file",
  description:
    "Use this to rename a file or move it to another folder. The folders above the new name are made.",
  scope: "write",
  annotations: REPLACES,
  input: z.strictObject({
    from: pathInput,
    to: pathInput,
    overwrite: z.boolean().default(false).describe("Whether a file that is already there may be replaced"),
  }),
  output: z.object({ from: z.string(), to: z.string(), sha256: z.string(), changeId: changeIdOutput }),
  run: ({ from, to, overwrite }, { files }) => files.rename(from, to, { overwrite }),
});
