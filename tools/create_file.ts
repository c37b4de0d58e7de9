import * as z from "zod";
import { contentsInput, encodingInput, fileVersion, pathInput } from "../src/core/schemas.ts";
import { ADDS, defineTool, toBytes } from "../src/tool.ts";

/** Writes a file that must not exist. */
export const createFile = defineTool({
  name: "create_file",
  title: "Create a file",
  description:
    "Use this to create a new file, with the folders above it. Fails with already_exists if it is there.",
  scope: "write",
  annotations: ADDS,
  input: z.strictObject({ path: pathInput, contents: contentsInput, encoding: encodingInput }),
  output: fileVersion,
  run: ({ path, contents, encoding }, { files }) =>
    files.write(path, toBytes(contents, encoding), { intent: "create" }),
});
