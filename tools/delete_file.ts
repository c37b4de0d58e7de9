import * as z from "zod";
import { ToolError } from "../src/core/errors.ts";
import { changeIdOutput, pathInput, sha256Input } from "../src/core/schemas.ts";
import { askPerson, canAskPerson, defineTool, REPLACES, type ToolContext } from "../src/tool.ts";

/** Removes a file. */
export const deleteFile = defineTool({
  name: "delete_file",
  title: "Delete a file",
  description:
    "Use this to delete a file that you have read: it needs the sha256 you read. A symbolic link is deleted " +
    "as a link. Where the client can ask, the person is asked before uncommitted changes are lost.",
  scope: "write",
  annotations: REPLACES,
  input: z.strictObject({ path: pathInput, expectSha256: sha256Input }),
  output: z.object({
    path: z.string(),
    deleted: z.boolean(),
    previousSha256: z.string(),
    changeId: changeIdOutput,
  }),
  async run({ path, expectSha256 }, context) {
    if (canAskPerson(context.call)) await askAboutLoss({ path, expectSha256 }, context);
    return await context.files.remove(path, expectSha256);
  },
  log: ({ path, previousSha256 }) => ({ level: "notice", data: { path, previousSha256 } }),
});

/** What cannot be done is not asked about; whether it can be is looked at again when it is done. */
async function askAboutLoss(
  { path, expectSha256 }: { path: string; expectSha256: string },
  context: ToolContext,
): Promise<void> {
  await context.files.remove(path, expectSha256, { dryRun: true });
  if (!await hasUncommittedChanges(path, context)) return;
  await askPerson(context.call, {
    message: `Delete "${path}"? It has changes that are in no commit.`,
    confirm: "Delete the file",
    details: { path },
  });
}

/** Without git, nothing is ever committed, and nobody expects to be asked. */
async function hasUncommittedChanges(
  path: string,
  { git, gitPath, signal }: ToolContext,
): Promise<boolean> {
  try {
    return !(await git.status({ path: gitPath(path) }, signal)).clean;
  } catch (error) {
    if (error instanceof ToolError && error.code === "unavailable") return false;
    throw error;
  }
}
