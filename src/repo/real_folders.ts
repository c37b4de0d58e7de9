/** Which folders of the root are folders, and no links: what lies below a link may lie outside the root. */
import { isFileSystemError } from "./fs_error.ts";

/** Remembers its answers: a folder is looked at once for all the files in it. */
export class RealFolders {
  readonly #root: string;
  readonly #known = new Map<string, boolean>([["", true]]);

  /** @param root The root's real path. */
  constructor(root: string) {
    this.#root = root;
  }

  /** Whether no part of the way to `path`, relative to the root, is a link. The last segment is not looked at. */
  leadTo(path: string): boolean {
    const slash = path.lastIndexOf("/");
    return slash < 0 || this.#isReal(path.slice(0, slash));
  }

  /** Looks at all of them anew. */
  forget(): void {
    this.#known.clear();
    this.#known.set("", true);
  }

  #isReal(folder: string): boolean {
    const known = this.#known.get(folder);
    if (known !== undefined) return known;
    const isReal = this.leadTo(folder) && lstat(`${this.#root}/${folder}`)?.isDirectory === true;
    this.#known.set(folder, isReal);
    return isReal;
  }
}

/** What stands there, a link as a link; undefined for nothing, and for what cannot be looked at. */
export function lstat(absolute: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(absolute);
  } catch (error) {
    if (isFileSystemError(error) || error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}
