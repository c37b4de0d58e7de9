/** Texts of files that were read before, each for as long as its file's stamp stays the same. */
import { TEXT_CACHE_CHARS_MAX } from "../../core/limits.ts";
import { isSameStamp, type Stamp } from "./stamp.ts";

/** A file's contents. */
export interface CachedText {
  readonly text: string;
  readonly bytes: Uint8Array;
}

interface Entry extends CachedText {
  readonly stamp: Stamp;
}

/** The text that was unused for longest gives way. */
export class TextCache {
  readonly #entries = new Map<string, Entry>();
  #chars = 0;

  get(path: string, stamp: Stamp): CachedText | undefined {
    const entry = this.#entries.get(path);
    if (entry === undefined) return undefined;
    this.#entries.delete(path);
    if (isSameStamp(entry.stamp, stamp)) {
      this.#entries.set(path, entry);
      return entry;
    }
    this.#chars -= entry.text.length;
    return undefined;
  }

  set(path: string, stamp: Stamp, { text, bytes }: CachedText): void {
    this.#chars += text.length - (this.#entries.get(path)?.text.length ?? 0);
    this.#entries.delete(path);
    this.#entries.set(path, { stamp, text, bytes });
    for (const [oldest, entry] of this.#entries) {
      if (this.#chars <= TEXT_CACHE_CHARS_MAX) return;
      this.#entries.delete(oldest);
      this.#chars -= entry.text.length;
    }
  }
}
