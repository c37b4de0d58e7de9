/** The files of the index in the app's memory: read once, then kept up by the indexer's reports. */
import type { IndexedFile } from "../index_reader.ts";
import type { IndexedFacts } from "./index_store.ts";
import { type Held, isSameStamp, type Stamp } from "./stamp.ts";

/** See the module. */
export class FileTable {
  #facts = new Map<string, IndexedFacts>();
  #sorted: readonly IndexedFile[] | undefined;

  get size(): number {
    return this.#facts.size;
  }

  /** Forgets everything, and takes these instead. */
  fill(facts: Iterable<IndexedFacts>): void {
    this.#facts = new Map();
    for (const one of facts) this.#facts.set(one.path, one);
    this.#sorted = undefined;
  }

  change(changed: readonly IndexedFacts[], removed: readonly string[]): void {
    for (const facts of changed) this.#facts.set(facts.path, facts);
    for (const path of removed) this.#facts.delete(path);
    const changes = changed.length + removed.length;
    if (changes > PATCHED_MAX) this.#sorted = undefined;
    else if (changes > 0) this.#sorted &&= patched(this.#sorted, changed, removed);
  }

  has(path: string): boolean {
    return this.#facts.has(path);
  }

  get(path: string): IndexedFile | undefined {
    const facts = this.#facts.get(path);
    return facts === undefined ? undefined : toIndexedFile(facts);
  }

  /** Whether the index holds the file as the stamp shows it: `perhaps` where the stamp is no proof yet. */
  holds(path: string, stamp: Stamp): Held {
    const facts = this.#facts.get(path);
    if (facts === undefined || !isSameStamp(facts.stamp, stamp)) return "no";
    return facts.isSettled ? "yes" : "perhaps";
  }

  /** Whether nothing is masked in a file that the index holds as it is. */
  isPlain(path: string): boolean {
    return this.#facts.get(path)?.isPlain === true;
  }

  /** Files that were taken in after the one of that sequence. */
  newerThan(sequence: number): string[] {
    return Array.from(this.#facts.values()).filter((facts) => facts.sequence > sequence).map(({ path }) =>
      path
    );
  }

  /** All of them, by path. The same array until something changes. */
  sorted(): readonly IndexedFile[] {
    return this.#sorted ??= Array.from(this.#facts.values(), toIndexedFile)
      .sort((a, b) => a.path < b.path ? -1 : 1);
  }
}

/** Changes up to which the sorted list is mended: sorting anew takes some ten milliseconds for 25,000 files. */
const PATCHED_MAX = 100;

/** Another list, since the first one may be in use. */
function patched(
  sorted: readonly IndexedFile[],
  changed: readonly IndexedFacts[],
  removed: readonly string[],
): readonly IndexedFile[] {
  const files = [...sorted];
  const put = (path: string, file: readonly IndexedFile[]) => {
    const at = placeOf(files, path);
    files.splice(at, files[at]?.path === path ? 1 : 0, ...file);
  };
  for (const facts of changed) put(facts.path, [toIndexedFile(facts)]);
  for (const path of removed) put(path, []);
  return files;
}

/** Where a path stands in the sorted list, or would stand. */
function placeOf(files: readonly IndexedFile[], path: string): number {
  let [from, to] = [0, files.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((files[middle]?.path ?? "") < path) from = middle + 1;
    else to = middle;
  }
  return from;
}

function toIndexedFile({ path, language, stamp: { size }, hasText }: IndexedFacts): IndexedFile {
  return { path, language: language ?? undefined, size, hasText };
}
