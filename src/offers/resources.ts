/** The resources: every file of the project, and an overview of the repository. */
import { RESOURCE_PAGE_FILES_MAX } from "../core/limits.ts";
import { ToolError } from "../core/errors.ts";
import { type Page, type ResourceProvider, unknownCursor, type WireObject } from "../mcp/providers.ts";
import type { ProjectFiles } from "../repo/project_files.ts";
import type { RepoPath, RepoRoot } from "../repo/root.ts";
import { orProtocolError, unlessAbsent } from "./failures.ts";
import type { OfferContext } from "./offer_context.ts";
import type { Overview } from "./overview.ts";
import type { RepoChanges } from "./repo_changes.ts";
import { FILE_TEMPLATE, fileUri, pathOfUri, REPO_URI } from "./resource_uri.ts";

/** What is in `_meta` of a file's contents. */
const META = { sha256: "lukhas-mcp/sha256", next: "lukhas-mcp/next", redacted: "lukhas-mcp/redacted" };

const REPO_RESOURCE = {
  uri: REPO_URI,
  name: "repo",
  title: "Overview of the repository",
  description:
    "Branch, state, folders, languages, last commits and README: what to know before the first step",
  mimeType: "text/markdown",
};

/** What stands for every file. */
export const FILE_TEMPLATES: readonly WireObject[] = [{
  uriTemplate: FILE_TEMPLATE,
  name: "file",
  title: "A file of the repository",
  description:
    "A file by its path relative to the root: text up to 256 KiB (read_file reads on), or up to 1 MiB " +
    "of anything else",
}];

/** See the module. */
export class RepoResources implements Omit<ResourceProvider<OfferContext>, "listTemplates"> {
  /** Files come and go without our doing, too. */
  readonly cache = { ttlMs: 5_000, scope: "private" } as const;
  /** A file that was read is about to be changed: an old copy of it would cost a round. */
  readonly readCache = { ttlMs: 0, scope: "private" } as const;
  readonly #root: RepoRoot;
  readonly #project: ProjectFiles;
  readonly #overview: Overview;
  readonly #changes: RepoChanges;

  constructor(
    parts: {
      root: RepoRoot;
      project: ProjectFiles;
      overview: Overview;
      changes: RepoChanges;
    },
  ) {
    this.#root = parts.root;
    this.#project = parts.project;
    this.#overview = parts.overview;
    this.#changes = parts.changes;
  }

  /**
   * The overview, then the files in code unit order. A cursor names the last file that was seen, so that no file is
   * left out or shown twice when others come or go between two pages.
   */
  list(cursor: string | undefined, context: OfferContext): Promise<Page<WireObject>> {
    return orProtocolError(() => this.#page(cursor, context));
  }

  read(uri: string, context: OfferContext): Promise<readonly WireObject[] | undefined> {
    return orProtocolError(() => this.#contents(uri, context));
  }

  watch(uri: string): (() => void) | undefined {
    // The overview is announced to whoever listens: there is one.
    if (uri === REPO_URI) return () => {};
    const path = pathOfUri(uri);
    const at = path === undefined ? undefined : fileAt(this.#root, path);
    return at && this.#changes.watch(uri, [at.path, at.realPath]);
  }

  async #page(
    cursor: string | undefined,
    { files: { root }, signal }: OfferContext,
  ): Promise<Page<WireObject>> {
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    const { paths } = await this.#project.list("", signal);
    const items: WireObject[] = after === undefined ? [REPO_RESOURCE] : [];
    let last = "";
    for (const path of paths) {
      if (after !== undefined && path <= after) continue;
      const at = fileAt(root, path);
      if (at === undefined) continue;
      if (items.length === RESOURCE_PAGE_FILES_MAX) return { items, nextCursor: encodeCursor(last) };
      items.push(fileResource(path, at.info));
      last = path;
    }
    return { items };
  }

  async #contents(uri: string, context: OfferContext): Promise<readonly WireObject[] | undefined> {
    if (uri === REPO_URI) {
      const text = await this.#overview.write(context);
      return [{ uri, mimeType: "text/markdown", text }];
    }
    const path = pathOfUri(uri);
    if (path === undefined) return undefined;
    const { reader } = context;
    const file = await unlessAbsent(() => reader.contents(path));
    if (file === undefined) return undefined;
    const { mimeType, sha256 } = file;
    if ("base64" in file) {
      return [{ uri, mimeType, blob: file.base64, _meta: { [META.sha256]: sha256 } }];
    }
    const { text, next, redacted } = file;
    const _meta = {
      [META.sha256]: sha256,
      ...(next !== undefined && { [META.next]: next }),
      ...(redacted !== undefined && { [META.redacted]: redacted }),
    };
    return [{ uri, mimeType, text, _meta }];
  }
}

/** The file at a path; undefined for what is none, or may not be named. */
function fileAt(root: RepoRoot, path: string): (RepoPath & { readonly info: Deno.FileInfo }) | undefined {
  try {
    const at = root.resolve(path);
    return at.info?.isFile === true ? { ...at, info: at.info } : undefined;
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

function fileResource(path: string, { size, mtime }: Deno.FileInfo): WireObject {
  return {
    uri: fileUri(path),
    name: path,
    size,
    ...(mtime !== null && { annotations: { lastModified: mtime.toISOString() } }),
  };
}

/** Before the path, so that hardly any text that we did not make reads as a cursor. */
const CURSOR_MARK = "after:";

function encodeCursor(path: string): string {
  return new TextEncoder().encode(CURSOR_MARK + path).toBase64({ alphabet: "base64url", omitPadding: true });
}

function decodeCursor(cursor: string): string {
  try {
    const bytes = Uint8Array.fromBase64(cursor, { alphabet: "base64url" });
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (text.startsWith(CURSOR_MARK)) return text.slice(CURSOR_MARK.length);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  throw unknownCursor();
}
