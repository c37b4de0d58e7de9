import * as z from "zod";
import { changeIdOutput, pathInput, sha256Input, unicodeText } from "../src/core/schemas.ts";
import { defineTool, REPLACES } from "../src/tool.ts";

const patchedFile = z.object({
  path: z.string(),
  sha256: z.string().nullable().describe("Null when the patch removed the file"),
  previousSha256: z.string().nullable(),
  size: z.int(),
  created: z.boolean(),
  changed: z.boolean(),
  deleted: z.boolean(),
  movedFrom: z.string().optional(),
});

/** Applies a patch. */
export const applyPatch = defineTool({
  name: "apply_patch",
  title: "Apply a patch",
  description:
    "Use this to edit files by a patch: a unified diff for one file (with path), or the *** Begin Patch format " +
    "for one or several files, changed all or none. Small mistakes are repaired and listed in repaired; a patch that " +
    "fits nowhere, or in two places, is refused with the line that did not match.",
  scope: "write",
  annotations: REPLACES,
  input: z.strictObject({
    patch: unicodeText.min(1),
    path: pathInput.optional().describe(
      "The file that a unified diff is for; not needed with *** Begin Patch",
    ),
    expectSha256: sha256Input.optional(),
    allowCreate: z.boolean().default(false).describe("Whether a unified diff may make a new file"),
    dryRun: z.boolean().default(false).describe("Whether to say what would happen and change nothing"),
  }),
  output: patchedFile.extend({
    changeId: changeIdOutput,
    hunks: z.int(),
    format: z.enum(["unified", "v4a"]),
    repaired: z.array(z.string()).describe("What was wrong with the patch and put right"),
    dryRun: z.boolean(),
    files: z.array(patchedFile).optional().describe("Every file, when the patch is over several"),
  }),
  run: ({ patch, ...options }, { patches, call }) => {
    const onStep = (progress: number, total: number) => call.progress({ progress, total });
    return patches.apply(patch, { ...options, onStep });
  },
  log: ({ path, repaired }) =>
    repaired.length > 0 ? { level: "warning", data: { path, repaired } } : undefined,
});
