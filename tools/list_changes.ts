import * as z from "zod";
import { optionalPathInput } from "../src/core/schemas.ts";
import { defineTool, READS } from "../src/tool.ts";

/** Shows what tools have changed. */
export const listChanges = defineTool({
  name: "list_changes",
  title: "List what tools have changed",
  description:
    "Use this to see the last changes that tools of this server made to files, newest first, with what undo needs.",
  scope: "read",
  annotations: READS,
  input: z.strictObject({
    limit: z.int().min(1).max(200).default(20),
    path: optionalPathInput,
  }),
  output: z.object({
    changes: z.array(z.object({
      changeId: z.string(),
      at: z.string().describe("ISO 8601"),
      files: z.array(z.object({
        path: z.string(),
        became: z.enum(["created", "changed", "removed"]),
        sha256: z.string().nullable().describe("What the change left"),
        previousSha256: z.string().nullable(),
      })),
      undoable: z.boolean(),
      undoes: z.string().optional().describe("The change that this one took back"),
      undoneBy: z.string().optional().describe("The change that took this one back"),
    })),
    truncated: z.boolean(),
  }),
  run: (query, { history }) => history.list(query),
});
