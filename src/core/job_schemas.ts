/** The shapes that the tools of jobs share. */
import * as z from "zod";
import { EVAL_ID } from "./eval_id.ts";
import { LIST_PAGE_ROWS, LIST_PAGE_ROWS_MAX } from "./release_limits.ts";

/** The name of a task or a configuration, as a backend gets it. */
export const evalIdInput = z.string().regex(
  EVAL_ID,
  'must be up to 128 letters, digits and ".", "_", "/", "-", begin with a letter or digit, and have no segment "." or ".."',
);

/** The id of a job or a canary, as an answer had it. */
export const opsIdInput = z.string().min(1).max(200);

/** A key that makes a repeated call harmless. */
export const idempotencyKeyInput = z.string().min(1).max(200).optional().describe(
  "Any text of your choice; a repeated call with the same key and arguments gets what the first one made",
);

/** Rows of one page of a list. */
export const pageLimitInput = z.int().min(1).max(LIST_PAGE_ROWS_MAX).default(LIST_PAGE_ROWS);

/** Where a page of a list begins. */
export const cursorInput = z.string().min(1).max(1000).optional().describe("nextCursor of the page before");

/** A job as it is shown. */
export const jobShape = z.object({
  jobId: z.string(),
  status: z.enum(["QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELED", "DRY_RUN"]),
  taskId: z.string(),
  configId: z.string(),
  startedAt: z.string().describe("When it was asked for, ISO 8601"),
  updatedAt: z.string().describe("Its last change, ISO 8601"),
  backend: z.string().optional().describe("What runs it; the figures of `simulated` are made up"),
  attempt: z.int().optional().describe("How often it was begun"),
  outcome: z.enum(["succeeded", "failed", "canceled", "lost", "timed_out"]).optional(),
  cancelRequested: z.boolean().optional(),
  progress: z.unknown().optional(),
  result: z.unknown().optional(),
  run: z.looseObject({}).optional().describe("What else there is to say of the run, as its exit code"),
  error: z.object({ code: z.string(), message: z.string(), details: z.looseObject({}).optional() })
    .optional(),
});
