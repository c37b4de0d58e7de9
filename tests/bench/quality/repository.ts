/** A repository as the quality benchmark sees it: its texts, and what its commits changed. */

/** One commit. */
export interface Commit {
  readonly subject: string;
  /** Files that it added or changed. */
  readonly paths: readonly string[];
}

/** Files larger than this are not indexed by the server either. */
const TEXT_CHARS_MAX = 1024 * 1024;

/** The tracked text files of a repository, by path. */
export function readTexts(root: string): Map<string, string> {
  const texts = new Map<string, string>();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (const path of git(root, ["ls-files", "-z"]).split("\0")) {
    if (path === "") continue;
    try {
      if (!Deno.lstatSync(`${root}/${path}`).isFile) continue;
      const bytes = Deno.readFileSync(`${root}/${path}`);
      if (bytes.length <= TEXT_CHARS_MAX && !bytes.includes(0)) texts.set(path, decoder.decode(bytes));
    } catch (error) {
      // A file that is not UTF-8, or is not in the checkout, asks for nothing.
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return texts;
}

/** The newest commits that are no merges, newest first. Paths are those of today where a file was only moved since. */
export function readCommits(root: string, max: number): Commit[] {
  const log = git(root, [
    "log",
    `-${max}`,
    "--no-merges",
    "-M",
    "--diff-filter=AMRD",
    "--name-status",
    "--format=%x01%s",
  ]);
  const movedTo = new Map<string, string>();
  return log.split("\x01").slice(1).map((entry) => {
    const [subject = "", ...changes] = entry.split("\n");
    const paths = changes.flatMap((change) => {
      const [status = "", from = "", to = from] = change.split("\t");
      if (from === "" || status === "D") return [];
      const today = movedTo.get(to) ?? to;
      // Commits come newest first: what an older one calls `from` is what is `today` now.
      if (status.startsWith("R")) movedTo.set(from, today);
      return [today];
    });
    return { subject, paths };
  });
}

function git(root: string, args: readonly string[]): string {
  const { stdout, success, stderr } = new Deno.Command("git", {
    args: ["-C", root, "-c", "core.quotePath=false", ...args],
  })
    .outputSync();
  if (!success) throw new Error(`git ${args[0]}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
