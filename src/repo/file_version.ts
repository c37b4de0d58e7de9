/** A file after a write, and what becomes of its text. */
import type { PutChange } from "./change_set.ts";
import { sha256Hex } from "./digest.ts";

/** A file after a write. */
export interface FileVersion {
  readonly path: string;
  readonly sha256: string;
  /** Null when the file did not exist before. */
  readonly previousSha256: string | null;
  /** Bytes. */
  readonly size: number;
  readonly created: boolean;
  /** False when the file already held exactly these contents. */
  readonly changed: boolean;
}

/** A file after a write, and the change that the write was; null when nothing had to change. */
export interface WrittenFile extends FileVersion {
  readonly changeId: string | null;
}

/** A file after it was moved. */
export interface MovedFile {
  readonly from: string;
  readonly to: string;
  readonly sha256: string;
  readonly changeId: string | null;
}

/** What is left of a file that was removed. */
export interface RemovedFile {
  readonly path: string;
  readonly deleted: boolean;
  readonly previousSha256: string;
  readonly changeId: string | null;
}

/** What a write reports of the file that it leaves behind. */
export function versionOf(change: PutChange): FileVersion {
  const sha256 = sha256Hex(change.bytes);
  return {
    path: change.at.path,
    sha256,
    previousSha256: change.before?.sha256 ?? null,
    size: change.bytes.length,
    created: change.before === undefined,
    changed: change.before?.sha256 !== sha256,
  };
}

/** Whether a write would leave the file as it is. */
export function isSame(change: PutChange): boolean {
  return change.before !== undefined && change.before.sha256 === sha256Hex(change.bytes);
}

/** A text with lines added at its end, in the line endings of the text that is there. */
export function onLinesOfItsOwn(text: string, addition: string): string {
  const newline = /\r?\n/.exec(text)?.[0] ?? "\n";
  const gap = text === "" || text === "\uFEFF" || text.endsWith("\n") ? "" : newline;
  const body = addition === "" || addition.endsWith("\n") ? addition : `${addition}\n`;
  return text + gap + body.replace(/\r?\n/g, newline);
}
