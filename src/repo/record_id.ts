/** Record ids: how `search` names a file, and what `fetch` accepts in its place. */
import { ToolError } from "../core/errors.ts";

/** What every record id begins with. */
export const RECORD_ID_PREFIX = "lukhas-path:";

/** The record id of a path relative to the root: the prefix and the base64 of its UTF-8 bytes. */
export function encodeRecordId(path: string): string {
  return RECORD_ID_PREFIX + new TextEncoder().encode(path).toBase64();
}

/**
 * The path that an id names. Base64, base64url and both without padding are read (RFC 4648, sections 4 and 5);
 * what has no prefix is a path as it stands.
 *
 * @throws {ToolError} `invalid_arguments` when what follows the prefix is not base64 of UTF-8.
 */
export function decodeRecordId(id: string): string {
  if (!id.startsWith(RECORD_ID_PREFIX)) return id;
  const encoded = id.slice(RECORD_ID_PREFIX.length).replaceAll("-", "+").replaceAll("_", "/").replace(
    /=+$/,
    "",
  );
  try {
    const bytes = Uint8Array.fromBase64(encoded, { lastChunkHandling: "loose" });
    const path = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (path !== "") return path;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  const message =
    `Cannot read the id "${id}": after "${RECORD_ID_PREFIX}" stands the base64 of a path; a plain path works too`;
  throw new ToolError("invalid_arguments", message, { id });
}
