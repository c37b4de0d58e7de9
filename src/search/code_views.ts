/** What shows a repository's code without being asked for words: outlines of files, and the map of all. */
import type { FileStore } from "../repo/file_store.ts";
import type { IndexReader } from "./index_reader.ts";
import { type Outline, outlineOf } from "./outline.ts";
import type { IndexReceipt, IndexStatus } from "./receipt.ts";
import { makeRepoMap, type RepoMap } from "./repo_map.ts";
import { searchScope } from "./search_scope.ts";

/** See the module. */
export class CodeViews {
  readonly #parts: { readonly files: FileStore; readonly index: IndexReader; readonly status: IndexStatus };

  constructor(parts: { files: FileStore; index: IndexReader; status: IndexStatus }) {
    this.#parts = parts;
  }

  /**
   * The definitions of a file from `startLine` on.
   *
   * @throws {ToolError} `binary_file`, and what reading throws.
   */
  outline(path: string, options: { startLine: number }): Promise<Outline> {
    return outlineOf(this.#parts.files, path, options);
  }

  /**
   * The map of the repository, or of a folder.
   *
   * @throws {ToolError} What naming a path throws.
   */
  async map(
    { budgetTokens, path, signal }: { budgetTokens: number; path?: string | undefined; signal: AbortSignal },
  ): Promise<RepoMap & { readonly index: IndexReceipt }> {
    const { files, index, status } = this.#parts;
    const inScope = searchScope(files.root, path);
    await status.settle(signal);
    return { ...makeRepoMap(index, { budgetTokens, inScope }), index: status.receipt() };
  }
}
