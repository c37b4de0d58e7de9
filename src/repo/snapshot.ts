/** One regular file, read whole: its bytes, and the hash that later writes are compared with. */
import { nodeCrypto } from "../core/node_modules.ts";
import { ToolError } from "../core/errors.ts";
import { FILE_BYTES_MAX } from "../core/limits.ts";
import { sha256Hex } from "./digest.ts";
import { fromFileSystemError, notFound } from "./fs_error.ts";
import { kindOf } from "./kind_of.ts";
import type { RepoPath } from "./root.ts";

/** A file as it was at one moment. */
export interface Snapshot {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256 of `bytes`, hexadecimal. */
  readonly sha256: string;
  /** Permission bits, for example 0o644; 0o644 where the platform has none. */
  readonly mode: number;
  /** When the file last changed, ISO 8601. */
  readonly modified: string;
}

/**
 * Reads the file at `at`.
 *
 * @throws {ToolError} `not_found`, `not_a_file` (a folder, a pipe, a device, a socket), `too_large`, `read_only`.
 */
export async function readSnapshot(at: RepoPath): Promise<Snapshot> {
  if (at.info === undefined) throw notFound(at.path);
  refuseSpecial(at.info, at.path);
  if (at.info.size > FILE_BYTES_MAX) throw tooLarge(at.path, at.info.size);
  try {
    // The check above comes first because opening a pipe would wait for a writer.
    using file = await Deno.open(at.absolute, { read: true });
    const info = await file.stat();
    refuseSpecial(info, at.path);
    const bytes = await readWhole(file, { size: info.size, path: at.path });
    return {
      bytes,
      sha256: sha256Hex(bytes),
      mode: (info.mode ?? 0o644) & 0o7777,
      modified: (info.mtime ?? new Date(0)).toISOString(),
    };
  } catch (error) {
    throw fromFileSystemError(error, at.path);
  }
}

/**
 * The SHA-256 of a file of any size, in hexadecimal: for what moves or removes it without looking inside.
 *
 * @throws {ToolError} `not_found`, `not_a_file`, `read_only`.
 */
export async function hashFile(at: RepoPath): Promise<string> {
  if (at.info === undefined) throw notFound(at.path);
  refuseSpecial(at.info, at.path);
  try {
    // The file closes itself at the end of its stream.
    const file = await Deno.open(at.absolute, { read: true });
    const hash = nodeCrypto().createHash("sha256");
    for await (const chunk of file.readable) hash.update(chunk);
    return hash.digest("hex");
  } catch (error) {
    throw fromFileSystemError(error, at.path);
  }
}

function refuseSpecial(info: Deno.FileInfo, path: string): void {
  if (info.isFile) return;
  const kind = kindOf(info);
  const next = info.isDirectory ? "; list_dir shows what is in it" : "";
  throw new ToolError("not_a_file", `Cannot use "${path}" as a file: it is ${kind}${next}`, { path, kind });
}

function tooLarge(path: string, size: number): ToolError {
  const message = `Cannot read "${path}": it has ${size} bytes, the limit is ${FILE_BYTES_MAX}; ` +
    "only rename_file and delete_file take larger files";
  return new ToolError("too_large", message, { path, size, limit: FILE_BYTES_MAX });
}

/** Reads to the end, not to the size of a moment ago: the file may be growing. */
async function readWhole(
  file: Deno.FsFile,
  { size, path }: { size: number; path: string },
): Promise<Uint8Array<ArrayBuffer>> {
  let buffer = new Uint8Array(size + 1);
  let used = 0;
  for (;;) {
    const count = await file.read(buffer.subarray(used));
    if (count === null) return buffer.slice(0, used);
    used += count;
    if (used > FILE_BYTES_MAX) throw tooLarge(path, used);
    if (used === buffer.length) {
      const larger = new Uint8Array(buffer.length * 2);
      larger.set(buffer);
      buffer = larger;
    }
  }
}
