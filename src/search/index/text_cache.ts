/** Texts of files that were read before, each for as long as its file's stamp stays the same. */
import { TEXT_CACHE_BYTES_MAX } from "../../core/limits.ts";
import { isSameStamp, type Stamp } from "./stamp.ts";

/** A file's contents. */
export interface CachedText {
  readonly text: string;
  /** Whether its secrets are masked; else the index knew of none. */
  readonly isMasked: boolean;
  /** Undefined where the text as UTF-8 is the file, byte for byte: half the memory, for nearly all files. */
  readonly bytes: Uint8Array | undefined;
}

interface Entry extends CachedText {
  readonly stamp: Stamp;
}

/** Files that were read, and whose texts are kept when they are read again before as many others. */
const ONCE_READ_MAX = 2_000;

/**
 * The text that was unused for longest gives way. A text is kept from its second reading on: most are read once, and to keep those
 * would cost the collector of garbage more than reading them again.
 */
export class TextCache {
  readonly #entries = new Map<string, Entry>();
  readonly #onceRead = new Set<string>();
  #size = 0;

  get(path: string, stamp: Stamp): CachedText | undefined {
    const entry = this.#entries.get(path);
    if (entry === undefined) return undefined;
    this.#entries.delete(path);
    if (isSameStamp(entry.stamp, stamp)) {
      this.#entries.set(path, entry);
      return entry;
    }
    this.#size -= sizeOf(entry);
    return undefined;
  }

  /** Keeps what was read of a file that was read before. */
  offer(path: string, stamp: Stamp, { text, isMasked, bytes }: CachedText): void {
    if (!this.#onceRead.delete(path)) return this.#noteOnceRead(path);
    const known = this.#entries.get(path);
    const added = { stamp, text, isMasked, bytes };
    this.#size += sizeOf(added) - (known === undefined ? 0 : sizeOf(known));
    this.#entries.delete(path);
    this.#entries.set(path, added);
    for (const [oldest, entry] of this.#entries) {
      if (this.#size <= TEXT_CACHE_BYTES_MAX) return;
      this.#entries.delete(oldest);
      this.#size -= sizeOf(entry);
    }
  }

  #noteOnceRead(path: string): void {
    this.#onceRead.add(path);
    for (const oldest of this.#onceRead) {
      if (this.#onceRead.size <= ONCE_READ_MAX) return;
      this.#onceRead.delete(oldest);
    }
  }
}

/** As {@linkcode TEXT_CACHE_BYTES_MAX} counts. */
function sizeOf({ text, bytes }: CachedText): number {
  return text.length + (bytes?.length ?? 0);
}
