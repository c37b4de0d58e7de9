/** `apply_patch`: from a model's patch to changed files, all of them or none. */
import { ToolError } from "../core/errors.ts";
import { PATCH_FILES_MAX } from "../core/limits.ts";
import type { OnStep } from "./change_set.ts";
import { sha256Hex } from "./digest.ts";
import type { FileStore } from "./file_store.ts";
import { notFound } from "./fs_error.ts";
import {
  applyChunks,
  applyUnified,
  type ParsedPatch,
  parsePatch,
  type UnifiedPatch,
  type V4aOperation,
  type V4aPatch,
} from "./patch.ts";
import {
  moveStep,
  type PatchedFile,
  type PatchStep,
  putStep,
  removeStep,
  withRepairs,
} from "./patch_steps.ts";
import type { RepoPath } from "./root.ts";
import { quotingNoSecret, refuseMaskedPatch } from "./secret_rules.ts";
import type { Snapshot } from "./snapshot.ts";
import { decodeText } from "./text.ts";

/** What a patch did. The first file's fields stand at the top. */
export interface PatchOutcome extends PatchedFile {
  /** Names the change of all the files; null when nothing had to change, and for a dry run. */
  readonly changeId: string | null;
  readonly hunks: number;
  readonly format: "unified" | "v4a";
  /** What was wrong with the patch and put right, in words. */
  readonly repaired: readonly string[];
  readonly dryRun: boolean;
  /** Every file, when there are several. */
  readonly files?: readonly PatchedFile[];
}

/** How a patch is to be applied. */
export interface PatchOptions {
  /** The file that a unified diff is for. */
  readonly path?: string | undefined;
  readonly expectSha256?: string | undefined;
  /** Whether a unified diff may make a new file. */
  readonly allowCreate: boolean;
  readonly dryRun: boolean;
  /** Told of the steps of a patch over several files. */
  readonly onStep?: OnStep | undefined;
}

/** What the parts of a patch have come to. */
interface Applied {
  readonly steps: PatchStep[];
  readonly changeId: string | null;
}

/** Applies patches to the files of one root. */
export class PatchApplier {
  readonly #files: FileStore;

  constructor(files: FileStore) {
    this.#files = files;
  }

  /**
   * Applies a unified diff to `path`, or a `*** Begin Patch` patch to the files that it names.
   *
   * @throws {ToolError} `patch_failed`, `sha_mismatch`, `not_found`, `already_exists`, `binary_file`, `too_large`,
   * `invalid_arguments`, `read_only`, and what the path function throws; every file is then as it was.
   */
  async apply(patch: string, options: PatchOptions): Promise<PatchOutcome> {
    const size = new TextEncoder().encode(patch).length;
    this.#files.root.policy.checkPatch(size);
    refuseMaskedPatch(patch);
    const parsed = await this.#parse(patch, options.path);
    const { steps, changeId } = parsed.format === "unified"
      ? await this.#applyUnified(parsed, options)
      : await this.#applyV4a(parsed, options);
    const files = steps.map((step) => step.file);
    return {
      ...(files[0] as PatchedFile),
      changeId,
      hunks: steps.reduce((sum, step) => sum + step.hunks, 0),
      format: parsed.format,
      repaired: steps.flatMap((step) => step.repaired),
      dryRun: options.dryRun,
      ...(files.length > 1 && { files }),
    };
  }

  /** A patch that cannot be read is about a file all the same: the refusal says what its hash is now. */
  async #parse(patch: string, path: string | undefined): Promise<ParsedPatch> {
    try {
      return parsePatch(patch);
    } catch (error) {
      if (!(error instanceof ToolError) || path === undefined) throw error;
      const { sha256 } = await this.#files.read(path);
      throw new ToolError(error.code, error.message, { ...error.details, path, sha256 });
    }
  }

  async #applyUnified(parsed: UnifiedPatch, options: PatchOptions): Promise<Applied> {
    const { path } = options;
    if (path === undefined) {
      const named = parsed.path === undefined ? "" : ` (its headers name "${parsed.path}")`;
      const message =
        `Cannot apply a unified diff without "path"${named}: name the file that it changes, or send ` +
        "*** Begin Patch, which names its files itself";
      throw new ToolError("invalid_arguments", message);
    }
    return await this.#run([path], options, async ([at]) => {
      const target = at as RepoPath;
      const before = await this.#files.current(target, options.expectSha256);
      if (before === undefined && !options.allowCreate) {
        const message = `Cannot patch "${target.path}": it does not exist; pass allowCreate: true to make it`;
        throw new ToolError("not_found", message, { path: target.path });
      }
      const original = before === undefined ? "" : textOf(target, before);
      const facts = {
        path: target.path,
        sha256: before?.sha256 ?? sha256Hex(""),
        fileExists: (name: string) => this.#exists(name),
      };
      const patched = quotingNoSecret(original, (text) => applyUnified(parsed, text, facts));
      return [putStep(target, before, patched)];
    });
  }

  async #applyV4a(parsed: V4aPatch, options: PatchOptions): Promise<Applied> {
    const { operations } = parsed;
    if (operations.length > PATCH_FILES_MAX) {
      const message = `Cannot apply a patch over ${operations.length} files: the limit is ${PATCH_FILES_MAX}`;
      throw new ToolError("too_large", message, { files: operations.length, limit: PATCH_FILES_MAX });
    }
    checkAgainstArguments(operations, { options, normalize: (path) => this.#files.root.normalize(path) });
    const paths = operations.flatMap(pathsOf);
    return await this.#run(paths, options, async (at) => {
      refuseTwice(at);
      const byPath = new Map(paths.map((path, index) => [path, at[index] as RepoPath]));
      const steps: PatchStep[] = [];
      for (const operation of operations) steps.push(await this.#step(operation, { byPath, options }));
      return withRepairs(steps, parsed.repaired);
    });
  }

  /** Plans under the locks of `paths`, then carries out what the steps say. */
  async #run(
    paths: readonly string[],
    options: PatchOptions,
    plan: (at: readonly RepoPath[]) => Promise<PatchStep[]>,
  ): Promise<Applied> {
    let steps: PatchStep[] = [];
    const { changeId } = await this.#files.change(paths, async (at) => {
      steps = await plan(at);
      return steps.flatMap((step) => step.changes);
    }, { dryRun: options.dryRun, onStep: options.onStep });
    return { steps, changeId };
  }

  async #step(
    operation: V4aOperation,
    { byPath, options }: { byPath: ReadonlyMap<string, RepoPath>; options: PatchOptions },
  ): Promise<PatchStep> {
    const at = byPath.get(operation.path) as RepoPath;
    const before = await this.#files.current(at, options.expectSha256);
    switch (operation.kind) {
      case "add":
        if (before !== undefined) throw alreadyThere(at, "use *** Update File");
        return putStep(at, before, { text: operation.contents, hunks: 1, repaired: [] });
      case "delete":
        if (before === undefined) throw notFound(at.path);
        this.#refuseLink(at);
        return removeStep(at, before);
      case "update": {
        if (before === undefined) throw notFound(at.path);
        const facts = { path: at.path, sha256: before.sha256 };
        const applied = quotingNoSecret(textOf(at, before), (text) => applyChunks(operation, text, facts));
        const target = operation.moveTo === undefined ? undefined : byPath.get(operation.moveTo);
        if (target === undefined) return putStep(at, before, applied);
        if (target.info !== undefined) throw alreadyThere(target, "remove it first, or move to another name");
        this.#refuseLink(at);
        return moveStep({ from: at, to: target }, before, applied);
      }
      default:
        return operation satisfies never;
    }
  }

  /** Taking away what a link leads to would leave the link behind, leading nowhere. */
  #refuseLink(at: RepoPath): void {
    if (this.#files.root.resolve(at.path, { entry: true }).info?.isSymlink !== true) return;
    const message =
      `Cannot remove "${at.path}" by a patch: it is a symbolic link; delete_file and rename_file act on links`;
    throw new ToolError("not_a_file", message, { path: at.path });
  }

  #exists(path: string): boolean {
    try {
      return this.#files.root.resolve(path).info?.isFile === true;
    } catch (error) {
      if (error instanceof ToolError) return false;
      throw error;
    }
  }
}

function pathsOf(operation: V4aOperation): string[] {
  const moveTo = operation.kind === "update" ? operation.moveTo : undefined;
  return moveTo === undefined ? [operation.path] : [operation.path, moveTo];
}

/** `path` and `expectSha256` are about one file, so with this format they make sense for one operation only. */
function checkAgainstArguments(
  operations: readonly V4aOperation[],
  { options, normalize }: { options: PatchOptions; normalize: (path: string) => string },
): void {
  const { path, expectSha256 } = options;
  if (operations.length > 1 && expectSha256 !== undefined) {
    const message =
      `Cannot check "expectSha256" against a patch over ${operations.length} files: leave it out`;
    throw new ToolError("invalid_arguments", message);
  }
  if (path === undefined || operations.some((operation) => normalize(operation.path) === normalize(path))) {
    return;
  }
  const names = operations.map((operation) => operation.path);
  const message = `Cannot apply the patch to "${path}": it is for "${names.join('", "')}"; leave out "path"`;
  throw new ToolError("patch_failed", message, { path, names });
}

function refuseTwice(at: readonly RepoPath[]): void {
  const seen = new Map<string, string>();
  for (const { path, realPath } of at) {
    const other = seen.get(realPath);
    if (other !== undefined) {
      const names = other === path ? `"${path}"` : `"${other}" and "${path}", which are one file,`;
      throw new ToolError("patch_failed", `Cannot apply a patch that names ${names} twice`, { path });
    }
    seen.set(realPath, path);
  }
}

function textOf(at: RepoPath, file: Snapshot): string {
  const text = decodeText(file.bytes);
  if (text !== undefined) return text;
  const message =
    `Cannot patch "${at.path}": it is not a UTF-8 text file; write_file with base64 replaces it`;
  throw new ToolError("binary_file", message, {
    path: at.path,
    size: file.bytes.length,
    sha256: file.sha256,
  });
}

function alreadyThere(at: RepoPath, remedy: string): ToolError {
  return new ToolError("already_exists", `Cannot create "${at.path}": it exists; ${remedy}`, {
    path: at.path,
  });
}
