/** Where jobs, models and canaries are kept: resolved once by the launcher, and no tool's to touch. */
import type { Config } from "../config.ts";
import { asidePath, isAsidePathOf } from "../core/aside_path.ts";
import { EXIT, type LaunchParts, StartError } from "./launch_parts.ts";
import { placeProblem } from "../place_problem.ts";
import type { Reach, StorePlace } from "../sandbox.ts";
import { stateFolder } from "./state_folder.ts";
import { STORE_LOCK_SUFFIX } from "./store_lock.ts";

/** The file of a root whose operator names no other place. */
const DEFAULT_NAME = ".mcp-state.json";

/** What stands beside a database (SQLite), and beside a JSON file while it is replaced. */
const SUFFIXES = { json: ["", ".new"], sqlite: ["", "-wal", "-shm", "-journal"] } as const;

/**
 * The real place.
 *
 * @throws {StartError} When the folder that is to hold the file is not there, or a folder stands in its place.
 */
export async function placeStore(
  { config, root, env }: { config: PlaceConfig; root: string; env: LaunchParts["env"] },
): Promise<StorePlace> {
  const { release: { database, statePath }, access: { readOnly } } = config;
  const check = (path: string, variable: string) => {
    if (!readOnly || !path.startsWith(`${root}/`)) return path;
    const reason = "lies in the root, which MCP_READ_ONLY=1 leaves alone";
    throw new StartError(`Cannot use ${variable}=${JSON.stringify(path)}: it ${reason}`, EXIT.config);
  };
  if (database !== undefined) {
    return { kind: "sqlite", path: check(await realFile(database, "LUKHAS_MCP_DB"), "LUKHAS_MCP_DB") };
  }
  if (statePath !== undefined) {
    return { kind: "json", path: check(await realFile(statePath, "MCP_STATE_PATH"), "MCP_STATE_PATH") };
  }
  return { kind: "json", path: `${readOnly ? await stateFolder(root, env) : root}/${DEFAULT_NAME}` };
}

/** What of the configuration says where it is. */
type PlaceConfig = Pick<Config, "release"> & { readonly access: Pick<Config["access"], "readOnly"> };

/**
 * What the app has to reach for a store outside the root: these files and not their folder, which may be a home.
 *
 * @param options.startedAt When the process began, in milliseconds since 1970: in the name of a file that is moved aside.
 */
export function storeReach(
  { kind, path }: StorePlace,
  { root, startedAt }: { root: string; startedAt: number },
): Pick<Reach, "read" | "write"> {
  if (path.startsWith(`${root}/`)) return { read: [], write: [] };
  const paths = SUFFIXES[kind].map((suffix) => path + suffix);
  if (kind === "json") paths.push(asidePath(path, startedAt));
  return { read: paths, write: paths };
}

/** The store's files that lie in the root, relative to it: no tool may touch them, whatever they are called. */
export async function storeFilesInRoot(
  { kind, path }: StorePlace,
  { root, startedAt }: { root: string; startedAt: number },
): Promise<string[]> {
  if (!path.startsWith(`${root}/`)) return [];
  const files = [...SUFFIXES[kind], STORE_LOCK_SUFFIX].map((suffix) => path + suffix);
  if (kind === "json") files.push(asidePath(path, startedAt), ...await movedAside(path));
  return files.map((file) => file.slice(root.length + 1));
}

/** The files of earlier starts that could not be used: what is in them is what the state is made of. */
async function movedAside(path: string): Promise<string[]> {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const found: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder || "/")) {
      const file = `${folder}/${name}`;
      if (isAsidePathOf(path, file)) found.push(file);
    }
  } catch (error) {
    // A folder that is not there yet has nothing in it; one that cannot be listed is told of by whoever opens the store.
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied)) {
      throw error;
    }
  }
  return found;
}

async function realFile(named: string, variable: string): Promise<string> {
  const refused = (reason: string) =>
    new StartError(`Cannot use ${variable}=${JSON.stringify(named)}: ${reason}`, EXIT.config);
  const [, folder = "", name = ""] = /^(.*?)([^/]*)$/.exec(named) ?? [];
  if (["", ".", ".."].includes(name)) throw refused("it names a folder; name a file in it");
  const real = await Deno.realPath(folder === "" ? "." : folder).catch((error) => {
    throw refused(placeProblem(error));
  });
  const path = `${real === "/" ? "" : real}/${name}`;
  const info = await Deno.lstat(path).catch(() => undefined);
  if (info?.isDirectory === true) throw refused("it is a folder; name a file in it");
  // Replacing a link would leave what it leads to as it was.
  return info?.isSymlink === true ? await Deno.realPath(path).catch(() => path) : path;
}
