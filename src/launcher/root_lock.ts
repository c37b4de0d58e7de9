/** One process owns a root: the lock on the folder itself, and the note in `.mcp-lock` for a process that comes second. */
import { LOCK_FILE } from "../core/own_files.ts";

/** What the owner writes into the note, for a second process on the same machine to find it. */
export interface LockOwner {
  readonly pid: number;
  /** Where the owner listens; null until it does. */
  readonly url: string | null;
  /** A key that the owner accepts, for processes that may read the note. */
  readonly token: string;
}

/** The lock, or who has it. */
export type LockResult =
  | { readonly kind: "acquired"; readonly lock: RootLock }
  | { readonly kind: "held"; readonly owner: Partial<LockOwner> };

/** Permission bits of the note: it holds a token. */
const NOTE_MODE = 0o600;

/** Bytes of a note that are read. */
const NOTE_BYTES_MAX = 4096;

/** A held lock. Ends with {@linkcode release}, or with the process. */
export class RootLock {
  readonly #anchor: Deno.FsFile;
  readonly #note: string;

  private constructor(anchor: Deno.FsFile, note: string) {
    this.#anchor = anchor;
    this.#note = note;
  }

  /**
   * Tries to take the lock on the folder `root`.
   *
   * @throws {Error} When the folder cannot be locked, or something else than a file stands in the note's place.
   */
  static async acquire(root: string): Promise<LockResult> {
    const note = `${root}/${LOCK_FILE}`;
    await refuseNonFile(note);
    const anchor = await openAnchor(root);
    if (!(await anchor.tryLock(true))) {
      anchor.close();
      return { kind: "held", owner: await readOwner(note) };
    }
    // What a crash or the repository has left there is no word of this owner's.
    await removeFile(note);
    return { kind: "acquired", lock: new RootLock(anchor, note) };
  }

  /** Says who the owner is. */
  async announce(owner: LockOwner): Promise<void> {
    await removeFile(this.#note);
    // A new file, so that a link that has come into its place meanwhile is not written through.
    using file = await Deno.open(this.#note, { write: true, createNew: true, mode: NOTE_MODE });
    await file.write(new TextEncoder().encode(`${JSON.stringify(owner)}\n`));
  }

  /** Removes the note and gives the lock up. */
  async release(): Promise<void> {
    await removeFile(this.#note);
    this.#anchor.close();
  }
}

/**
 * What the lock is on. The folder, because a file in it can be removed while its lock is held (`git clean -X` does),
 * and a second process would then lock a new one. Windows cannot open folders, and removes no file that is open.
 */
function openAnchor(root: string): Promise<Deno.FsFile> {
  if (Deno.build.os !== "windows") return Deno.open(root, { read: true });
  return Deno.open(`${root}/.mcp-state.lock`, { read: true, write: true, create: true });
}

/** A repository may carry a link of this name; writing to it would write to what it leads to. */
async function refuseNonFile(path: string): Promise<void> {
  if ((await lstat(path))?.isFile === false) {
    throw new Error(`Cannot lock ${LOCK_FILE}: it is not a file; remove it`);
  }
}

async function lstat(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function removeFile(path: string): Promise<void> {
  if ((await lstat(path))?.isFile) await Deno.remove(path);
}

/** Empty when the owner has not written it yet: until then the file holds whatever the repository put there. */
async function readOwner(path: string): Promise<Partial<LockOwner>> {
  const info = await lstat(path);
  if (info === undefined || !info.isFile || info.size > NOTE_BYTES_MAX) return {};
  try {
    const value: unknown = JSON.parse(await Deno.readTextFile(path));
    return typeof value === "object" && value !== null ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}
