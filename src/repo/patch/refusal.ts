/** How the patch engine says no: one code, one grammar, and the facts that a model needs to try again. */

import { type ErrorDetails, ToolError } from "../../core/errors.ts";

/** The file that a patch is applied to, as far as an error names it. */
export interface Target {
  readonly path: string;
  /** Hash of the current contents; goes into the details of every refusal. */
  readonly sha256: string;
}

/** The hunk that an error is about: its words in a message, its 1-based number in the details. */
export interface HunkRef {
  readonly label: string;
  readonly hunk: number;
  readonly target: Target;
}

/** Longest piece of a line that a message or a detail repeats, in UTF-16 code units. */
const EXCERPT_CHARS_MAX = 200;

/** The start of a line, short enough to be shown. */
export function excerpt(text: string): string {
  return text.length <= EXCERPT_CHARS_MAX ? text : `${text.slice(0, EXCERPT_CHARS_MAX)}…`;
}

/** A line in quotes, as messages and repairs show it. */
export function quote(text: string): string {
  return JSON.stringify(excerpt(text));
}

/** "1 line", "2 lines". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A refusal of the patch as such, before a file is known. */
export function patchRefusal(message: string, details: ErrorDetails = {}): ToolError {
  return new ToolError("patch_failed", message, details);
}

/** A refusal of one hunk of a patch for a known file. */
export function hunkRefusal(ref: HunkRef, message: string, details: ErrorDetails = {}): ToolError {
  const { path, sha256 } = ref.target;
  return patchRefusal(`Cannot apply ${ref.label}: ${message}`, { path, hunk: ref.hunk, ...details, sha256 });
}
