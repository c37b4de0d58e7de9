/** The one way from a caller's string to the file system. */
import { ToolError } from "../core/errors.ts";
import { PATH_CHARS_MAX, PATH_SEGMENTS_MAX, SYMLINK_HOPS_MAX } from "../core/limits.ts";
import { foldedSegments, reservedReasonOf } from "../core/own_files.ts";
import { fromFileSystemError } from "./fs_error.ts";
import { separateGitFolder } from "./git_folder.ts";
import { type Access, type DenyList, FilePolicy } from "./policy/file_policy.ts";
import { PolicyFile } from "./policy/policy_file.ts";

/** What a path is wanted for. */
export interface PathUse {
  /** Whether what stands there is changed, or only read. @default "read" */
  readonly access?: Access;
  /** Whether a symbolic link at its end is meant itself (delete and rename do so), and not followed. @default false */
  readonly entry?: boolean;
}

/** What rules a root beside its names. */
export interface RootRules {
  /**
   * Paths relative to the root that no tool may touch, beside git's folder and the server's own names: configured
   * state files, a git folder with another name.
   */
  readonly denied?: Iterable<string>;
  /** Secret, hidden and protected files. @default none */
  readonly policy?: Pick<PolicyFile, "current" | "refresh">;
}

/** For a root that is nobody's: no file is secret. */
const NO_RULES: NonNullable<RootRules["policy"]> = {
  current: new FilePolicy({ deny: { patterns: [], defaults: false } }),
  refresh: () => false,
};

/** A path that was judged: it lies inside the root, and no tool is forbidden to touch it. */
export interface RepoPath {
  /** As the caller named it, normalised: relative to the root, `""` for the root itself. */
  readonly path: string;
  /** Where it really is, links resolved: relative to the root. */
  readonly realPath: string;
  /** The absolute path for system calls. It never leaves the server. */
  readonly absolute: string;
  /** What stands there, or undefined when nothing does. Never a link, unless the use is `entry`. */
  readonly info: Deno.FileInfo | undefined;
}

/** The folder that is served, and the judge of every path below it. */
export class RepoRoot {
  /** The real path of the root, without a slash at its end. Never shown to a caller. */
  readonly real: string;
  readonly #denied = new Set<string>();
  readonly #policy: NonNullable<RootRules["policy"]>;
  #onRules = () => {};

  /** @param real The root's real path. */
  constructor(real: string, { denied = [], policy = NO_RULES }: RootRules = {}) {
    this.real = real === "/" ? "" : real;
    this.#policy = policy;
    this.deny(denied);
  }

  /** Secret, hidden and protected files, as they were known at the last {@linkcode refresh}. */
  get policy(): FilePolicy {
    return this.#policy.current;
  }

  /** Opens a root with the rules of its operator and of its repository. */
  static open(real: string, deny: DenyList): RepoRoot {
    const root = new RepoRoot(real, { policy: new PolicyFile({ root: real, deny }) });
    root.refresh();
    return root;
  }

  /**
   * Looks whether someone has moved git's folder or changed the repository's policy. Called before each use of the root:
   * looking costs a few system calls.
   */
  refresh(): void {
    this.deny(separateGitFolder(this.real));
    if (this.#policy.refresh()) this.#onRules();
  }

  /** Calls back from now on when other files may be read than before. */
  whenRulesChange(onRules: () => void): void {
    this.#onRules = onRules;
  }

  /** Forbids further paths, relative to the root, to all tools: what git's folder is may be known only later. */
  deny(paths: Iterable<string>): void {
    for (const path of paths) this.#denied.add(foldedSegments(path).join("/"));
  }

  /**
   * Normalises and judges `path`, then walks it segment by segment, so that nothing outside the root is even
   * looked at: a link is read, never followed by the kernel, and a target outside is refused by its name alone.
   *
   * @throws {ToolError} `invalid_arguments` (among them a file to be written under a folder's name), `path_outside_root`,
   * `path_denied`, `not_found` (a link to nothing), `not_a_file` (a file where a folder is needed).
   */
  resolve(path: string, use: PathUse = {}): RepoPath {
    const normal = this.normalize(path);
    this.#refuse(normal, { asked: path, use });
    const { real, hops } = this.#follow(segmentsOf(normal), { asked: normal, use });
    const info = this.#look(real);
    if (use.access === "write" && NAMES_FOLDER.test(path) && info?.isDirectory !== true) {
      throw namesFolder(path);
    }
    if (hops > 0 && info === undefined && use.entry !== true && this.#isLink(normal)) {
      throw new ToolError("not_found", `Cannot use "${normal}": the symbolic link leads to nothing`, {
        path: normal,
      });
    }
    return { path: normal, realPath: real.join("/"), absolute: this.#absolute(real), info };
  }

  /**
   * Judges a link that is to stand at `at`: it may lead to nothing, but only to what {@linkcode resolve} would allow.
   *
   * @param text What the link holds.
   * @throws {ToolError} `path_outside_root`, `path_denied`, `not_found` (a circle).
   */
  checkLink(text: string, at: RepoPath): void {
    const target = this.#linkTarget(text, { folder: segmentsOf(at.realPath).slice(0, -1), asked: at.path });
    this.#follow(target, { asked: at.path, use: {} });
  }

  /**
   * The path relative to the root that `path` names, judged by its text alone.
   *
   * @throws {ToolError} `invalid_arguments`, `path_outside_root`.
   */
  normalize(path: string): string {
    if (path.length > PATH_CHARS_MAX) {
      throw new ToolError(
        "invalid_arguments",
        `Cannot use a path of ${path.length} characters: the limit is ${PATH_CHARS_MAX}`,
      );
    }
    if (path.includes("\0")) {
      throw new ToolError("invalid_arguments", "Cannot use a path that holds a NUL character");
    }
    // The file system would be given U+FFFD in its place: another name than the one that was judged.
    if (!path.isWellFormed()) {
      throw new ToolError("invalid_arguments", "Cannot use a path that holds half of a surrogate pair");
    }
    const segments: string[] = [];
    for (const segment of this.#relative(path).split("/")) {
      if (segment === "" || segment === ".") continue;
      if (segment !== "..") segments.push(segment);
      else if (segments.pop() === undefined) throw outsideRoot(path);
    }
    if (segments.length > PATH_SEGMENTS_MAX) {
      const message = `Cannot use a path of ${segments.length} segments: the limit is ${PATH_SEGMENTS_MAX}`;
      throw new ToolError("invalid_arguments", message);
    }
    return segments.join("/");
  }

  /** Whether a path relative to the root may be read, listed, searched and committed: for who skips instead of refusing. */
  mayRead(path: string): boolean {
    return this.#refusal(path, "read") === undefined;
  }

  /** Whether a path relative to the root may be written as well. */
  mayWrite(path: string): boolean {
    return this.#refusal(path, "write") === undefined;
  }

  #relative(path: string): string {
    if (!path.startsWith("/")) return path;
    if (path !== this.real && !path.startsWith(`${this.real}/`)) throw outsideRoot(path);
    return path.slice(this.real.length + 1);
  }

  #isDenied(folded: readonly string[]): boolean {
    if (this.#denied.size === 0) return false;
    const path = folded.join("/");
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
      if (this.#denied.has(path.slice(0, end))) return true;
    }
    return false;
  }

  /** Why a path, relative to the root, is refused: a clause that follows "it ", and facts. */
  #refusal(path: string, access: Access): { reason: string; facts: Record<string, unknown> } | undefined {
    const folded = foldedSegments(path);
    const reserved = reservedReasonOf(folded) ??
      (this.#isDenied(folded) ? "one of the server's own files" : undefined);
    if (reserved !== undefined) return { reason: `is ${reserved}`, facts: {} };
    const { reason, ...facts } = this.policy.refusal(folded, access) ?? {};
    return reason === undefined ? undefined : { reason, facts };
  }

  #refuse(path: string, { asked, use: { access = "read" } }: { asked: string; use: PathUse }): void {
    const refusal = this.#refusal(path, access);
    if (refusal === undefined) return;
    const verb = access === "read" ? "use" : "change";
    const message = `Cannot ${verb} "${asked}": it ${refusal.reason}`;
    throw new ToolError("path_denied", message, { path: asked, ...refusal.facts });
  }

  /**
   * Where a path really leads: links are followed by hand, each target taking its link's place, and the walk begins
   * again at the root.
   */
  #follow(
    segments: readonly string[],
    { asked, use }: { asked: string; use: PathUse },
  ): { real: string[]; hops: number } {
    const pending = segments.toReversed();
    const real: string[] = [];
    let hops = 0;
    let missingDepth = Infinity;
    while (pending.length > 0) {
      const segment = pending.pop() as string;
      if (segment === "..") {
        if (real.pop() === undefined) throw outsideRoot(asked);
        continue;
      }
      real.push(segment);
      if (use.entry === true && pending.length === 0) break;
      // Below what is missing there is nothing to look at, until a link's `..` leads up again.
      if (real.length > missingDepth) continue;
      const info = this.#look(real);
      missingDepth = info === undefined ? real.length : Infinity;
      if (info?.isSymlink !== true) continue;
      if (++hops > SYMLINK_HOPS_MAX) {
        throw new ToolError("not_found", `Cannot use "${asked}": its symbolic links go in a circle`, {
          path: asked,
        });
      }
      const text = Deno.readLinkSync(this.#absolute(real));
      pending.push(...this.#linkTarget(text, { folder: real.slice(0, -1), asked }).reverse());
      real.length = 0;
    }
    const realPath = real.join("/");
    if (realPath !== asked) this.#refuse(realPath, { asked, use });
    return { real, hops };
  }

  /** Whether the last segment itself is a link: a new file below a linked folder is no dangling link. */
  #isLink(normal: string): boolean {
    const { real } = this.#follow(segmentsOf(normal), { asked: normal, use: { entry: true } });
    return this.#look(real)?.isSymlink === true;
  }

  /** The segments, from the root, that a link in `folder` stands for; `..` may be among them. */
  #linkTarget(text: string, { folder, asked }: { folder: readonly string[]; asked: string }): string[] {
    if (!text.startsWith("/")) return [...folder, ...segmentsOf(text)];
    if (text !== this.real && !text.startsWith(`${this.real}/`)) throw outsideRoot(asked);
    return segmentsOf(text.slice(this.real.length));
  }

  /** `lstat`; undefined when nothing is there. */
  #look(segments: readonly string[]): Deno.FileInfo | undefined {
    try {
      return Deno.lstatSync(this.#absolute(segments));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw fromFileSystemError(error, segments.join("/"));
    }
  }

  #absolute(segments: readonly string[]): string {
    return segments.length === 0 ? this.real || "/" : `${this.real}/${segments.join("/")}`;
  }
}

/** What ends in a slash, or in a segment that stands for a folder. */
const NAMES_FOLDER = /(?:^|\/)\.{0,2}$/;

function namesFolder(path: string): ToolError {
  return new ToolError(
    "invalid_arguments",
    `Cannot change "${path}": what ends in "${
      path.slice(path.lastIndexOf("/"))
    }" is a folder, and only files are ` +
      "written; name the file",
    { path },
  );
}

function segmentsOf(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "" && segment !== ".");
}

function outsideRoot(path: string): ToolError {
  return new ToolError(
    "path_outside_root",
    `Cannot use "${path}": it leads out of the repository; paths are relative to its root`,
    { path },
  );
}
