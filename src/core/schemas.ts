/** The shapes that several tools share, stated once. */
import * as z from "zod";
import { LANGUAGES } from "./languages.ts";
import { FILE_BYTES_MAX, PATH_CHARS_MAX } from "./limits.ts";

/** A path as a caller names it: relative to the root, with `/` between segments. */
export const pathInput = z.string().min(1).max(PATH_CHARS_MAX)
  .describe("Path relative to the repository root, for example docs/guide.md");

/** A file or folder to narrow a view to. */
export const optionalPathInput = z.string().max(PATH_CHARS_MAX).optional()
  .describe("A file or folder relative to the repository root; everything by default");

/** The SHA-256 of a file's bytes, in hexadecimal. */
export const sha256Input = z.string().regex(/^[0-9a-fA-F]{64}$/, "must be 64 hexadecimal digits")
  .describe("SHA-256 of the file as you last read it; the call fails with sha_mismatch if it changed since");

/** A text that can be written as UTF-8 without loss. */
export const unicodeText = z.string()
  .refine((text) => text.isWellFormed(), "must be well-formed Unicode: it holds half of a surrogate pair");

/** A file's new contents. */
export const contentsInput = unicodeText.describe("The whole text, or base64 of the bytes");

/** How `contents` is written in JSON. */
export const encodingInput = z.enum(["utf8", "base64"]).default("utf8").describe(
  "base64 for binary contents",
);

/** Names a change of files, for `undo`. */
export const changeIdOutput = z.string().nullable().describe(
  "Names this change for undo; null when nothing had to change",
);

/** Makes a call that is sent twice happen once. */
export const idempotencyKeyInput = z.string().min(1).max(128).optional().describe(
  "A key of your own: the same call with the same key happens once and returns the first result",
);

/** What every write reports of the file that it left behind. */
export const fileVersion = z.object({
  path: z.string().describe("Path relative to the repository root"),
  sha256: z.string().describe("SHA-256 of the file's bytes now"),
  previousSha256: z.string().nullable().describe(
    "SHA-256 before this call; null when the file did not exist",
  ),
  size: z.int().describe("Size in bytes"),
  created: z.boolean().describe("Whether this call made the file"),
  changed: z.boolean().describe("False when the file already held exactly these contents"),
  changeId: changeIdOutput,
});

/** A file in a listing. */
export const fileEntry = z.object({
  path: z.string(),
  size: z.int().describe("Size in bytes"),
  modified: z.string().describe("Last change, ISO 8601"),
});

/** A line of a file. */
export const lineNumber = z.int().min(1).max(FILE_BYTES_MAX);

/** What `fetch` and `read_file` say about the file and the part of it that they answer. */
export const filePartMetadata = z.object({
  path: z.string(),
  sha256: z.string(),
  size: z.int().describe("Bytes of the whole file"),
  modified: z.string(),
  encoding: z.enum(["utf8", "base64"]),
  lines: z.int().optional().describe("Lines of the whole file"),
  startLine: z.int().optional(),
  endLine: z.int().optional(),
  truncated: z.boolean().describe("Whether the limit of one answer cut the text off"),
  redacted: z.int().optional().describe(
    "Secrets of the file that are masked in text; the hash is of the real file: edit by patch elsewhere in it",
  ),
  next: z.object({ startLine: z.int(), startColumn: z.int().optional() }).optional()
    .describe("The arguments that read on"),
});

/** How fresh an answer of a search is. */
export const indexReceipt = z.object({
  files: z.int().describe("Files in the index"),
  pending: z.int().describe(
    "Files known to have changed that the index does not have as they are; 0 when it is whole",
  ),
  head: z.string().nullable().describe("The commit that is checked out; null without one"),
  dirty: z.boolean().nullable().describe(
    "Whether files differ from that commit; null while that is not known",
  ),
});

/** What a code search looks for. */
export const codeMode = z.enum(["words", "literal", "regex", "symbol", "path"]);

/** A language whose files are searched alone. */
export const codeLanguage = z.enum(LANGUAGES).describe("Only files of this language");
