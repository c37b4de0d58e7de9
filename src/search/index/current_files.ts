/** Files as they are on disk in this moment, for who shows them: what the index says of them may be older. */
import { INDEXED_FILE_BYTES_MAX } from "../../core/limits.ts";
import { isFileSystemError } from "../../repo/fs_error.ts";
import type { RepoRoot } from "../../repo/root.ts";
import { redact } from "../../core/secrets.ts";
import { decode, searchableFile } from "../decode.ts";
import type { CurrentFile } from "../index_reader.ts";
import type { FileTable } from "./file_table.ts";
import { lstat, RealFolders } from "../../repo/real_folders.ts";
import { settlingMs, type Stamp, stampOf } from "./stamp.ts";
import { type CachedText, TextCache } from "./text_cache.ts";

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
  /** Paths that were judged, and whether they may be read. */
  readonly #judged = new Map<string, boolean>();
  /** For files that are looked into and not kept: half of the time goes into making room for each anew. */
  readonly #buffer = new Uint8Array(INDEXED_FILE_BYTES_MAX);

  constructor(parts: CurrentFilesParts) {
    this.#parts = parts;
    this.#folders = new RealFolders(parts.root.real);
  }

  /** A search begins: folders are looked at anew, once for all the files in them. */
  begin(): void {
    this.#folders.forget();
  }

  /** Other files may be read than before. */
  rulesChanged(): void {
    this.#judged.clear();
  }

  /** See {@linkcode IndexReader.exists}. */
  exists(path: string): boolean {
    const isThere = this.#stampOf(path) !== undefined;
    if (!isThere) this.#parts.onStale(path);
    return isThere;
  }

  /** See {@linkcode IndexReader.indexedBytes}. */
  indexedBytes(path: string, table: FileTable): Uint8Array | undefined {
    const stamp = this.#stampOf(path);
    if (stamp === undefined || stamp.size > INDEXED_FILE_BYTES_MAX) return undefined;
    if (table.holds(path, stamp) !== "yes") return undefined;
    return readInto(this.#buffer, `${this.#parts.root.real}/${path}`, stamp.size);
  }

  /** See {@linkcode IndexReader.read}. */
  read(path: string, table: FileTable): CurrentFile | undefined {
    const stamp = this.#stampOf(path);
    if (stamp === undefined) return void this.#parts.onStale(path);
    const held = table.holds(path, stamp);
    // Where there is no proof yet, the indexer looks again by itself.
    if (held === "no") this.#parts.onStale(path);
    const isNewer = held !== "yes";
    if (stamp.size > INDEXED_FILE_BYTES_MAX) return undefined;
    const known = this.#texts.get(path, stamp);
    if (known !== undefined) return new FileNow({ path, isNewer, ...known });
    const readAt = this.#parts.now();
    const bytes = readBytes(`${this.#parts.root.real}/${path}`);
    if (bytes === undefined) return undefined;
    // To look for secrets takes longer than to read: where the indexer found none, only what is shown is looked through again.
    const isMasked = held !== "yes" || !table.isPlain(path);
    const file = isMasked ? searchableFile(bytes) : decode(bytes);
    if (file === undefined) return undefined;
    const { text, isWhole } = file;
    const found = { text, isMasked, bytes: isWhole ? undefined : bytes };
    if (settlingMs(stamp, readAt) === 0) this.#texts.offer(path, stamp, found);
    return new FileNow({ path, isNewer, ...found });
  }

  /**
   * Undefined for what is no file of the root, or may not be read. Every path is judged, those of the index as well: the
   * repository may have brought it along, and the rules may have changed since.
   */
  #stampOf(path: string): Stamp | undefined {
    const { root } = this.#parts;
    if (!this.#mayRead(path) || !this.#folders.leadTo(path)) return undefined;
    const info = lstat(`${root.real}/${path}`);
    return info?.isFile === true ? stampOf(info) : undefined;
  }

  #mayRead(path: string): boolean {
    const known = this.#judged.get(path);
    if (known !== undefined) return known;
    const { root } = this.#parts;
    const mayRead = isNormal(path) && root.mayRead(path);
    if (this.#judged.size >= JUDGED_MAX) this.#judged.clear();
    this.#judged.set(path, mayRead);
    return mayRead;
  }
}

/** A file of which more is made when somebody asks for it: of some fifty that are judged, ten are shown. */
class FileNow implements CurrentFile {
  readonly path: string;
  readonly judged: string;
  readonly isNewer: boolean;
  readonly #bytes: Uint8Array | undefined;
  #text: string | undefined;

  constructor({ path, text, isMasked, bytes, isNewer }: CachedText & { path: string; isNewer: boolean }) {
    this.path = path;
    this.judged = text;
    this.isNewer = isNewer;
    this.#bytes = bytes;
    this.#text = isMasked ? text : undefined;
  }

  /** A file may have changed between the look and the reading, so this believes neither its stamp nor the index. */
  get text(): string {
    return this.#text ??= redact(this.judged).text;
  }

  get bytes(): Uint8Array {
    return this.#bytes ?? encoder.encode(this.judged);
  }
}

const encoder = new TextEncoder();

/** Paths whose judgement is kept. */
const JUDGED_MAX = 400_000;

/** Whether a path, by its text, is relative to the root and written as the root writes it. */
function isNormal(path: string): boolean {
  return path !== "" && path.split("/").every((segment) => !NOT_NORMAL.has(segment)) && !path.includes("\0");
}

const NOT_NORMAL: ReadonlySet<string> = new Set(["", ".", ".."]);

/** The first `size` bytes of a file; undefined when it has fewer by now, or cannot be read. */
function readInto(buffer: Uint8Array, absolute: string, size: number): Uint8Array | undefined {
  try {
    using file = Deno.openSync(absolute);
    const bytes = buffer.subarray(0, size);
    return (file.readSync(bytes) ?? 0) === size ? bytes : undefined;
  } catch (error) {
    if (isFileSystemError(error)) return undefined;
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
