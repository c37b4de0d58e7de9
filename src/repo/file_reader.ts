/** What `fetch` and `read_file` answer: a part of a file, and where it can be cited. */
import mime from "mime/lite";
import { ToolError } from "../core/errors.ts";
import { BASE64_FILE_BYTES_MAX, TEXT_BYTES_MAX } from "../core/limits.ts";
import { findSecrets, redact, type Redacted } from "../core/secrets.ts";
import type { FileStore } from "./file_store.ts";
import { decodeRecordId, encodeRecordId } from "./record_id.ts";
import { scannable } from "./secret_rules.ts";
import type { Snapshot } from "./snapshot.ts";
import { decodeText, sliceText, type TextRange } from "./text.ts";

/** A file, or a range of its lines, that is to be cited. */
export interface CitedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly lines?: { readonly startLine: number; readonly endLine: number } | undefined;
}

/** For each file an address that anyone who may see the file can open. */
export type Cite = (files: readonly CitedFile[]) => Promise<string[]>;

/** A part of a file, as it goes over the wire. */
export interface FilePart {
  readonly id: string;
  /** The file's name. */
  readonly title: string;
  readonly url: string;
  readonly mimeType: string;
  readonly text: string;
  readonly metadata: {
    readonly path: string;
    readonly sha256: string;
    /** Bytes of the whole file. */
    readonly size: number;
    readonly modified: string;
    readonly encoding: "utf8" | "base64";
    /** Lines of the whole file; the line fields are absent for base64. */
    readonly lines?: number;
    readonly startLine?: number;
    readonly endLine?: number;
    readonly truncated: boolean;
    /** Secrets of the whole file that are masked in `text`; absent without any. Hashes are of the real bytes. */
    readonly redacted?: number;
    /** The arguments of the call that reads on. */
    readonly next?: { readonly startLine: number; readonly startColumn?: number };
  };
}

/** The beginning of a text file, or the bytes of another. */
export type FileContents =
  & {
    readonly mimeType: string;
    readonly sha256: string;
    readonly modified: string;
    readonly redacted?: number;
  }
  & (
    | { readonly text: string; readonly next?: { readonly startLine: number; readonly startColumn?: number } }
    | { readonly base64: string }
  );

/** Reads parts of files. */
export class FileReader {
  readonly #files: FileStore;
  readonly #cite: Cite;

  constructor(parts: { files: FileStore; cite: Cite }) {
    this.#files = parts.files;
    this.#cite = parts.cite;
  }

  /**
   * Lines of a text file, at most 256 KiB of them; or a whole file of at most 1 MiB as base64.
   *
   * @throws {ToolError} `binary_file` (for text), `too_large`, `invalid_arguments` (the range), and what reading throws.
   */
  async read(path: string, options: TextRange & { encoding: "utf8" | "base64" }): Promise<FilePart> {
    const at = this.#files.root.normalize(path);
    const file = await this.#files.read(path);
    return options.encoding === "base64" ? await this.#base64(at, file) : await this.#text(at, file, options);
  }

  /**
   * The same for a record id, or a path in its place.
   *
   * @throws {ToolError} `invalid_arguments` for an id that cannot be decoded, and what {@linkcode read} throws.
   */
  fetch(id: string, range: TextRange): Promise<FilePart> {
    return this.read(decodeRecordId(id), { ...range, encoding: "utf8" });
  }

  /**
   * A file without its citation: text up to the limit of {@linkcode read}, everything else as base64.
   *
   * @throws {ToolError} `too_large`, and what reading throws.
   */
  async contents(path: string): Promise<FileContents> {
    const at = this.#files.root.normalize(path);
    const file = await this.#files.read(path);
    const whole = readable(file);
    const { sha256, modified } = file;
    if (whole === undefined) {
      refuseLongBase64(at, file);
      refuseSecretBytes(at, file);
      return { mimeType: binaryType(at), base64: file.bytes.toBase64(), sha256, modified };
    }
    const { text, next } = sliceText(whole.text, {}, TEXT_BYTES_MAX);
    const facts = { sha256, modified, ...redactedFact(whole), ...(next !== undefined && { next }) };
    return { mimeType: textType(at), text, ...facts };
  }

  /**
   * A whole text file.
   *
   * @throws {ToolError} `binary_file`, and what reading throws.
   */
  async readText(path: string): Promise<{ text: string; sha256: string }> {
    const file = await this.#files.read(path);
    return { text: textOf(this.#files.root.normalize(path), file).text, sha256: file.sha256 };
  }

  async #text(path: string, file: Snapshot, range: TextRange): Promise<FilePart> {
    const whole = textOf(path, file);
    const { text, ...place } = sliceText(whole.text, range, TEXT_BYTES_MAX);
    const isPart = range.startLine !== undefined || range.endLine !== undefined || place.truncated;
    const lines = isPart && place.endLine >= place.startLine ? place : undefined;
    return {
      ...await this.#identity(path, file, lines),
      mimeType: textType(path),
      text,
      metadata: { ...facts(path, file), encoding: "utf8", ...place, ...redactedFact(whole) },
    };
  }

  async #base64(path: string, file: Snapshot): Promise<FilePart> {
    refuseLongBase64(path, file);
    const whole = readable(file);
    if (whole === undefined) refuseSecretBytes(path, file);
    const bytes = whole === undefined || whole.redacted === 0
      ? file.bytes
      : new TextEncoder().encode(whole.text);
    return {
      ...await this.#identity(path, file),
      mimeType: whole === undefined ? binaryType(path) : textType(path),
      text: bytes.toBase64(),
      metadata: { ...facts(path, file), encoding: "base64", truncated: false, ...redactedFact(whole) },
    };
  }

  async #identity(
    path: string,
    { bytes, sha256 }: Snapshot,
    lines?: CitedFile["lines"],
  ): Promise<{ id: string; title: string; url: string }> {
    const [url = ""] = await this.#cite([{ path, bytes, sha256, lines }]);
    return { id: encodeRecordId(path), title: path.slice(path.lastIndexOf("/") + 1), url };
  }
}

function facts(
  path: string,
  file: Snapshot,
): { path: string; sha256: string; size: number; modified: string } {
  return { path, sha256: file.sha256, size: file.bytes.length, modified: file.modified };
}

function refuseLongBase64(path: string, { bytes: { length: size } }: Snapshot): void {
  if (size <= BASE64_FILE_BYTES_MAX) return;
  const message =
    `Cannot answer "${path}" as base64: it has ${size} bytes, the limit is ${BASE64_FILE_BYTES_MAX}`;
  throw new ToolError("too_large", message, { path, size, limit: BASE64_FILE_BYTES_MAX });
}

/** A text as it may leave the server: the one place where that is decided for files. Undefined for other bytes. */
function readable(file: Snapshot): Redacted | undefined {
  const text = decodeText(file.bytes);
  return text === undefined ? undefined : redact(text);
}

function redactedFact(text: Redacted | undefined): { redacted?: number } {
  return text === undefined || text.redacted === 0 ? {} : { redacted: text.redacted };
}

/** Bytes that are no text cannot be masked without becoming another file. */
function refuseSecretBytes(path: string, file: Snapshot): void {
  const [secret] = findSecrets(scannable(file.bytes));
  if (secret === undefined) return;
  const message =
    `Cannot read "${path}": it is no UTF-8 text, and holds what looks like a secret (${secret.kind})`;
  throw new ToolError("path_denied", message, { path, kind: secret.kind });
}

function textOf(path: string, file: Snapshot): Redacted {
  const text = readable(file);
  if (text !== undefined) return text;
  const [size, mimeType] = [file.bytes.length, binaryType(path)];
  const message = `Cannot read "${path}" as text: it is not UTF-8 (${mimeType}, ${size} bytes); ` +
    `read_file with encoding "base64" gives its bytes`;
  throw new ToolError("binary_file", message, { path, size, mimeType, sha256: file.sha256 });
}

/** The type that a name suggests, unless it is no text type: the registry takes `.ts` for video. */
function textType(path: string): string {
  const type = mime.getType(path);
  const isText = type !== null &&
    (type.startsWith("text/") || /[/+](?:json|xml|javascript|yaml|toml)$/.test(type));
  return isText ? type : "text/plain";
}

function binaryType(path: string): string {
  return mime.getType(path) ?? "application/octet-stream";
}
