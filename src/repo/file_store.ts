/** Reading and changing single files of the root. Writes are compare-and-swap, atomic, and one at a time for a path. */
import type { NewId } from "../core/clock.ts";
import { ToolError } from "../core/errors.ts";
import { NameLocks } from "../core/name_locks.ts";
import { move, unlink } from "./atomic_write.ts";
import { applyChanges, type FileChange, type OnStep, type PutChange } from "./change_set.ts";
import { sha256Hex } from "./digest.ts";
import {
  isSame,
  type MovedFile,
  onLinesOfItsOwn,
  type RemovedFile,
  versionOf,
  type WrittenFile,
} from "./file_version.ts";
import { inCallersWords, notFound } from "./fs_error.ts";
import { contentsDraft, moveDraft, removeDraft } from "./journal/draft.ts";
import type { Journal } from "./journal/journal.ts";
import type { PathUse, RepoPath, RepoRoot } from "./root.ts";
import { checkSecrets } from "./secret_rules.ts";
import { hashFile, readSnapshot, type Snapshot } from "./snapshot.ts";
import { decodeText } from "./text.ts";
import {
  alreadyExists,
  checkIntent,
  refuseFolder,
  refuseReadOnly,
  refuseTooLarge,
  shaMismatch,
  type WriteIntent,
} from "./write_rules.ts";

/** What has become of one file: `path` is where it really is, links resolved, relative to the root. */
export interface TouchedFile {
  readonly path: string;
  readonly became: "created" | "changed" | "removed";
}

/** The judged path of each of the paths, in their order. */
type Located<Paths extends readonly string[]> = { readonly [Index in keyof Paths]: RepoPath };

/** What a store is made of. */
export interface FileStoreParts {
  readonly root: RepoRoot;
  readonly newId: NewId;
  /** Keeps what it takes to take a change back. */
  readonly journal: Pick<Journal, "record">;
  /** Whether a write may bring a secret in. @default false */
  readonly allowSecrets?: boolean;
  /** Told of every file that the store has changed, before anybody else can change it again. */
  readonly onTouch?: (files: readonly TouchedFile[]) => void;
}

/** How contents are changed. */
export interface ChangeOptions {
  readonly dryRun?: boolean;
  readonly onStep?: OnStep | undefined;
  readonly restores?: boolean;
  readonly undoes?: string;
}

/** How a file is moved. */
export interface RenameOptions {
  readonly overwrite: boolean;
  readonly undoes?: string;
  /** Told the hash of the file before it is moved; throws to leave it. */
  readonly check?: (sha256: string) => void;
}

/** Either way of changing something: what a link leads to, or the link itself. */
const TARGET: PathUse = { access: "write" };
const ENTRY: PathUse = { access: "write", entry: true };

/** The files below one root. */
export class FileStore {
  readonly root: RepoRoot;
  readonly #newId: NewId;
  readonly #journal: Pick<Journal, "record">;
  readonly #allowSecrets: boolean;
  readonly #onTouch: (files: readonly TouchedFile[]) => void;
  readonly #locks = new NameLocks();

  constructor(parts: FileStoreParts) {
    this.root = parts.root;
    this.#newId = parts.newId;
    this.#journal = parts.journal;
    this.#allowSecrets = parts.allowSecrets ?? false;
    this.#onTouch = parts.onTouch ?? (() => {});
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
  ): Promise<WrittenFile> {
    return this.change([path], async ([at]) => {
      const before = await this.current(at, options.expectSha256);
      checkIntent(at, before, { intent: options.intent, sha256: sha256Hex(bytes) });
      return [{ kind: "put" as const, at, before, bytes }];
    }).then(writtenFile);
  }

  /**
   * Adds text at the end of an existing text file, in the file's own line endings.
   *
   * @param options.ensureNewline Whether the addition begins on a line of its own and ends with a newline.
   * @throws {ToolError} `not_found`, `binary_file`, `too_large`, `read_only`, and what the path function throws.
   */
  append(path: string, contents: string, options: { ensureNewline: boolean }): Promise<WrittenFile> {
    return this.change([path], async ([at]) => {
      const before = await this.current(at, undefined);
      if (before === undefined) throw notFound(at.path);
      const text = decodeText(before.bytes);
      if (text === undefined) {
        const message = `Cannot append text to "${at.path}": it is not a UTF-8 text file`;
        throw new ToolError("binary_file", message, { path: at.path, size: before.bytes.length });
      }
      const appended = options.ensureNewline ? onLinesOfItsOwn(text, contents) : text + contents;
      return [{ kind: "put" as const, at, before, bytes: new TextEncoder().encode(appended) }];
    }).then(writtenFile);
  }

  /**
   * Moves a file; a symbolic link is moved as a link.
   *
   * @throws {ToolError} `not_found`, `already_exists`, `not_a_file`, `read_only`, and what the path function throws.
   */
  rename(from: string, to: string, options: RenameOptions): Promise<MovedFile> {
    return this.#locked([from, to], ENTRY, async ([source, target]) => {
      const sha256 = await this.#entryHash(source);
      options.check?.(sha256);
      const moved = { from: source.path, to: target.path, sha256 };
      if (source.realPath === target.realPath) return { ...moved, changeId: null };
      if (source.info?.isSymlink !== true) refuseReadOnly(source);
      // A link that led out from its new name could stand where another call has just seen a file, or nothing.
      else this.root.checkLink(await Deno.readLink(source.absolute), target);
      if (target.info !== undefined) {
        refuseFolder(target);
        if (!options.overwrite) throw alreadyExists(target, "pass overwrite: true");
        refuseReadOnly(target);
      }
      const draft = await moveDraft({ source, target, sha256, undoes: options.undoes });
      const changeId = await this.#journal.record(
        draft,
        () => inCallersWords(source.path, () => move(source.absolute, target.absolute)),
      );
      const became = target.info === undefined ? "created" : "changed";
      this.#onTouch([{ path: source.realPath, became: "removed" }, { path: target.realPath, became }]);
      return { ...moved, changeId };
    });
  }

  /**
   * Removes a file; a symbolic link is removed as a link.
   *
   * @param options.dryRun Only say whether it can be removed.
   * @throws {ToolError} `not_found`, `sha_mismatch`, `not_a_file`, `read_only`, and what the path function throws.
   */
  remove(
    path: string,
    expectSha256: string,
    options: { dryRun?: boolean } = {},
  ): Promise<RemovedFile> {
    return this.#locked([path], ENTRY, async ([at]) => {
      const previousSha256 = await this.#entryHash(at);
      if (previousSha256 !== expectSha256.toLowerCase()) {
        throw shaMismatch(at.path, expectSha256, previousSha256);
      }
      refuseReadOnly(at);
      const removed = { path: at.path, previousSha256 };
      if (options.dryRun === true) return { ...removed, deleted: false, changeId: null };
      const draft = await removeDraft(at, previousSha256);
      const changeId = await this.#journal.record(
        draft,
        () => inCallersWords(at.path, () => unlink(at.absolute)),
      );
      this.#onTouch([{ path: at.realPath, became: "removed" }]);
      return { ...removed, deleted: true, changeId };
    });
  }

  /**
   * The one way to change the contents of files: takes the locks of all `paths`, asks `plan` what is to become of
   * them, and does it all or not at all.
   *
   * @param plan Gets the paths judged anew, in the order given, and may throw to change nothing.
   * @param options.dryRun Plan only.
   * @param options.onStep Told of the steps of a change of several files.
   * @param options.restores What is put back was there before: it may hold a secret.
   * @param options.undoes The change that is taken back.
   * @returns What was planned, in the plan's order, and the change that it has become; null when nothing had to change.
   * @throws {ToolError} `read_only`, `too_large` (a file that could not be read again), and what `plan`, the path
   * function and the file system throw.
   */
  change<const Paths extends readonly string[], Change extends FileChange>(
    paths: Paths,
    plan: (at: Located<Paths>) => Promise<Change[]>,
    options: ChangeOptions = {},
  ): Promise<{ changes: Change[]; changeId: string | null }> {
    return this.#locked(paths, TARGET, async (at) => {
      const changes = await plan(at);
      const needed = changes.filter((change) => change.kind === "remove" || !isSame(change));
      for (const change of needed) if (change.before !== undefined) refuseReadOnly(change.at);
      if (options.restores !== true) this.#judgeContents(needed);
      if (needed.length === 0 || options.dryRun === true) return { changes, changeId: null };
      const onStep = needed.length > 1 ? options.onStep : undefined;
      const draft = { files: needed.map(contentsDraft), undoes: options.undoes };
      const changeId = await this.#journal.record(draft, () => applyChanges(needed, this.#newId, onStep));
      this.#onTouch(needed.map(touched));
      return { changes, changeId };
    });
  }

  #judgeContents(changes: readonly FileChange[]): void {
    for (const change of changes) if (change.kind === "put") refuseTooLarge(change.at, change.bytes.length);
    checkSecrets(changes, { allowSecrets: this.#allowSecrets });
  }

  /**
   * Runs `action` while nobody else changes the files that the paths lead to. While one waits for its turn, a link on
   * the way may come to lead elsewhere; then it waits for the new place.
   */
  async #locked<const Paths extends readonly string[], Result>(
    paths: Paths,
    use: PathUse,
    action: (at: Located<Paths>) => Promise<Result>,
  ): Promise<Result> {
    const locate = () => paths.map((path) => this.root.resolve(path, use));
    for (;;) {
      const names = locate().map(({ realPath }) => realPath);
      const outcome = await this.#locks.hold(names, async () => {
        const at = locate();
        if (at.some(({ realPath }, index) => realPath !== names[index])) return undefined;
        return { result: await action(at as readonly RepoPath[] as Located<Paths>) };
      });
      if (outcome !== undefined) return outcome.result;
    }
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
    if (!at.info.isSymlink) return await hashFile(at);
    try {
      return await hashFile(this.root.resolve(at.path));
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      return sha256Hex(await Deno.readLink(at.absolute));
    }
  }
}

function writtenFile(
  { changes: [change], changeId }: { changes: readonly PutChange[]; changeId: string | null },
): WrittenFile {
  return { ...versionOf(change as PutChange), changeId };
}

function touched({ kind, at, before }: FileChange): TouchedFile {
  return {
    path: at.realPath,
    became: kind === "remove" ? "removed" : before === undefined ? "created" : "changed",
  };
}
