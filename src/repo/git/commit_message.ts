/** The message of a commit, as its author wrote it. */

import { ToolError } from "../../core/errors.ts";
import { COMMIT_MESSAGE_BYTES_MAX } from "../../core/limits.ts";

/**
 * The message without trailing whitespace and without empty lines around it; a line that begins with `#`
 * stays. Throws `invalid_arguments` for one that is empty, too long, or holds NUL.
 */
export function cleanMessage(message: string): string {
  // First of all: nothing below has to bear more.
  const size = new TextEncoder().encode(message).length;
  if (size > COMMIT_MESSAGE_BYTES_MAX) {
    throw invalid(`the message has ${size} bytes, at most ${COMMIT_MESSAGE_BYTES_MAX} are accepted`);
  }
  // Not a pattern that ends in "$": it would try again at each of many spaces.
  const lines = message.split("\n").map((line) => line.trimEnd());
  const first = lines.findIndex((line) => line !== "");
  if (first === -1) throw invalid("the message is empty");
  if (message.includes("\0")) throw invalid("the message holds a NUL character");
  return `${lines.slice(first, lines.findLastIndex((line) => line !== "") + 1).join("\n")}\n`;
}

function invalid(reason: string): ToolError {
  return new ToolError("invalid_arguments", `Cannot commit: ${reason}`);
}
