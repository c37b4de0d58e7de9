/** Refuses a git folder whose files are links: git would write through them, to any file of the operator's. */

import { ToolError } from "../../core/errors.ts";
import type { Location } from "./discovery.ts";
import type { GitOptions } from "./options.ts";
import { isWithin } from "./paths.ts";
import { lstat } from "./lstat.ts";

// What a commit writes in the part of a work tree, and in the part that all of them share. What leads to the
// objects was looked at when the repository was found.
const OWN = ["COMMIT_EDITMSG", "HEAD", "ORIG_HEAD", "index", "logs", "logs/HEAD"];
const SHARED = ["info", "logs", "packed-refs", "refs"];

// As git itself follows (SYMREF_MAXDEPTH in git's refs.h).
const SYMREF_HOPS_MAX = 5;

/**
 * Throws `unavailable` for a link among what `git commit` opens for writing. Such a folder comes in an archive,
 * never from a clone. Only one inside the root is looked at: no other can be a part of what is served.
 */
export async function refuseLinkedTargets(
  { location, options }: { location: Location; options: GitOptions },
): Promise<void> {
  if (options.trustHooks) return;
  const { gitDir, commonDir } = location;
  const targets = [
    ...OWN.map((name) => `${gitDir}/${name}`),
    ...SHARED.map((name) => `${commonDir}/${name}`),
  ].filter((path) => isWithin(path, options.root));
  for (const path of targets) await requireNoLink(path, options.root);
  if (!isWithin(gitDir, options.root) || !isWithin(commonDir, options.root)) return;
  await refuseLinkedFanOut(commonDir, options.root);
  await refuseLinkedBranch(location, options.root);
}

/** New objects go into one of 256 folders. */
async function refuseLinkedFanOut(commonDir: string, root: string): Promise<void> {
  for await (const { name, isSymlink } of Deno.readDir(`${commonDir}/objects`)) {
    if (isSymlink) throw linked(`${commonDir}/objects/${name}`, root);
  }
}

/** HEAD's branch and its log, with the folders on the way; a branch may stand for another one. */
async function refuseLinkedBranch({ gitDir, commonDir }: Location, root: string): Promise<void> {
  let file = `${gitDir}/HEAD`;
  for (let hop = 0; hop <= SYMREF_HOPS_MAX; hop++) {
    const ref = await symbolicRef(file);
    if (ref === undefined) return;
    for (let end = ref.indexOf("/"); end !== -1; end = ref.indexOf("/", end + 1)) {
      await requireNoLink(`${commonDir}/${ref.slice(0, end)}`, root);
      await requireNoLink(`${commonDir}/logs/${ref.slice(0, end)}`, root);
    }
    file = `${commonDir}/${ref}`;
    await requireNoLink(file, root);
    await requireNoLink(`${commonDir}/logs/${ref}`, root);
  }
}

/** The ref that a file of refs stands for; `undefined` when it holds an id, or is not there. */
async function symbolicRef(path: string): Promise<string | undefined> {
  // Not a fifo, which would never end.
  if ((await lstat(path))?.isFile !== true) return undefined;
  return /^ref:\s*(refs\/\S+)\s*$/.exec(await Deno.readTextFile(path))?.[1];
}

async function requireNoLink(path: string, root: string): Promise<void> {
  if ((await lstat(path))?.isSymlink) throw linked(path, root);
}

function linked(path: string, root: string): ToolError {
  const reason = `"${path.slice(root.length + 1)}" is a symbolic link, and git would write through it; ` +
    "replace it by what it leads to, or start the server with MCP_GIT_HOOKS=1 if you trust it";
  return new ToolError("unavailable", `Cannot commit safely: ${reason}`);
}
