/** Everything in a folder as one value, so that two moments can be compared. */
import { sha256Hex } from "../../src/repo/digest.ts";

/** For each path below a folder what stands there: the kind, the permission bits, and the contents' hash or the link's text. */
export type FileTree = Readonly<Record<string, string>>;

/** What every write adds to, and no test of files is about. */
const JOURNAL = ".mcp-journal";

/**
 * Looks at everything below `folder` without following links, and without the journal.
 *
 * @param options.except Paths, relative to the folder, that are left out with what is below them.
 */
export function fileTree(folder: string, options: { except?: readonly string[] } = {}): FileTree {
  const tree: Record<string, string> = {};
  const pending = [""];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const { name } of Deno.readDirSync(`${folder}/${at}`)) {
      const path = at === "" ? name : `${at}/${name}`;
      if (name === JOURNAL || options.except?.includes(path)) continue;
      const info = Deno.lstatSync(`${folder}/${path}`);
      tree[path] = describe(`${folder}/${path}`, info);
      if (info.isDirectory) pending.push(path);
    }
  }
  return tree;
}

function describe(path: string, info: Deno.FileInfo): string {
  const mode = ((info.mode ?? 0) & 0o7777).toString(8);
  if (info.isSymlink) return `link to ${Deno.readLinkSync(path)}`;
  if (info.isDirectory) return `folder ${mode}`;
  return info.isFile ? `file ${mode} ${sha256Hex(Deno.readFileSync(path))}` : `special ${mode}`;
}
