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

/** The text that was unused for longest gives way. */
export class TextCache {
  readonly #entries = new Map<string, Entry>();
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

  set(path: string, stamp: Stamp, { text, isMasked, bytes }: CachedText): void {
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
}

/** As {@linkcode TEXT_CACHE_BYTES_MAX} counts. */
function sizeOf({ text, bytes }: CachedText): number {
  return text.length + (bytes?.length ?? 0);
}
