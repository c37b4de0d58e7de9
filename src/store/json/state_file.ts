/** The JSON file on the disk: read once, replaced as a whole, and never overwritten when it cannot be read. */

import { asidePath } from "../../core/aside_path.ts";

/** What was found. */
export type StateFileText =
  | { readonly kind: "text"; readonly text: string }
  /** There is none yet. */
  | { readonly kind: "absent" };

/** See the module. */
export class StateFile {
  readonly path: string;

  /** @param path Absolute. */
  constructor(path: string) {
    this.path = path;
  }

  async read(): Promise<StateFileText> {
    try {
      return { kind: "text", text: await Deno.readTextFile(this.path) };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return { kind: "absent" };
      throw error;
    }
  }

  /**
   * Moves a file aside that cannot be used.
   *
   * @returns Where it is now.
   */
  async moveAside(nowMs: number): Promise<string> {
    for (let number = 0;; number++) {
      const aside = `${asidePath(this.path, nowMs)}${number === 0 ? "" : `-${number}`}`;
      // A file that is there already is somebody's evidence.
      if (await exists(aside)) continue;
      await Deno.rename(this.path, aside);
      return aside;
    }
  }

  /** Replaces the file: whoever reads it, and whatever crashes, finds the old text or the new one. */
  async write(text: string): Promise<void> {
    const temporary = `${this.path}.new`;
    // Left by a crash; its mode may be another's.
    await Deno.remove(temporary).catch(absentIsFine);
    {
      using file = await Deno.open(temporary, { createNew: true, write: true, mode: 0o600 });
      const bytes = new TextEncoder().encode(text);
      // One call may write a part alone: a disk that is nearly full takes what it has room for.
      for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
      await file.sync();
    }
    await Deno.rename(temporary, this.path);
    await this.#syncRename();
  }

  /** A new name is in its folder. One outside the root is not this process' to open, as there is more in it than this file. */
  async #syncRename(): Promise<void> {
    try {
      using folder = await Deno.open(this.path.replace(/\/[^/]*$/, "/"));
      await folder.sync();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotCapable)) throw error;
      // The file systems that keep a journal (ext4, XFS, Btrfs, APFS) write the rename of a file before what follows it.
      using file = await Deno.open(this.path, { read: true, write: true });
      await file.sync();
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, absentIsFine) ?? false;
}

function absentIsFine(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
