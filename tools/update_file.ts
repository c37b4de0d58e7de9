import * as z from "zod";
import { contentsInput, encodingInput, fileVersion, pathInput, sha256Input } from "../src/core/schemas.ts";
import { defineTool, REPLACES, toBytes } from "../src/tool.ts";

/** Replaces a file that must exist, with the hash that the caller knows. */
export const updateFile = defineTool({
  name: "update_file",
  title: "Update a file",
  description:
    "Use this to replace the contents of a file that you have read. Needs the sha256 you read; if the file " +
    "changed since, it fails with sha_mismatch and you read it again. For small edits use apply_patch.",
  scope: "write",
  annotations: REPLACES,
  input: z.strictObject({
    path: pathInput,
    contents: contentsInput,
    expectSha256: sha256Input,
    encoding: encodingInput,
  }),
  output: fileVersion,
  run: ({ path, contents, expectSha256, encoding }, { files }) =>
    files.write(path, toBytes(contents, encoding), { intent: "update", expectSha256 }),
});
