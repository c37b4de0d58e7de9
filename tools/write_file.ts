import * as z from "zod";
import { contentsInput, encodingInput, fileVersion, pathInput, sha256Input } from "../src/core/schemas.ts";
import { defineTool, REPLACES, toBytes } from "../src/tool.ts";

/** Writes a file whole. */
export const writeFile = defineTool({
  name: "write_file",
  title: "Write a file",
  description:
    "Use this to write a file whole, whether or not it exists. An existing file with other contents is only " +
    "replaced with overwrite: true; pass the sha256 you read as expectSha256 so that nobody's change is lost.",
  scope: "write",
  annotations: { ...REPLACES, idempotentHint: true },
  input: z.strictObject({
    path: pathInput,
    contents: contentsInput,
    overwrite: z.boolean().default(false),
    expectSha256: sha256Input.optional(),
    encoding: encodingInput,
  }),
  output: fileVersion,
  run: ({ path, contents, overwrite, expectSha256, encoding }, { files }) =>
    files.write(path, toBytes(contents, encoding), { intent: overwrite ? "replace" : "keep", expectSha256 }),
});
