/** Citations without a git process for each: what HEAD has is read once, and believed until git has done something. */
import { blobOid, headBlobs, oidAlgorithm } from "./blobs.ts";
import { type Citation, citations, type CitedFile, forgeLink, linkTo } from "./citation.ts";
import { gitMarks } from "./marks.ts";
import type { GitSession } from "./session.ts";

/** Files of a commit whose ids are kept; each takes some 200 bytes. */
const TREE_FILES_MAX = 100_000;

/** A commit's files by their ids, and how to link to them. */
interface CitedCommit {
  readonly marks: string;
  /** Undefined when they were too many to be kept. */
  readonly cite: ((files: readonly CitedFile[]) => Map<string, Citation>) | undefined;
}

/** See the module. */
export class CitationCache {
  readonly #root: string;
  readonly #open: (signal: AbortSignal | undefined) => Promise<GitSession>;
  #known: CitedCommit | undefined;
  #reading: { readonly marks: string; readonly commit: Promise<CitedCommit> } | undefined;

  /**
   * @param parts.root The root's real path.
   * @param parts.open Opens the repository for one question.
   */
  constructor(parts: { root: string; open: (signal: AbortSignal | undefined) => Promise<GitSession> }) {
    this.#root = parts.root;
    this.#open = parts.open;
  }

  /** Links for those of the files that HEAD has byte for byte; none when no remote is on a forge. */
  async citations(files: readonly CitedFile[], signal?: AbortSignal): Promise<Map<string, Citation>> {
    const marks = gitMarks(this.#root);
    if (marks !== undefined && this.#known?.marks === marks) {
      if (this.#known.cite !== undefined) return this.#known.cite(files);
      return await citations(await this.#open(signal), files, signal);
    }
    const session = await this.#open(signal);
    // One file is looked up faster than a whole commit is read.
    if (marks === undefined || files.length < 2) return await citations(session, files, signal);
    const { cite } = await this.#read(session, marks);
    return cite?.(files) ?? await citations(session, files, signal);
  }

  /** Those who ask at the same time share one reading; so no one's signal ends it. */
  #read(session: GitSession, marks: string): Promise<CitedCommit> {
    if (this.#reading?.marks === marks) return this.#reading.commit;
    const commit = readCommit(session, marks);
    this.#reading = { marks, commit };
    return commit.then((read) => {
      // What was read while git was at work may be of two commits.
      if (gitMarks(this.#root) === marks) this.#known = read;
      return read;
    }).finally(() => {
      if (this.#reading?.commit === commit) this.#reading = undefined;
    });
  }
}

async function readCommit(session: GitSession, marks: string): Promise<CitedCommit> {
  const link = forgeLink(session.config);
  const { head } = link === undefined ? { head: null } : await headBlobs(session, []);
  if (link === undefined || head === null) return { marks, cite: () => new Map() };
  const output = await session.read(["ls-tree", "-r", "-z", "--full-tree", head]);
  const blobs = parseTree(new TextDecoder().decode(output.stdout));
  if (output.truncated || blobs.size > TREE_FILES_MAX) return { marks, cite: undefined };
  const { prefix } = session.location;
  const algorithm = oidAlgorithm(head);
  const cite = (files: readonly CitedFile[]) =>
    new Map(
      files.flatMap(({ path, bytes }) =>
        blobs.get(prefix + path) === blobOid(bytes, algorithm)
          ? [[path, linkTo(link, { commit: head, path: prefix + path })] as const]
          : []
      ),
    );
  return { marks, cite };
}

/** Path → id of the blobs. Each entry is `mode type id TAB path` (git-ls-tree(1)). */
function parseTree(text: string): Map<string, string> {
  const blobs = new Map<string, string>();
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\0", start);
    const tab = text.indexOf("\t", start);
    const [, type, oid = ""] = text.slice(start, tab).split(" ");
    if (type === "blob") blobs.set(text.slice(tab + 1, end), oid);
    start = end < 0 ? text.length : end + 1;
  }
  return blobs;
}
