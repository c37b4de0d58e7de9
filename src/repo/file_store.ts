/** Reading and changing single files of the root. Writes are compare-and-swap, atomic, and one at a time for a path. */
import type { NewId } from "../core/clock.ts";
import { ToolError } from "../core/errors.ts";
import { folderOf, makeFolders, syncFolder } from "./atomic_write.ts";
import { applyChanges, type FileChange, type PutChange } from "./change_set.ts";
import { sha256Hex } from "./digest.ts";
import { fromFileSystemError, notFound } from "./fs_error.ts";
import { PathLocks } from "./path_locks.ts";
import type { RepoPath, RepoRoot } from "./root.ts";
import { kindOf, readSnapshot, type Snapshot } from "./snapshot.ts";
import { decodeText } from "./text.ts";

/** A file after a write. */
export interface FileVersion {
  readonly path: string;
  readonly sha256: string;
  /** Null when the file did not exist before. */
  readonly previousSha256: string | null;
  /** Bytes. */
  readonly size: number;
  readonly created: boolean;
  /** False when the file already held exactly these contents. */
  readonly changed: boolean;
}

/** What a write does about a file that is there already, or is not. */
export type WriteIntent =
  /** There must be none. */
  | "create"
  /** There must be one. */
  | "update"
  /** Either, and an existing one may be replaced. */
  | "replace"
  /** Either, but an existing one may only be confirmed, not replaced. */
  | "keep";

/** The files below one root. */
export class FileStore {
  readonly root: RepoRoot;
  readonly #newId: NewId;
  readonly #locks = new PathLocks();

  constructor(parts: { root: RepoRoot; newId: NewId }) {
    this.root = parts.root;
    this.#newId = parts.newId;
  }

  /**
   * Reads one file whole.
   *
   * @throws {ToolError} What {@linkcode RepoRoot.resolve} and {@linkcode readSnapshot} throw.
   */
  read(path: string): Promise<Snapshot> {
    return readSnapshot(this.root.resolve(path));
  }

  /**
   * Writes one file whole.
   *
   * @throws {ToolError} `already_exists`, `not_found`, `sha_mismatch`, `read_only`, `not_a_file`, `too_large`, and
   * what the path function throws.
   */
  write(
    path: string,
    bytes: Uint8Array,
    options: { intent: WriteIntent; expectSha256?: string | undefined },
  ): Promise<FileVersion> {
    return this.change([path], async ([at]) => {
      const target = at as RepoPath;
      const before = await this.current(target, options.expectSha256);
      checkIntent(target, before, { intent: options.intent, sha256: sha256Hex(bytes) });
      return [{ kind: "put" as const, at: target, before, bytes }];
    }).then(onlyVersion);
  }

  /**
   * Adds text at the end of an existing text file, in the file's own line endings.
   *
   * @param options.ensureNewline Whether the addition begins on a line of its own and ends with a newline.
   * @throws {ToolError} `not_found`, `binary_file`, `too_large`, `read_only`, and what the path function throws.
   */
  append(path: string, contents: string, options: { ensureNewline: boolean }): Promise<FileVersion> {
    return this.change([path], async ([at]) => {
      const target = at as RepoPath;
      const before = await this.current(target, undefined);
      if (before === undefined) throw notFound(target.path);
      const text = decodeText(before.bytes);
      if (text === undefined) {
        const message = `Cannot append text to "${target.path}": it is not a UTF-8 text file`;
        throw new ToolError("binary_file", message, { path: target.path, size: before.bytes.length });
      }
      const appended = options.ensureNewline ? onLinesOfItsOwn(text, contents) : text + contents;
      return [{ kind: "put" as const, at: target, before, bytes: new TextEncoder().encode(appended) }];
    }).then(onlyVersion);
  }

  /**
   * Moves a file; a symbolic link is moved as a link.
   *
   * @throws {ToolError} `not_found`, `already_exists`, `not_a_file`, `read_only`, and what the path function throws.
   */
  rename(
    from: string,
    to: string,
    options: { overwrite: boolean },
  ): Promise<{ from: string; to: string; sha256: string }> {
    const names = [this.root.resolve(from, "entry"), this.root.resolve(to, "entry")];
    return this.#locks.hold(names.map((name) => name.realPath), async () => {
      const source = this.root.resolve(from, "entry");
      const target = this.root.resolve(to, "entry");
      const sha256 = await this.#entryHash(source);
      if (source.realPath === target.realPath) return { from: source.path, to: target.path, sha256 };
      refuseFolder(target);
      if (target.info !== undefined && !options.overwrite) {
        throw alreadyExists(target, "pass overwrite: true");
      }
      if (target.info !== undefined) refuseReadOnly(target);
      try {
        await makeFolders(folderOf(target.absolute));
        await Deno.rename(source.absolute, target.absolute);
        await syncFolder(folderOf(target.absolute));
        await syncFolder(folderOf(source.absolute));
      } catch (error) {
        throw fromFileSystemError(error, source.path);
      }
      return { from: source.path, to: target.path, sha256 };
    });
  }

  /**
   * Removes a file; a symbolic link is removed as a link.
   *
   * @throws {ToolError} `not_found`, `sha_mismatch`, `not_a_file`, `read_only`, and what the path function throws.
   */
  remove(
    path: string,
    expectSha256: string,
  ): Promise<{ path: string; deleted: true; previousSha256: string }> {
    return this.#locks.hold([this.root.resolve(path, "entry").realPath], async () => {
      const at = this.root.resolve(path, "entry");
      const previousSha256 = await this.#entryHash(at);
      if (previousSha256 !== expectSha256.toLowerCase()) {
        throw shaMismatch(at.path, expectSha256, previousSha256);
      }
      if (at.info?.isSymlink !== true) refuseReadOnly(at);
      try {
        await Deno.remove(at.absolute);
        await syncFolder(folderOf(at.absolute));
      } catch (error) {
        throw fromFileSystemError(error, at.path);
      }
      return { path: at.path, deleted: true, previousSha256 };
    });
  }

  /**
   * The one way to change the contents of files: takes the locks of all `paths`, asks `plan` what is to become of
   * them, and does it all or not at all.
   *
   * @param plan Gets the paths judged anew, in the order given, and may throw to change nothing.
   * @param options.dryRun Plan only.
   * @returns What was planned, in the plan's order.
   */
  change<Change extends FileChange>(
    paths: readonly string[],
    plan: (at: readonly RepoPath[]) => Promise<Change[]>,
    options: { dryRun?: boolean } = {},
  ): Promise<Change[]> {
    const names = paths.map((path) => this.root.resolve(path).realPath);
    return this.#locks.hold(names, async () => {
      const changes = await plan(paths.map((path) => this.root.resolve(path)));
      const needed = changes.filter((change) => change.kind === "remove" || !isSame(change));
      for (const { at, before } of needed) if (before !== undefined) refuseReadOnly(at);
      if (needed.length > 0 && options.dryRun !== true) await applyChanges(needed, this.#newId);
      return changes;
    });
  }

  /**
   * The file at `at`, undefined when there is none.
   *
   * @throws {ToolError} `sha_mismatch` unless it has the hash that is expected.
   */
  async current(at: RepoPath, expectSha256: string | undefined): Promise<Snapshot | undefined> {
    const before = at.info === undefined ? undefined : await readSnapshot(at);
    if (expectSha256 !== undefined && before !== undefined && before.sha256 !== expectSha256.toLowerCase()) {
      throw shaMismatch(at.path, expectSha256, before.sha256);
    }
    if (expectSha256 !== undefined && before === undefined) throw notFound(at.path);
    return before;
  }

  /**
   * The hash that reading the entry shows: a link to a file inside has that file's. A link that leads nowhere, or
   * out, has the hash of its own text, so that it can still be removed.
   */
  async #entryHash(at: RepoPath): Promise<string> {
    if (at.info === undefined) throw notFound(at.path);
    if (!at.info.isSymlink) return (await readSnapshot(at)).sha256;
    try {
      return (await this.read(at.path)).sha256;
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      return sha256Hex(await Deno.readLink(at.absolute));
    }
  }
}

function onlyVersion([change]: readonly PutChange[]): FileVersion {
  return versionOf(change as PutChange);
}

function isSame(change: PutChange): boolean {
  return change.before !== undefined && change.before.sha256 === sha256Hex(change.bytes);
}

/** What a write reports of the file that it leaves behind. */
export function versionOf(change: PutChange): FileVersion {
  const sha256 = sha256Hex(change.bytes);
  return {
    path: change.at.path,
    sha256,
    previousSha256: change.before?.sha256 ?? null,
    size: change.bytes.length,
    created: change.before === undefined,
    changed: change.before?.sha256 !== sha256,
  };
}

function checkIntent(
  at: RepoPath,
  before: Snapshot | undefined,
  { intent, sha256 }: { intent: WriteIntent; sha256: string },
): void {
  switch (intent) {
    case "create":
      if (before !== undefined) throw alreadyExists(at, "use update_file with its sha256", before.sha256);
      return;
    case "update":
      if (before === undefined) throw notFound(at.path);
      return;
    case "keep":
      if (before !== undefined && before.sha256 !== sha256) {
        throw alreadyExists(at, "pass overwrite: true, or use update_file with its sha256", before.sha256);
      }
      return;
    case "replace":
      return;
    default:
      intent satisfies never;
  }
}

/** In the line endings of the text that is there. */
function onLinesOfItsOwn(text: string, addition: string): string {
  const newline = /\r?\n/.exec(text)?.[0] ?? "\n";
  const gap = text === "" || text === "\uFEFF" || text.endsWith("\n") ? "" : newline;
  const body = addition === "" || addition.endsWith("\n") ? addition : `${addition}\n`;
  return text + gap + body.replace(/\r?\n/g, newline);
}

function refuseFolder(at: RepoPath): void {
  if (at.info !== undefined && !at.info.isFile && !at.info.isSymlink) {
    const kind = kindOf(at.info);
    throw new ToolError("not_a_file", `Cannot replace "${at.path}": it is ${kind}`, { path: at.path, kind });
  }
}

/** Renaming over a file ignores its permission bits, so they are asked here. */
function refuseReadOnly(at: RepoPath): void {
  const mode = at.info?.mode;
  if (typeof mode !== "number" || (mode & 0o222) !== 0) return;
  const octal = (mode & 0o777).toString(8).padStart(4, "0");
  const message = `Cannot change "${at.path}": it is write-protected (mode ${octal})`;
  throw new ToolError("read_only", message, { path: at.path, mode: octal });
}

function alreadyExists(at: RepoPath, remedy: string, sha256?: string): ToolError {
  const message = `Cannot create "${at.path}": it exists; to replace it, ${remedy}`;
  return new ToolError("already_exists", message, {
    path: at.path,
    ...(sha256 === undefined ? {} : { sha256 }),
  });
}

function shaMismatch(path: string, expected: string, actual: string): ToolError {
  const message = `Cannot change "${path}": its sha256 is ${actual}, not ${expected}; read it again`;
  return new ToolError("sha_mismatch", message, { path, expected, actual });
}
