import * as z from "zod";
import { fileEntry } from "../src/core/schemas.ts";
import { defineTool, READS, whileTelling } from "../src/tool.ts";

/** Finds files by name. */
export const findFiles = defineTool({
  name: "find_files",
  title: "Find files by name",
  description:
    'Use this to find files whose path fits a glob, for example "**/*.test.ts". Leaves out what git ignores; ' +
    "use search to find files by what is in them.",
  scope: "read",
  annotations: READS,
  input: z.strictObject({
    glob: z.string().describe('Relative to the root: * ? ** {a,b} [x], a leading ! for "all but"'),
    max: z.int().min(1).max(500).default(100),
  }),
  output: z.object({
    files: z.array(fileEntry),
    truncated: z.boolean(),
    hint: z.string().optional(),
  }),
  async run({ glob, max }, { listing, signal, call }) {
    const { files, truncated } = await whileTelling(
      call,
      "Listing the files",
      () => listing.files(glob, { max, signal }),
    );
    if (truncated) {
      return { files, truncated, hint: "There is more: raise max (up to 500), or use a narrower glob" };
    }
    if (files.length > 0 || glob.includes("/")) return { files, truncated };
    return {
      files,
      truncated,
      hint: `Without a folder the glob is about the root alone: "**/${glob}" is about all`,
    };
  },
});
