/** The message of a commit, as its author wrote it. */

import { ToolError } from "../../core/errors.ts";
import { COMMIT_MESSAGE_BYTES_MAX } from "../../core/limits.ts";

/**
 * The message without trailing whitespace and without empty lines around it; a line that begins with `#`
 * stays. Throws `invalid_arguments` for one that is empty, too long, or holds NUL.
 */
export function cleanMessage(message: string): string {
  const clean = message.replace(/[^\S\n]+$/gm, "").replace(/^\n+|\n+$/g, "");
  if (clean === "") throw invalid("the message is empty");
  if (clean.includes("\0")) throw invalid("the message holds a NUL character");
  const size = new TextEncoder().encode(clean).length;
  if (size <= COMMIT_MESSAGE_BYTES_MAX) return `${clean}\n`;
  throw invalid(`the message has ${size} bytes, at most ${COMMIT_MESSAGE_BYTES_MAX} are accepted`);
}

function invalid(reason: string): ToolError {
  return new ToolError("invalid_arguments", `Cannot commit: ${reason}`);
}
