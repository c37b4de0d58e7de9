import { z } from "zod";
import { pathInput, sha256Input } from "../src/core/schemas.ts";
import { defineTool, REPLACES } from "../src/tool.ts";

/** Removes a file. */
export const deleteFile = defineTool({
  name: "delete_file",
  title: "Delete a file",
  description:
    "Use this to delete a file that you have read: it needs the sha256 you read. A symbolic link is deleted " +
    "as a link.",
  annotations: REPLACES,
  input: z.strictObject({ path: pathInput, expectSha256: sha256Input }),
  output: z.object({ path: z.string(), deleted: z.boolean(), previousSha256: z.string() }),
  run: ({ path, expectSha256 }, { files }) => files.remove(path, expectSha256),
});
