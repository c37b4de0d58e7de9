/** What stands in a folder, and which files fit a glob. */
import { ToolError } from "../core/errors.ts";
import { compileGlob } from "./glob.ts";
import { fromFileSystemError, notFound } from "./fs_error.ts";
import type { ProjectFiles } from "./project_files.ts";
import type { RepoPath, RepoRoot } from "./root.ts";

/** One name in a folder. */
export interface Entry {
  readonly path: string;
  readonly type: "file" | "dir" | "symlink" | "other";
  /** Bytes; 0 for what is no file. */
  readonly size: number;
  /** ISO 8601. */
  readonly modified: string;
}

/** Lists folders and files of one root. */
export class Listing {
  readonly #root: RepoRoot;
  readonly #project: ProjectFiles;

  constructor(parts: { root: RepoRoot; project: ProjectFiles }) {
    this.#root = parts.root;
    this.#project = parts.project;
  }

  /**
   * One level of a folder; with a glob that holds `**`, every level, without what git ignores.
   *
   * @returns `foldersLeftOut`: how many folders of the one level were not asked for.
   * @throws {ToolError} `not_found`, `not_a_file` (the path is no folder), `invalid_arguments` (the glob), and what
   * the path function throws.
   */
  async folder(
    path: string,
    options: { glob?: string | undefined; max: number; includeDirs: boolean; signal: AbortSignal },
  ): Promise<{ path: string; entries: Entry[]; truncated: boolean; foldersLeftOut: number }> {
    const at = this.#folderAt(path);
    const deep = options.glob?.includes("**") === true;
    const names = deep ? await this.#below(at, options) : this.#namesIn(at, options);
    const { found, truncated } = this.#look(names.paths, options);
    const { foldersLeftOut = 0 } = names;
    return { path: at.path, entries: found, truncated: truncated || names.truncated, foldersLeftOut };
  }

  /**
   * Files below the root that fit the glob, without what git ignores.
   *
   * @throws {ToolError} `invalid_arguments` (the glob), `unavailable`, `git_failed`.
   */
  async files(
    glob: string,
    options: { max: number; signal: AbortSignal },
  ): Promise<{ files: Entry[]; truncated: boolean }> {
    const match = compileGlob(glob);
    const all = await this.#project.list("", options.signal);
    const { found, truncated } = this.#look(filter(all.paths, match), {
      max: options.max,
      includeDirs: false,
    });
    return { files: found, truncated: truncated || all.truncated };
  }

  #folderAt(path: string): RepoPath {
    const at = this.#root.resolve(path);
    if (at.info === undefined) throw notFound(at.path);
    if (at.info.isDirectory) return at;
    throw new ToolError(
      "not_a_file",
      `Cannot list "${at.path}": it is a file, not a folder; read_file reads it`,
      {
        path: at.path,
      },
    );
  }

  /** One level, with the real path's names under the path that the caller used. */
  #namesIn(at: RepoPath, options: { glob?: string | undefined; includeDirs: boolean }): Names {
    const match = options.glob === undefined ? () => true : compileGlob(options.glob);
    const prefix = at.path === "" ? "" : `${at.path}/`;
    const names: string[] = [];
    let foldersLeftOut = 0;
    try {
      for (const entry of Deno.readDirSync(at.absolute)) {
        const name = prefix + entry.name;
        if (!match(entry.name) || !this.#root.mayRead(name)) continue;
        if (entry.isDirectory && !options.includeDirs) foldersLeftOut++;
        else names.push(name);
      }
    } catch (error) {
      throw fromFileSystemError(error, at.path);
    }
    return { paths: names.sort(), truncated: false, foldersLeftOut };
  }

  /** Every level: files, and where asked for the folders that hold them. */
  async #below(
    at: RepoPath,
    options: { glob?: string | undefined; includeDirs: boolean; signal: AbortSignal },
  ): Promise<Names> {
    const match = compileGlob(options.glob ?? "**");
    const prefix = at.realPath === "" ? "" : `${at.realPath}/`;
    const shown = at.path === "" ? "" : `${at.path}/`;
    const all = await this.#project.list(at.realPath, options.signal);
    // Of a repository inside this one git knows the folder alone.
    const relative = all.paths.flatMap((path) => path.startsWith(prefix) ? [path.slice(prefix.length)] : []);
    const names = options.includeDirs ? [...relative, ...foldersOf(relative)].sort() : relative;
    return { paths: Array.from(filter(names, match), (name) => shown + name), truncated: all.truncated };
  }

  /** Looks at names until `max` of them exist. Names of files that are tracked but gone are passed over. */
  #look(
    names: Iterable<string>,
    { max, includeDirs }: { max: number; includeDirs: boolean },
  ): { found: Entry[]; truncated: boolean } {
    const found: Entry[] = [];
    for (const name of names) {
      const entry = this.#entry(name);
      if (entry === undefined || (entry.type === "dir" && !includeDirs)) continue;
      if (found.length === max) return { found, truncated: true };
      found.push(entry);
    }
    return { found, truncated: false };
  }

  /** Undefined for what is not there (any more), or may not be named. */
  #entry(path: string): Entry | undefined {
    const info = this.#infoAt(path);
    if (info === undefined) return undefined;
    return {
      path,
      type: info.isFile ? "file" : info.isDirectory ? "dir" : info.isSymlink ? "symlink" : "other",
      size: info.isFile ? info.size : 0,
      modified: (info.mtime ?? new Date(0)).toISOString(),
    };
  }

  #infoAt(path: string): Deno.FileInfo | undefined {
    try {
      return this.#root.resolve(path, { entry: true }).info;
    } catch (error) {
      if (error instanceof ToolError) return undefined;
      throw error;
    }
  }
}

interface Names {
  readonly paths: Iterable<string>;
  readonly truncated: boolean;
  readonly foldersLeftOut?: number;
}

function* filter(names: Iterable<string>, match: (name: string) => boolean): Iterable<string> {
  for (const name of names) if (match(name)) yield name;
}

function foldersOf(files: readonly string[]): Set<string> {
  const folders = new Set<string>();
  for (const file of files) {
    for (let end = file.lastIndexOf("/"); end > 0; end = file.lastIndexOf("/", end - 1)) {
      folders.add(file.slice(0, end));
    }
  }
  return folders;
}
