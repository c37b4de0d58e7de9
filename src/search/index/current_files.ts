/** Files as they are on disk in this moment, for who shows them: what the index says of them may be older. */
import { ToolError } from "../../core/errors.ts";
import { INDEXED_FILE_BYTES_MAX } from "../../core/limits.ts";
import { isFileSystemError } from "../../repo/fs_error.ts";
import type { RepoRoot } from "../../repo/root.ts";
import { searchableText } from "../decode.ts";
import type { CurrentFile } from "../index_reader.ts";
import type { FileTable } from "./file_table.ts";
import { lstat, RealFolders } from "../../repo/real_folders.ts";
import { settlingMs, type Stamp, stampOf } from "./stamp.ts";
import { TextCache } from "./text_cache.ts";

/** What it is made of. */
export interface CurrentFilesParts {
  readonly root: RepoRoot;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told of a file that the index does not have as it is. */
  readonly onStale: (path: string) => void;
}

/** See the module. */
export class CurrentFiles {
  readonly #parts: CurrentFilesParts;
  readonly #texts = new TextCache();
  readonly #folders: RealFolders;

  constructor(parts: CurrentFilesParts) {
    this.#parts = parts;
    this.#folders = new RealFolders(parts.root.real);
  }

  /** A search begins: folders are looked at anew, once for all the files in them. */
  begin(): void {
    this.#folders.forget();
  }

  /** See {@linkcode IndexReader.read}. */
  read(path: string, table: FileTable): CurrentFile | undefined {
    const stamp = this.#stampOf(path, table);
    if (stamp === undefined) return void this.#parts.onStale(path);
    const held = table.holds(path, stamp);
    // Where there is no proof yet, the indexer looks again by itself.
    if (held === "no") this.#parts.onStale(path);
    const isNewer = held !== "yes";
    if (stamp.size > INDEXED_FILE_BYTES_MAX) return undefined;
    const known = this.#texts.get(path, stamp);
    if (known !== undefined) return { path, isNewer, ...known };
    const readAt = this.#parts.now();
    const bytes = readBytes(`${this.#parts.root.real}/${path}`);
    const text = bytes === undefined ? undefined : searchableText(bytes);
    if (bytes === undefined || text === undefined) return undefined;
    if (settlingMs(stamp, readAt) === 0) this.#texts.set(path, stamp, { text, bytes });
    return { path, text, bytes, isNewer };
  }

  /**
   * Undefined for what is no file of the root, or may not be read. Files of the index were judged when they were listed,
   * and are forgotten when the rules change: what can have changed since is that a link has taken the place of one, or of
   * a folder above it. Every other path is judged by the root.
   */
  #stampOf(path: string, table: FileTable): Stamp | undefined {
    const { root } = this.#parts;
    const isJudged = table.has(path) || isReadable(root, path);
    const info = isJudged && this.#folders.leadTo(path) ? lstat(`${root.real}/${path}`) : undefined;
    return info?.isFile === true ? stampOf(info) : undefined;
  }
}

function isReadable(root: RepoRoot, path: string): boolean {
  try {
    return root.resolve(path).realPath === path;
  } catch (error) {
    if (error instanceof ToolError) return false;
    throw error;
  }
}

function readBytes(absolute: string): Uint8Array | undefined {
  try {
    return Deno.readFileSync(absolute);
  } catch (error) {
    if (isFileSystemError(error)) return undefined;
    throw error;
  }
}
