/** Addresses for files: pinned to a commit on the forge where that shows the same bytes, else this server's own. */
import type { CitedFile } from "./file_reader.ts";
import type { Git } from "./git.ts";

/** Makes the addresses that answers cite. */
export class Citations {
  readonly #git: Git;
  readonly #linkFor: (file: CitedFile) => string;

  /** @param parts.linkFor The address at which this server shows the file itself. */
  constructor(parts: { git: Git; linkFor: (file: CitedFile) => string }) {
    this.#git = parts.git;
    this.#linkFor = parts.linkFor;
  }

  /** One address for each file, in order. */
  async urlsFor(files: readonly CitedFile[]): Promise<string[]> {
    if (files.length === 0) return [];
    const permalinks = await this.#git.citations(files);
    return files.map((file) => {
      const permalink = permalinks.get(file.path);
      return permalink?.(file.lines?.startLine, file.lines?.endLine) ?? this.#linkFor(file);
    });
  }
}
