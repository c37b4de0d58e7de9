/** What git would ignore in a folder that is no repository: the rules of its `.gitignore` files (gitignore(5)). */
import ignore, { type Ignore } from "ignore";
import { isFileSystemError } from "./fs_error.ts";

/** Largest `.gitignore` that is read. */
const RULES_BYTES_MAX = 256 * 1024;

/** Reads each `.gitignore` once; made anew for every walk. */
export class IgnoreRules {
  readonly #root: string;
  readonly #rules = new Map<string, Ignore | undefined>();

  /** @param root The root's real path. */
  constructor(root: string) {
    this.#root = root;
  }

  /** Whether a rule excludes the path itself, or one of the folders above it. */
  ignores(path: string, what: { isFolder: boolean }): boolean {
    for (let end = path.indexOf("/"); end > 0; end = path.indexOf("/", end + 1)) {
      if (this.excludes(path.slice(0, end), { isFolder: true })) return true;
    }
    return this.excludes(path, what);
  }

  /** Whether a rule excludes the path itself. The rules of the nearest folder that has one about it decide. */
  excludes(path: string, { isFolder }: { isFolder: boolean }): boolean {
    for (let end = path.lastIndexOf("/");; end = path.lastIndexOf("/", end - 1)) {
      const folder = end < 0 ? "" : path.slice(0, end);
      const below = `${path.slice(end + 1)}${isFolder ? "/" : ""}`;
      const verdict = this.#of(folder)?.test(below);
      if (verdict?.ignored === true) return true;
      if (verdict?.unignored === true || end < 0) return false;
    }
  }

  #of(folder: string): Ignore | undefined {
    if (this.#rules.has(folder)) return this.#rules.get(folder);
    const text = this.#read(folder === "" ? ".gitignore" : `${folder}/.gitignore`);
    const rules = text === undefined ? undefined : ignore({ ignorecase: false }).add(text);
    this.#rules.set(folder, rules);
    return rules;
  }

  #read(path: string): string | undefined {
    try {
      const info = Deno.lstatSync(`${this.#root}/${path}`);
      if (!info.isFile || info.size > RULES_BYTES_MAX) return undefined;
      return Deno.readTextFileSync(`${this.#root}/${path}`);
    } catch (error) {
      if (isFileSystemError(error)) return undefined;
      throw error;
    }
  }
}
