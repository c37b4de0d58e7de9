/** A file of the root as the index takes it in: looked at without following a link, read, decoded and taken apart. */
import { INDEXED_FILE_BYTES_MAX } from "../../core/limits.ts";
import { isFileSystemError } from "../../repo/fs_error.ts";
import { type DecodedFile, searchableFile } from "../decode.ts";
import { type SearchDocument, toDocument } from "../document.ts";
import type { FileFacts } from "./index_store.ts";
import { lstat, type RealFolders } from "../../repo/real_folders.ts";
import { isProof, settlingMs, stampOf } from "./stamp.ts";

/** What the index is to keep of a file. */
export interface SeenFile {
  readonly facts: FileFacts;
  /** How long it takes until it is settled. */
  readonly settlingMs: number;
  readonly document: SearchDocument;
}

/**
 * Looks at the file at `path`, relative to the root. Undefined for what is no file of the root: nothing, a folder, a
 * link, what lies below a link.
 *
 * @param parts.now Milliseconds since 1970.
 */
export function seeFile(
  path: string,
  { root, folders, now }: { root: string; folders: RealFolders; now: number },
): SeenFile | undefined {
  if (!folders.leadTo(path)) return undefined;
  const absolute = `${root}/${path}`;
  // The look comes before the reading: what changes in between differs from it afterwards.
  const info = lstat(absolute);
  if (info?.isFile !== true) return undefined;
  const stamp = stampOf(info);
  const read = stamp.size > INDEXED_FILE_BYTES_MAX ? undefined : readFile(absolute);
  const document = toDocument(path, read?.text ?? "");
  const ms = settlingMs(stamp, now);
  const language = document.language ?? null;
  return {
    facts: {
      path,
      stamp,
      isSettled: ms === 0,
      language,
      hasText: read !== undefined,
      isPlain: read?.isWhole === true && isProof(stamp, now),
    },
    document,
    settlingMs: ms,
  };
}

/** Undefined for a file without text, and for one that cannot be read. */
function readFile(absolute: string): DecodedFile | undefined {
  try {
    return searchableFile(Deno.readFileSync(absolute));
  } catch (error) {
    if (isFileSystemError(error)) return undefined;
    throw error;
  }
}
