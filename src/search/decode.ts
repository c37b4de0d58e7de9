/** The text of a file's bytes for searching, whatever wrote it: UTF-8, UTF-16 with its mark, or a Latin single-byte set. */

import { redact } from "../core/secrets.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true });
/** WHATWG's `latin1` is windows-1252, which has a character for every byte. */
const LATIN1 = new TextDecoder("latin1");

/** Bytes that are looked at to tell a text in a single-byte set from something else. */
const SAMPLE_BYTES = 4096;

/** Among bytes that are not UTF-8, so large a share of control characters no text has. */
const CONTROL_SHARE_MAX = 0.02;

/** A file's text without its byte order mark. */
export interface DecodedFile {
  readonly text: string;
  /** Whether the text as UTF-8 is the file, byte for byte: it has no other encoding, no mark, and no secret that was masked. */
  readonly isWhole: boolean;
}

/**
 * The text as it may be searched and shown: without its byte order mark, and with its secrets masked, so that none can be
 * guessed letter by letter. Undefined for what is no text. Lines keep their numbers.
 */
export function searchableText(bytes: Uint8Array): string | undefined {
  return searchableFile(bytes)?.text;
}

/** The same, and whether the file's bytes can be made of it again. */
export function searchableFile(bytes: Uint8Array): DecodedFile | undefined {
  const decoded = decode(bytes);
  if (decoded === undefined) return undefined;
  const { text, redacted } = redact(decoded.text);
  return { text, isWhole: decoded.isWhole && redacted === 0 };
}

/** The text without its byte order mark; undefined for what is no text. */
export function decodeFile(bytes: Uint8Array): string | undefined {
  return decode(bytes)?.text;
}

/** The same, and whether the file's bytes can be made of it again. Neither masks anything. */
export function decode(bytes: Uint8Array): DecodedFile | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return inOtherEncoding(decodeUtf16(bytes, "utf-16le"));
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return inOtherEncoding(decodeUtf16(bytes, "utf-16be"));
  try {
    const text = UTF8.decode(bytes);
    // Looked for in the text, not in the bytes: there it takes a fifth of the time.
    return text.includes("\0") ? undefined : { text, isWhole: !hasUtf8Mark(bytes) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  const isText = !bytes.includes(0) && !isMostlyControl(bytes.subarray(0, SAMPLE_BYTES));
  return isText ? inOtherEncoding(LATIN1.decode(bytes)) : undefined;
}

/** What another encoding was read as. */
function inOtherEncoding(text: string | undefined): DecodedFile | undefined {
  return text === undefined ? undefined : { text, isWhole: false };
}

/** The byte order mark as UTF-8 writes it. Its decoder leaves it out. */
export const UTF8_MARK: readonly number[] = [0xef, 0xbb, 0xbf];

/** Whether that begins the file. In a single-byte set the same bytes are three characters. */
export function hasUtf8Mark(bytes: Uint8Array): boolean {
  return UTF8_MARK.every((byte, at) => bytes[at] === byte);
}

function decodeUtf16(bytes: Uint8Array, encoding: "utf-16le" | "utf-16be"): string | undefined {
  const text = new TextDecoder(encoding).decode(bytes);
  // What merely begins with these two bytes, such as UTF-32 or an MP3 frame.
  return text.includes("\0") || text.includes("\ufffd") ? undefined : text;
}

function isMostlyControl(sample: Uint8Array): boolean {
  const controls = sample.reduce((count, byte) => count + (byte < 0x20 && !isLayout(byte) ? 1 : 0), 0);
  return controls > sample.length * CONTROL_SHARE_MAX;
}

/** Tab, line feed, form feed, carriage return and escape stand in texts too. */
function isLayout(byte: number): boolean {
  return (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b;
}
