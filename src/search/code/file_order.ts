/** The order in which files are looked through: sources first, then tests, prose and data, then what is generated. */
import { isData, isGenerated, isProse, isTest } from "../ranking/file_roles.ts";
import type { IndexReader } from "../index_reader.ts";

/** Roles are kept for this many paths. */
const ROLES_MAX = 400_000;

/** Puts paths in an order that depends on the paths alone, so that a page can begin where another one ended. */
export class FileOrder {
  readonly #roles = new Map<string, number>();

  /** Below 0 when `a` comes before `b`. */
  compare(a: string, b: string): number {
    return this.#role(a) - this.#role(b) || (a < b ? -1 : a === b ? 0 : 1);
  }

  /** The paths in order; undefined stands for every file of the index with text. `extra` are files that it may not have. */
  sort(index: IndexReader, paths: Iterable<string> | undefined, extra: readonly string[]): string[] {
    const sorted = paths === undefined
      ? this.#all(index)
      : [...new Set(paths)].sort((a, b) => this.compare(a, b));
    const known = extra.length === 0 ? undefined : new Set(sorted);
    const more = [...new Set(extra)].filter((path) => known?.has(path) === false);
    return more.length === 0 ? sorted : [...sorted, ...more].sort((a, b) => this.compare(a, b));
  }

  /** The index has its files in the order of paths already. */
  #all(index: IndexReader): string[] {
    const byRole: string[][] = Array.from({ length: ROLES }, () => []);
    for (const { path, hasText } of index.files()) if (hasText) byRole[this.#role(path)]?.push(path);
    return byRole.flat();
  }

  #role(path: string): number {
    const known = this.#roles.get(path);
    if (known !== undefined) return known;
    const role = isGenerated(path) ? 3 : isProse(path) || isData(path) ? 2 : isTest(path) ? 1 : 0;
    if (this.#roles.size >= ROLES_MAX) this.#roles.clear();
    this.#roles.set(path, role);
    return role;
  }
}

const ROLES = 4;
