/** What tools have changed, and how it is taken back. */
import { ToolError } from "../../core/errors.ts";
import type { FileChange } from "../change_set.ts";
import type { FileStore } from "../file_store.ts";
import type { RepoPath } from "../root.ts";
import type { Journal } from "./journal.ts";
import type { ChangeRecord } from "./record.ts";

/** A change, as it is told. */
export interface PastChange {
  readonly changeId: string;
  /** ISO 8601. */
  readonly at: string;
  readonly files: readonly {
    readonly path: string;
    readonly became: "created" | "changed" | "removed";
    readonly sha256: string | null;
    readonly previousSha256: string | null;
  }[];
  readonly undoable: boolean;
  /** The change that it took back. */
  readonly undoes?: string;
  /** The change that took it back. */
  readonly undoneBy?: string;
}

/** What an undo did. */
export interface Undone {
  readonly changeId: string;
  readonly undone: string;
  readonly files: readonly { readonly path: string; readonly sha256: string | null }[];
}

/** See the module. */
export class ChangeHistory {
  readonly #journal: Journal;
  readonly #files: FileStore;

  constructor(parts: { journal: Journal; files: FileStore }) {
    this.#journal = parts.journal;
    this.#files = parts.files;
  }

  /** The last changes, newest first; those of files that no tool may read are left out. */
  async list(
    { limit, path }: { limit: number; path?: string | undefined },
  ): Promise<{ changes: PastChange[]; truncated: boolean }> {
    const { root } = this.#files;
    const under = path === undefined ? "" : root.resolve(path, { entry: true }).realPath;
    const isWanted = (file: { path: string }) =>
      under === "" || file.path === under || file.path.startsWith(`${under}/`);
    const all = await this.#journal.list();
    const undoneBy = new Map(all.flatMap(({ id, undoes }) => undoes === undefined ? [] : [[undoes, id]]));
    const shown = all.filter(({ files }) =>
      files.every((file) => root.mayRead(file.path)) && files.some(isWanted)
    );
    const changes = shown.slice(0, limit).map((record) => told(record, undoneBy.get(record.id)));
    return { changes, truncated: shown.length > limit };
  }

  /**
   * Takes a change back, all of it or nothing, if its files are still as it left them. That is a change of its own.
   *
   * @throws {ToolError} `not_found` (no such change, or forgotten), `conflict` (a file has changed since, or it cannot be
   * undone), `unavailable`, and what writing throws.
   */
  async undo(changeId: string): Promise<Undone> {
    const record = await this.#journal.find(changeId);
    if (record === undefined) {
      const message = `Cannot undo "${
        changeId.slice(0, 64)
      }": there is no such change; list_changes shows the last ones`;
      throw new ToolError("not_found", message);
    }
    if (record.final !== undefined) {
      const message = `Cannot undo the change: ${record.final}`;
      throw new ToolError("conflict", message, { reason: "not_undoable", changeId });
    }
    const undo = record.moved === true ? await this.#moveBack(record) : await this.#restore(record);
    return {
      changeId: undo,
      undone: record.id,
      files: record.files.map(({ path, before }) => ({ path, sha256: before?.sha256 ?? null })),
    };
  }

  async #restore(record: ChangeRecord): Promise<string> {
    const paths = record.files.map(({ path }) => path);
    const { changeId } = await this.#files.change(paths, async (at) => {
      const changes: FileChange[] = [];
      for (const [index, file] of record.files.entries()) {
        changes.push(...await this.#changeFor(file, { at: at[index] as RepoPath, changeId: record.id }));
      }
      return changes;
    }, { restores: true, undoes: record.id });
    return changeId ?? record.id;
  }

  async #changeFor(
    { before, after }: ChangeRecord["files"][number],
    { at, changeId }: { at: RepoPath; changeId: string },
  ): Promise<FileChange[]> {
    const current = await this.#files.current(at, undefined);
    const found = current?.sha256 ?? null;
    if (found !== after) {
      const isBefore = found === (before?.sha256 ?? null);
      throw changedSince(at.path, { changeId, expected: after, actual: found }, isBefore);
    }
    if (before === null) return current === undefined ? [] : [{ kind: "remove", at, before: current }];
    return [{
      kind: "put",
      at,
      before: current,
      bytes: await this.#journal.image(before),
      mode: before.mode,
    }];
  }

  async #moveBack({ id, files: [from, to] }: ChangeRecord): Promise<string> {
    if (from === undefined || to === undefined) throw new TypeError("Cannot move back what was not moved");
    const { changeId } = await this.#files.rename(to.path, from.path, {
      overwrite: false,
      undoes: id,
      check: (sha256) => {
        if (sha256 !== to.after) {
          throw changedSince(to.path, { changeId: id, expected: to.after, actual: sha256 });
        }
      },
    });
    return changeId ?? id;
  }
}

function told({ id, at, files, final, undoes }: ChangeRecord, undoneBy: string | undefined): PastChange {
  return {
    changeId: id,
    at: new Date(at).toISOString(),
    files: files.map(({ path, before, after }) => ({
      path,
      became: after === null ? "removed" : before === null ? "created" : "changed",
      sha256: after,
      previousSha256: before?.sha256 ?? null,
    })),
    undoable: final === undefined,
    ...(undoes !== undefined && { undoes }),
    ...(undoneBy !== undefined && { undoneBy }),
  };
}

function changedSince(
  path: string,
  details: { changeId: string; expected: string | null; actual: string | null },
  isBefore = false,
): ToolError {
  if (isBefore) {
    const message =
      `Cannot undo the change: "${path}" is as it was before it; list_changes shows what was undone`;
    return new ToolError("conflict", message, { reason: "already_undone", path, ...details });
  }
  const now = details.actual === null ? "it is gone" : `its sha256 is ${details.actual}`;
  const message =
    `Cannot undo the change: "${path}" has changed since (${now}); read it, and edit it by hand`;
  return new ToolError("conflict", message, { reason: "changed_since", path, ...details });
}
