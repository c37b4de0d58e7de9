/** One process owns a root: the lock on `.mcp-lock`, and what it tells a process that comes second. */
import { LOCK_FILE } from "./core/own_files.ts";

/** What the owner writes into the lock file, for a second process on the same machine to find it. */
export interface LockOwner {
  readonly pid: number;
  /** Where the owner listens; null until it does. */
  readonly url: string | null;
  /** A key that the owner accepts, for processes that may read the file. */
  readonly token: string;
}

/** The lock, or who has it. */
export type LockResult =
  | { readonly kind: "acquired"; readonly lock: RootLock }
  | { readonly kind: "held"; readonly owner: Partial<LockOwner> };

/** Permission bits of the lock file: it holds a token. */
const LOCK_FILE_MODE = 0o600;

/** Attempts to lock a file that its owner is just removing. */
const ATTEMPTS_MAX = 5;

/** A held lock. Ends with {@linkcode release}, or with the process. */
export class RootLock {
  readonly #file: Deno.FsFile;
  readonly #path: string;

  private constructor(file: Deno.FsFile, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /**
   * Tries to take the lock on the folder `root`.
   *
   * @throws {Error} When the file cannot be opened, or something else than a file stands in its place.
   */
  static async acquire(root: string): Promise<LockResult> {
    const path = `${root}/${LOCK_FILE}`;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      await refuseNonFile(path);
      const file = await Deno.open(path, { read: true, write: true, create: true, mode: LOCK_FILE_MODE });
      if (!(await file.tryLock(true))) {
        const owner = await readOwner(file);
        file.close();
        return { kind: "held", owner };
      }
      if (await isStillNamed(file, path)) return { kind: "acquired", lock: new RootLock(file, path) };
      // Its owner removed the file between our opening and our locking it.
      file.close();
    }
    throw new Error(`Cannot lock ${LOCK_FILE}: it keeps disappearing`);
  }

  /** Says who the owner is. */
  async announce(owner: LockOwner): Promise<void> {
    if (Deno.build.os !== "windows") await Deno.chmod(this.#path, LOCK_FILE_MODE);
    await this.#file.truncate(0);
    await this.#file.seek(0, Deno.SeekMode.Start);
    await this.#file.write(new TextEncoder().encode(`${JSON.stringify(owner)}\n`));
  }

  /**
   * Removes the file while the lock on it still holds, so that nobody locks a file without a name. A file that was
   * removed meanwhile (`git clean -X` does) stays removed, and the one of a later owner stays.
   */
  async release(): Promise<void> {
    if (Deno.build.os !== "windows" && await isStillNamed(this.#file, this.#path)) {
      await Deno.remove(this.#path);
    }
    this.#file.close();
  }
}

/** A repository may carry a link of this name; opening it would write to what it leads to. */
async function refuseNonFile(path: string): Promise<void> {
  try {
    if ((await Deno.lstat(path)).isFile) return;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  throw new Error(`Cannot lock ${LOCK_FILE}: it is not a file; remove it`);
}

async function isStillNamed(file: Deno.FsFile, path: string): Promise<boolean> {
  try {
    const [opened, named] = [await file.stat(), await Deno.lstat(path)];
    return opened.ino === named.ino && opened.dev === named.dev;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Empty when the owner has not written it yet: until then the file holds whatever the repository put there. */
async function readOwner(file: Deno.FsFile): Promise<Partial<LockOwner>> {
  const buffer = new Uint8Array(4096);
  const count = await file.read(buffer) ?? 0;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(buffer.subarray(0, count)));
    return typeof value === "object" && value !== null ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
