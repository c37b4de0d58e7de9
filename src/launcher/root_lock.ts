/** One process owns a root: the lock on the folder itself, and the note in `.mcp-lock` for a process that comes second. */
import { LOCK_FILE } from "../core/own_files.ts";
import { isOtherThanFile, isUnwritable, lstat } from "./file_looks.ts";
import { isServerAddress } from "./server_address.ts";

/** What the owner writes into the note, for a second process on the same machine to find it. */
export interface LockOwner {
  readonly pid: number;
  /** Where the owner listens; null until it does. */
  readonly url: string | null;
  /** A key that the owner accepts, for processes that may read the note. */
  readonly token: string;
  /** Whether nobody can change anything through it (`MCP_READ_ONLY=1`). */
  readonly isReadOnly: boolean;
}

/** The lock, or who has it. */
export type LockResult =
  | { readonly kind: "acquired"; readonly lock: RootLock }
  | { readonly kind: "held"; readonly owner: Partial<LockOwner> };

/** Permission bits of the note: it holds a token. */
const NOTE_MODE = 0o600;

/** Where a note is written before it is one. Only who holds the lock writes there, so one name does. */
const DRAFT_FILE = ".mcp-state.lock-note";

/** Bytes of a note that are read. */
const NOTE_BYTES_MAX = 4096;

/** A held lock. Ends with {@linkcode release}, or with the process. */
export class RootLock {
  readonly #anchor: Deno.FsFile;
  readonly #note: string;
  readonly #draft: string;

  private constructor(anchor: Deno.FsFile, root: string) {
    this.#anchor = anchor;
    this.#note = `${root}/${LOCK_FILE}`;
    this.#draft = `${root}/${DRAFT_FILE}`;
  }

  /**
   * Tries to take the lock on the folder `root`.
   *
   * @throws {Error} When the folder cannot be locked, or something else than a file stands in the note's place.
   */
  static async acquire(root: string): Promise<LockResult> {
    const note = await notePlace(root);
    const anchor = await openAnchor(root);
    if (!(await anchor.tryLock(true))) {
      anchor.close();
      return { kind: "held", owner: await readOwner(note) };
    }
    const lock = new RootLock(anchor, root);
    // What a crash or the repository has left there is no word of this owner's.
    await lock.#removeNote();
    return { kind: "acquired", lock };
  }

  /**
   * Says who the owner is. A reader sees the note of before or this one, and never a part of either.
   *
   * @throws {Error} When nothing can be written to the root.
   */
  async announce(owner: LockOwner): Promise<void> {
    await this.#removeDraft();
    // A new file, so that a link that has come into its place meanwhile is not written through.
    const options = { createNew: true, mode: NOTE_MODE };
    await Deno.writeTextFile(this.#draft, `${JSON.stringify(owner)}\n`, options);
    await Deno.rename(this.#draft, this.#note);
  }

  /** Removes the note and gives the lock up. */
  async release(): Promise<void> {
    await this.#removeNote();
    this.#anchor.close();
  }

  /** What a crash has left, or a link that the repository brings: of a link, itself is removed. */
  async #removeDraft(): Promise<void> {
    const info = await lstat(this.#draft);
    if (info !== undefined && !info.isDirectory) await Deno.remove(this.#draft);
  }

  async #removeNote(): Promise<void> {
    try {
      await this.#removeDraft();
      await removeFile(this.#note);
    } catch (error) {
      // Where nothing can be removed, nothing can be written either: a reader asks the owner before it believes a note.
      if (!isUnwritable(error)) throw error;
    }
  }
}

/**
 * What the note in `root` says, for those who do not want the lock; undefined where there is none. It may be what a crash
 * has left. The repository may have brought it, too, but not with an owner's mode: git knows none that keeps others out.
 *
 * @throws {Error} When something else than a file stands in its place.
 */
export async function readNote(root: string): Promise<Partial<LockOwner> | undefined> {
  const note = await notePlace(root);
  const info = await lstat(note);
  if (info === undefined) return undefined;
  return ((info.mode ?? 0) & ~NOTE_MODE & 0o777) === 0 ? await readOwner(note) : {};
}

/** A repository may carry a link of the note's name. */
async function notePlace(root: string): Promise<string> {
  const note = `${root}/${LOCK_FILE}`;
  if (await isOtherThanFile(note)) throw new Error(`Cannot lock ${LOCK_FILE}: it is not a file; remove it`);
  return note;
}

/**
 * What the lock is on. The folder, because a file in it can be removed while its lock is held (`git clean -X` does),
 * and a second process would then lock a new one. Windows cannot open folders, and removes no file that is open.
 */
function openAnchor(root: string): Promise<Deno.FsFile> {
  if (Deno.build.os !== "windows") return Deno.open(root, { read: true });
  return Deno.open(`${root}/.mcp-state.lock`, { read: true, write: true, create: true });
}

async function removeFile(path: string): Promise<void> {
  if ((await lstat(path))?.isFile) await Deno.remove(path);
}

/** Empty when the owner has not written it yet, when it is another user's, and when it says nothing that is one's. */
async function readOwner(path: string): Promise<Partial<LockOwner>> {
  const info = await lstat(path);
  if (info === undefined || !info.isFile || info.size > NOTE_BYTES_MAX) return {};
  try {
    return ownerOf(JSON.parse(await Deno.readTextFile(path)));
  } catch (error) {
    const isNoNote = error instanceof SyntaxError || error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.PermissionDenied;
    if (isNoNote) return {};
    throw error;
  }
}

/** What of a note is as an owner would have written it: until it has, the repository's words may stand there. */
function ownerOf(note: unknown): Partial<LockOwner> {
  if (typeof note !== "object" || note === null) return {};
  const { pid, url, token, isReadOnly } = note as Partial<Record<keyof LockOwner, unknown>>;
  return {
    ...(typeof pid === "number" && Number.isSafeInteger(pid) && pid > 0 && { pid }),
    ...((url === null || isServerAddress(url)) && { url }),
    ...(typeof token === "string" && { token }),
    ...(typeof isReadOnly === "boolean" && { isReadOnly }),
  };
}
