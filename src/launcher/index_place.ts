/** Where the index lies: resolved once by the launcher, and reachable by the app and the indexer alone. */
import type { SearchConfig } from "../config/search_config.ts";
import { EXIT, StartError } from "./launch_parts.ts";
import { placeProblem } from "../place_problem.ts";
import type { AppSettings, Reach } from "../sandbox.ts";

/** What SQLite calls a database and the files beside it. */
const SUFFIXES = ["", "-wal", "-shm", "-journal"] as const;

/** The index of a root whose operator names no other place. */
const DEFAULT_NAME = ".mcp-index.db";

/**
 * The configuration with the real path of the index in it.
 *
 * @throws {StartError} When the folder that is to hold it is not there, or a folder stands in its place.
 */
export async function placeIndex(search: SearchConfig): Promise<SearchConfig> {
  const { indexPath: named } = search;
  if (named === undefined) return search;
  const refused = (reason: string) =>
    new StartError(`Cannot use MCP_INDEX_PATH=${JSON.stringify(named)}: ${reason}`, EXIT.config);
  const [, folder = "", name = ""] = /^(.*?)([^/]*)$/.exec(named) ?? [];
  if (name === "" || name === "." || name === "..") throw refused("it names a folder; name a file in it");
  const real = await Deno.realPath(folder === "" ? "." : folder).catch((error) => {
    throw refused(placeProblem(error));
  });
  const indexPath = `${real === "/" ? "" : real}/${name}`;
  const info = await Deno.lstat(indexPath).catch(() => undefined);
  if (info?.isDirectory === true) throw refused("it is a folder; name a file in it");
  return { ...search, indexPath };
}

/** Absolute path of the index. */
export function indexPath({ root, config }: Pick<AppSettings, "root" | "config">): string {
  return config.search.indexPath ?? `${root}/${DEFAULT_NAME}`;
}

/** The index and the files beside it. */
export function indexFiles(settings: Pick<AppSettings, "root" | "config">): string[] {
  return SUFFIXES.map((suffix) => indexPath(settings) + suffix);
}

/** What the app has to reach for an index outside the root: it only reads it. */
export function indexReach(settings: Pick<AppSettings, "root" | "config">): Pick<Reach, "read"> {
  return { read: indexFiles(settings).filter((path) => !path.startsWith(`${settings.root}/`)) };
}

/** The files of the index that lie in the root, relative to it: no tool may touch them, whatever they are called. */
export function indexFilesInRoot(settings: Pick<AppSettings, "root" | "config">): string[] {
  const prefix = `${settings.root}/`;
  return indexFiles(settings).flatMap((path) => path.startsWith(prefix) ? [path.slice(prefix.length)] : []);
}
