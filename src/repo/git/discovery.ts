/** Finds the repository that the root belongs to, under git's own ownership check. */

import { ToolError } from "../../core/errors.ts";
import { isWithin } from "./paths.ts";
import type { GitRunner } from "./runner.ts";

/** Where the repository of the root lies. */
export interface Location {
  /** Absolute path of the repository (of this work tree's part of it). */
  gitDir: string;
  /** Absolute path of what all its work trees share; the same folder when there is only one. */
  commonDir: string;
  /** Absolute path of the top of the work tree; the root or a folder above it. */
  top: string;
  /** The root relative to the top: empty, or ending in a slash. */
  prefix: string;
}

/**
 * Oldest git that is used: the first that reads `GIT_CONFIG_COUNT`. An older one would ignore our overrides
 * without a word and run what the repository's configuration names.
 */
export const GIT_VERSION_MIN = [2, 31] as const;

/**
 * Asks git where the repository is. No `GIT_DIR` is given, because git skips its ownership check with one
 * (`ensure_valid_ownership` in git's setup.c). Throws `unavailable` with what to do about it.
 */
export async function discover(runner: GitRunner, root: string, signal?: AbortSignal): Promise<Location> {
  const [version, found, common] = await Promise.all([
    runner.run(["version"], { signal }),
    revParse(runner, ["--absolute-git-dir"], signal),
    revParse(runner, ["--path-format=absolute", "--git-common-dir"], signal),
  ]);
  requireVersion(text(version.stdout));
  const failed = [found, common].find(({ code }) => code !== 0);
  if (failed !== undefined) throw notFound(failed.stderr, root);
  const gitDir = text(found.stdout);
  if (isWithin(root, gitDir)) throw unavailable("the root is inside a .git folder");
  const top = await topOf(root, gitDir) ?? await shownTop(runner, root, signal);
  if (top === undefined) throw unavailable("the repository has no work tree that holds the root");
  const prefix = root === top ? "" : `${root.slice(top === "/" ? 1 : top.length + 1)}/`;
  return { gitDir, commonDir: text(common.stdout), top, prefix };
}

/**
 * Which `.git` entry the root holds now, if any: cheap, and how a `git init` after the start is noticed, also one that
 * puts the repository elsewhere and leaves a file that points to it.
 */
export async function gitEntryKey(root: string): Promise<string> {
  const entry = await gitEntry(root);
  if (entry === undefined) return "";
  // A folder's own time changes with every lock file in it.
  const time = entry.isDirectory ? "" : entry.mtime?.getTime();
  return `${entry.isDirectory} ${entry.dev} ${entry.ino} ${time}`;
}

function revParse(runner: GitRunner, options: readonly string[], signal: AbortSignal | undefined) {
  const args = ["-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false", "rev-parse", ...options];
  return runner.run(args, { signal });
}

// A local core.worktree may name any folder, so the place of the repository decides wherever it can.
async function topOf(root: string, gitDir: string): Promise<string | undefined> {
  if (gitDir === `${root}/.git`) return root;
  const entry = await gitEntry(root);
  if (entry?.isFile || entry?.isSymlink) return root;
  if (!gitDir.endsWith("/.git")) return undefined;
  const parent = gitDir.slice(0, -"/.git".length) || "/";
  return isWithin(root, parent) ? parent : undefined;
}

async function shownTop(runner: GitRunner, root: string, signal: AbortSignal | undefined) {
  const { code, stdout } = await revParse(runner, ["--show-toplevel"], signal);
  const top = text(stdout);
  return code === 0 && top.startsWith("/") && isWithin(root, top) ? top : undefined;
}

async function gitEntry(root: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(`${root}/.git`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\n$/, "");
}

function requireVersion(shown: string): void {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(shown) ?? [];
  const [majorMin, minorMin] = GIT_VERSION_MIN;
  const isOld = Number(major) < majorMin || (Number(major) === majorMin && Number(minor) < minorMin);
  if (major !== undefined && !isOld) return;
  throw unavailable(`git ${majorMin}.${minorMin} or newer is needed, found "${shown.slice(0, 60)}"`);
}

function notFound(stderr: string, root: string): ToolError {
  if (/dubious ownership|unsafe repository/.test(stderr)) return dubious(stderr, root);
  if (/cannot use bare repository/.test(stderr)) return unavailable("the root is a bare repository");
  if (/not a git repository/.test(stderr)) {
    return unavailable('the root is not in a git repository; run "git init" in it, or serve a checkout');
  }
  return unavailable('git cannot read the repository of the root; run "git status" in it to see why');
}

function dubious(stderr: string, root: string): ToolError {
  const [, named = root] = /in repository at '(.+)'/.exec(stderr) ?? [];
  const above = named !== root && isWithin(root, named) ? root.slice(named.length).split("/").length - 1 : 0;
  const folder = above === 0 ? "pwd -P" : `cd ${Array(above).fill("..").join("/")} && pwd -P`;
  const command = `git config --global --add safe.directory "$(${folder})"`;
  return unavailable(`the repository belongs to another user; if you trust it, run in the root: ${command}`);
}

function unavailable(reason: string): ToolError {
  return new ToolError("unavailable", `Cannot use git: ${reason}`);
}
