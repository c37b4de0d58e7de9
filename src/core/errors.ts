/** The closed set of ways in which a tool may fail, and the one error class that carries them. */

/** Every error code that a tool of this server can answer. Part of the wire contract. */
export const ERROR_CODES = [
  "invalid_arguments",
  "not_found",
  "already_exists",
  "sha_mismatch",
  "path_outside_root",
  "path_denied",
  "not_a_file",
  "too_large",
  "binary_file",
  "patch_failed",
  "nothing_to_commit",
  "git_failed",
  "busy",
  "conflict",
  "read_only",
  "unavailable",
] as const;

/** One of {@linkcode ERROR_CODES}. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Machine-readable facts beside an error: plain JSON, without host paths, keys or stack frames. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * A failure that the caller of a tool can act on. The message says what was wrong, what was found and
 * what to do next; it is shown to a model as it is. Anything else that is thrown is a bug of ours and
 * never reaches the wire.
 */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
