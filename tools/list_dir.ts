import * as z from "zod";
import { fileEntry } from "../src/core/schemas.ts";
import { defineTool, READS } from "../src/tool.ts";

/** Lists a folder. */
export const listDir = defineTool({
  name: "list_dir",
  title: "List a folder",
  description:
    "Use this to see what a folder holds. Lists one level; with a glob that holds ** it goes through every " +
    "level and leaves out what git ignores.",
  scope: "read",
  annotations: READS,
  input: z.strictObject({
    path: z.string().max(4096).default("").describe('Folder relative to the repository root; "" is the root'),
    glob: z.string().optional().describe('Relative to the folder, for example "*.md" or "**/*.ts"'),
    max: z.int().min(1).max(200).default(50),
    includeDirs: z.boolean().default(false).describe("Whether folders are listed too"),
  }),
  output: z.object({
    path: z.string(),
    entries: z.array(fileEntry.extend({ type: z.enum(["file", "dir", "symlink", "other"]) })),
    truncated: z.boolean(),
    hint: z.string().optional(),
  }),
  async run({ path, ...options }, { listing, signal }) {
    const { foldersLeftOut, ...listed } = await listing.folder(path, { ...options, signal });
    const { glob = "" } = options;
    const hints = [
      ...(foldersLeftOut > 0
        ? [`${foldersLeftOut} folders are not shown: includeDirs: true lists them`]
        : []),
      ...(listed.truncated
        ? ["There is more: raise max (up to 200), or ask for less with path or glob"]
        : []),
    ];
    if (hints.length > 0) return { ...listed, hint: hints.join(". ") };
    if (listed.entries.length > 0 || !glob.includes("/") || glob.includes("**")) return listed;
    return { ...listed, hint: "This lists one level: name the folder in path, or use a glob that holds **" };
  },
});
