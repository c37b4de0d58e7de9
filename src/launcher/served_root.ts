/** The folder that is served: found, and judged before anything in it is touched. */
import type { CommandLine } from "../cli/command_line.ts";
import type { Config } from "../config.ts";
import { isGitName } from "../core/own_files.ts";
import { EXIT, StartError } from "./launch_parts.ts";
import { systemReason } from "../core/system_reason.ts";

/**
 * The real path of the root.
 *
 * @throws {StartError} When it is no folder, or one that must not be served.
 */
export async function servedRoot(
  { root: named }: Pick<Config, "root">,
  { flags, pinnedRoot }: Pick<CommandLine, "flags" | "pinnedRoot">,
): Promise<string> {
  const root = named ?? pinnedRoot ?? Deno.cwd();
  const refused = (reason: string) => {
    const source = flags.root === undefined ? "LUKHAS_REPO_ROOT" : "--root";
    return new StartError(`Cannot serve ${source}=${JSON.stringify(root)}: ${reason}`, EXIT.config);
  };
  const onlyOne = `this file was compiled for ${JSON.stringify(pinnedRoot)} and serves nothing else`;
  const realPath = (path: string) =>
    Deno.realPath(path).catch((error: Error) => {
      // A file that was compiled for one root cannot even look at another one.
      if (error instanceof Deno.errors.NotCapable && pinnedRoot !== undefined) throw refused(onlyOne);
      // The runtime opens /dev, /proc and /sys to nobody who may not do everything.
      if (error instanceof Deno.errors.NotCapable) {
        throw refused("it lies in a folder of devices or of the system");
      }
      // "No such file or directory (os error 2): realpath '…'", and the like: the path was just named.
      throw refused(systemReason(error));
    });
  const real = await realPath(root);
  if (pinnedRoot !== undefined && real !== await realPath(pinnedRoot)) throw refused(onlyOne);
  // What may be reached was written into the file, and the runtime follows no link there.
  if (pinnedRoot !== undefined && real !== pinnedRoot) {
    throw refused(`it leads to ${JSON.stringify(real)}; compile the file for that path`);
  }
  if (real === "/") throw refused("it is the whole file system; name a folder below it");
  if (!(await Deno.stat(real)).isDirectory) throw refused("it is not a folder");
  if (real.split("/").some(isGitName) || await isGitFolder(real)) {
    throw refused("it is git's own folder; name the folder of the checkout");
  }
  return real;
}

/** What git itself takes for a repository without a work tree (gitrepository-layout(5)). */
async function isGitFolder(folder: string): Promise<boolean> {
  const parts = ["HEAD", "objects", "refs"].map((name) => Deno.lstat(`${folder}/${name}`));
  return (await Promise.allSettled(parts)).every(({ status }) => status === "fulfilled");
}
