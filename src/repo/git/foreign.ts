/**
 * Refuses a `.git` that borrows from another repository. Such a folder or file comes in an archive, never from a
 * clone, and would show the operator's other repositories to whoever may read this one.
 */

import { ToolError } from "../../core/errors.ts";
import type { Location } from "./discovery.ts";
import type { GitOptions } from "./options.ts";
import { absolutePath, isWithin } from "./paths.ts";
import type { GitRunner } from "./runner.ts";
import { lstat } from "./lstat.ts";

/** Where git is asked. */
interface Place {
  runner: GitRunner;
  options: GitOptions;
  location: Location;
}

/** Throws `unavailable` for objects that lie elsewhere, and for a repository outside that does not know the root. */
export async function refuseForeign(place: Place, signal?: AbortSignal): Promise<void> {
  const { options: { root, trustHooks }, location: { gitDir, commonDir, top } } = place;
  if (trustHooks) return;
  if (isWithin(commonDir, root)) await refuseBorrowedObjects(commonDir, root);
  // A folder above the root is the operator's own choice.
  if (top !== root || isWithin(gitDir, root) && isWithin(commonDir, root)) return;
  if (await isLinkedWorkTree(place, signal) || await isConfiguredWorkTree(place, signal)) return;
  const reason =
    "the root's .git leads to a repository outside of it that has another work tree; if it belongs here, " +
    'run in the root: git config core.worktree "$(pwd -P)", or start the server with MCP_GIT_HOOKS=1';
  throw new ToolError("unavailable", `Cannot use git safely: ${reason}`);
}

async function refuseBorrowedObjects(commonDir: string, root: string): Promise<void> {
  for (const name of ["objects", "objects/info", "objects/pack"]) {
    const path = `${commonDir}/${name}`;
    if ((await lstat(path))?.isSymlink) throw borrowed(path, root, "copy what it leads to in its place");
  }
  const alternates = `${commonDir}/objects/info/alternates`;
  if ((await lstat(alternates))?.size) {
    throw borrowed(alternates, root, 'run "git repack -a -d" and remove it');
  }
}

function borrowed(path: string, root: string, remedy: string): ToolError {
  const reason =
    `"${path.slice(root.length + 1)}" takes objects from another repository; ${remedy}, or start the ` +
    "server with MCP_GIT_HOOKS=1 if you trust it";
  return new ToolError("unavailable", `Cannot use git safely: ${reason}`);
}

/** Whether the repository lists the root among the work trees of `git worktree add`. */
async function isLinkedWorkTree({ runner, options, location }: Place, signal: AbortSignal | undefined) {
  const args = [`--git-dir=${location.commonDir}`, "worktree", "list", "--porcelain"];
  const { code, stdout } = await runner.run(args, { signal });
  return code === 0 && decode(stdout).split("\n").includes(`worktree ${options.root}`);
}

/** Whether its own configuration names the root, as a submodule's does. */
async function isConfiguredWorkTree({ runner, options, location }: Place, signal: AbortSignal | undefined) {
  const args = [`--git-dir=${location.gitDir}`, "config", "--get", "core.worktree"];
  const { code, stdout } = await runner.run(args, { signal });
  return code === 0 && absolutePath(decode(stdout).replace(/\n$/, ""), location.gitDir) === options.root;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
