/**
 * Which files git reads its configuration from. Every git process reads them anew, so a file that a tool may write
 * could be harmless while we judge it and name a program when the next process starts: such files are refused.
 */

import { ToolError } from "../../core/errors.ts";
import { type ConfigEntry, isInclude, isOfRepository } from "./config_entries.ts";
import type { Location } from "./discovery.ts";
import type { GitOptions } from "./options.ts";
import { absolutePath, isWithin } from "./paths.ts";
import type { GitRunner } from "./runner.ts";

// They all go on one command line, and a repository may name as many as it likes.
const FILES_MAX = 200;

/** Where git is asked. */
interface Place {
  runner: GitRunner;
  options: GitOptions;
  location: Location;
}

/** A file that git reads, or would read if it were there. */
interface ConfigFile {
  /** Absolute, without `.` and `..`; `undefined`: only git could tell where it is. */
  path: string | undefined;
  /** As the configuration names it. */
  named: string;
  /** The repository, not the operator, decides that it is read. */
  ofRepository: boolean;
}

/**
 * Throws `unavailable` when git's configuration comes from a file that is in reach of tools: below the root and
 * not in the git folder. The repository's own files must also be where they seem to be: a link on their way could
 * lead through the work tree.
 */
export async function refuseWritableConfig(
  place: Place,
  entries: readonly ConfigEntry[],
  signal?: AbortSignal,
): Promise<void> {
  if (place.options.trustHooks) return;
  const files = configFiles(place, entries);
  if (files.length > FILES_MAX) throw tooMany(files.length);
  const reals = await realPaths(place, [...new Set(files.flatMap(({ path }) => path ?? []))], signal);
  for (const file of files) {
    const real = file.path === undefined ? undefined : reals.get(file.path);
    const isReachable = [file.path, real].some((path) => path !== undefined && isInReach(place, path));
    if (isReachable || file.ofRepository && (real === undefined || real !== file.path)) {
      throw refusal(file, place);
    }
  }
}

/** The files git always looks for, those that entries came from, and those that entries include. */
function configFiles({ location, options }: Place, entries: readonly ConfigEntry[]): ConfigFile[] {
  const { gitDir, commonDir } = location;
  const home = options.env.HOME;
  const xdg = options.env.XDG_CONFIG_HOME || (home === undefined ? undefined : `${home}/.config`);
  // Also when they are absent or empty: a tool could change that.
  const operators = ["/etc/gitconfig", home && `${home}/.gitconfig`, xdg && `${xdg}/git/config`];
  const files = new Map<string, ConfigFile>();
  const add = (file: ConfigFile) => files.set(`${file.ofRepository} ${file.path ?? file.named}`, file);
  const fixed = (path: string, ofRepository: boolean) =>
    add({ path: absolutePath(path, options.root), named: path, ofRepository });
  for (const path of operators) if (path) fixed(path, false);
  for (const path of [`${commonDir}/config`, `${gitDir}/config`, `${gitDir}/config.worktree`]) {
    fixed(path, true);
  }
  for (const entry of entries) {
    const ofRepository = isOfRepository(entry);
    const origin = entry.origin?.startsWith("file:") ? entry.origin.slice("file:".length) : undefined;
    if (origin !== undefined) fixed(origin, ofRepository);
    if (!isInclude(entry.key) || !entry.value) continue;
    add({ path: target(entry.value, { origin, options }), named: entry.value, ofRepository });
  }
  // What only git can expand, the operator's own configuration may say: its entries tell where they came from.
  return [...files.values()].filter((file) => file.path !== undefined || file.ofRepository);
}

/** Where an include leads (git-config(1), "Includes"). */
function target(
  value: string,
  { origin, options }: { origin: string | undefined; options: GitOptions },
): string | undefined {
  const { root, env } = options;
  if (value.startsWith("~/")) return env.HOME && absolutePath(`${env.HOME}${value.slice(1)}`, root);
  if (value.startsWith("~") || value.startsWith("%(prefix)/")) return undefined;
  if (value.startsWith("/")) return absolutePath(value, root);
  return origin === undefined ? undefined : absolutePath(`${origin.replace(/[^/]*$/, "")}${value}`, root);
}

/**
 * Real paths, as far as there are any. The worker cannot look outside the root, so git does it: the one way to make
 * it resolve any path is to name it as a part of the git folder.
 */
async function realPaths(
  place: Place,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<string, string>> {
  const { gitDir } = place.location;
  const up = "../".repeat(gitDir.split("/").length - 1);
  const args = paths.flatMap((path) => ["--git-path", `${up}${path.slice(1)}`]);
  const command = [`--git-dir=${gitDir}`, "rev-parse", "--path-format=absolute", ...args];
  const { code, stdout } = await place.runner.run(command, { signal });
  const reals = new TextDecoder().decode(stdout).split("\n").slice(0, -1);
  if (code === 0 && reals.length === paths.length) {
    return new Map(paths.map((path, index) => [path, reals[index] ?? path]));
  }
  // One that cannot be resolved (below a file, or a circle) fails them all; it alone stays without a real path.
  if (paths.length === 1) return new Map();
  const each = await Promise.all(paths.map((path) => realPaths(place, [path], signal)));
  return new Map(each.flatMap((found) => [...found]));
}

/** Whether tools may write there. Letter case does not count: on some file systems it is the same file. */
function isInReach({ location, options }: Place, path: string): boolean {
  const folded = path.toLowerCase();
  const within = (folder: string) => isWithin(folded, folder.toLowerCase());
  // A work tree may also lie in the git folder, which then excuses nothing.
  const isGits = (folder: string) => isWithin(folder, options.root) && within(folder);
  return within(options.root) && !isGits(location.gitDir) && !isGits(location.commonDir);
}

function tooMany(count: number): ToolError {
  const reason = `the configuration is read from ${count} files, at most ${FILES_MAX} are accepted`;
  return new ToolError("unavailable", `Cannot use git safely: ${reason}; include fewer of them`);
}

function refusal({ path, named, ofRepository }: ConfigFile, { options }: Place): ToolError {
  // The host's own paths are not for the caller's eyes.
  const inside = path !== undefined && isWithin(path, options.root) && path !== options.root;
  const shown = inside ? path.slice(options.root.length + 1) : named.slice(named.lastIndexOf("/") + 1);
  const whose = ofRepository ? "the repository's" : "your global";
  const reason =
    `${whose} git configuration is read from "${shown}", which lies in the served root, or which a ` +
    "symbolic link leads to; move that file out of the work tree and name it by its real path, or start the " +
    "server with MCP_GIT_HOOKS=1 if you trust it";
  return new ToolError("unavailable", `Cannot use git safely: ${reason}`);
}
