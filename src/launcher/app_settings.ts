/** What the launcher hands into the cage: digests instead of keys, and of the environment what a child may see. */
import type { Config } from "../config.ts";
import { JOURNAL_FOLDER } from "../core/own_files.ts";
import { digestKey } from "./digest_key.ts";
import type { KeyDigest } from "../http/auth.ts";
import { indexFilesInRoot, indexReach, placeIndex } from "./index_place.ts";
import { KeysFileError, readKeysFile } from "./keys_file.ts";
import { EXIT, type LaunchParts, StartError } from "./launch_parts.ts";
import { operatorsGit } from "./operators_git.ts";
import { placeProblem } from "../place_problem.ts";
import type { AppSettings } from "../sandbox.ts";
import { stateFolder } from "./state_folder.ts";
import { placeStore, storeFilesInRoot, storeReach } from "./store_place.ts";

/** What the settings are made from. */
export interface AppSettingsOptions {
  readonly config: Config;
  readonly root: string;
  /** The key of processes that may read the lock's note. */
  readonly token: string;
  /** Whether that key is the only one: nobody is let in without it. */
  readonly isPrivate: boolean;
  readonly parts: LaunchParts;
}

/** @throws {StartError} When git cannot be used safely, or a configured place is none. */
export async function appSettings(
  { config, root, token, isPrivate, parts }: AppSettingsOptions,
): Promise<AppSettings> {
  const { apiKeys, root: _, ...rest } = config;
  const appConfig = { ...rest, search: await placeSearch({ config, root, env: parts.env }) };
  const localKey = await digestKey(token);
  const store = await placeStore({ config, root, env: parts.env });
  const index = indexReach({ root, config: appConfig });
  const journal = await journalFolder(root, config.access.journalPath);
  const moved = journal.startsWith(`${root}/`) ? [] : [journal];
  const kept = storeReach(store, { root, startedAt: parts.startedAt });
  return {
    config: appConfig,
    root,
    reach: {
      read: [...index.read, ...kept.read, ...moved],
      write: [...kept.write, ...moved],
      net: servicesReach(config),
    },
    journal,
    store,
    keys: isPrivate ? [localKey] : await operatorsKeys(config),
    isOpen: !isPrivate && apiKeys.length === 0 && config.access.apiKeysFile === undefined,
    denied: [
      ...await insideRoot(root, [config.access.apiKeysFile, journal]),
      ...indexFilesInRoot({ root, config: appConfig }),
      ...await storeFilesInRoot(store, { root, startedAt: parts.startedAt }),
    ],
    localKey,
    linkSecret: crypto.getRandomValues(new Uint8Array(32)),
    git: await operatorsGit(parts.env, root),
    version: parts.version,
    startedAt: parts.startedAt,
  };
}

/** The operator's services that run evaluations, measure canaries and know models, where there are some. */
function servicesReach({ evals, canary, registry }: Config): string[] {
  const urls = [
    evals.backend.kind === "http" ? evals.backend.url : undefined,
    canary.monitor === "prometheus" ? canary.prometheus?.access.url : undefined,
    registry.mlflow?.url,
  ];
  return urls.filter((url) => url !== undefined).map((url) => {
    const { hostname, port, protocol } = new URL(url);
    return `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
  });
}

/**
 * The configuration of search, with the real place of its index. Where nothing in the root may change, the index has a
 * folder of its own elsewhere.
 *
 * @throws {StartError} When the operator names a place that is none, or in the root all the same.
 */
export async function placeSearch(
  { config, root, env }: { config: Config; root: string; env: LaunchParts["env"] },
): Promise<Config["search"]> {
  const { search, access: { readOnly } } = config;
  if (readOnly && search.indexPath === undefined) {
    return { ...search, indexPath: `${await stateFolder(root, env)}/index.db` };
  }
  const placed = await placeIndex(search);
  if (!readOnly || !placed.indexPath?.startsWith(`${root}/`)) return placed;
  const message = `MCP_INDEX_PATH=${
    JSON.stringify(search.indexPath)
  } lies in the root, which MCP_READ_ONLY=1 leaves alone`;
  throw new StartError(`Cannot read the configuration: ${message}`, EXIT.config);
}

/**
 * The keys of the environment, and those of the file.
 *
 * @throws {StartError} For a file that cannot be used, or that holds no key.
 */
async function operatorsKeys({ apiKeys, access: { apiKeysFile } }: Config): Promise<KeyDigest[]> {
  const keys: KeyDigest[] = await Promise.all(apiKeys.map(digestKey));
  if (apiKeysFile === undefined) return keys;
  try {
    keys.push(...(await readKeysFile({ path: apiKeysFile, apiKeys })).digests);
  } catch (error) {
    if (!(error instanceof KeysFileError)) throw error;
    throw new StartError(`Cannot read the configuration: ${error.message}`, EXIT.config);
  }
  if (keys.length > 0) return keys;
  const message = `LUKHAS_MCP_API_KEYS_FILE=${JSON.stringify(apiKeysFile)}: it holds no key`;
  throw new StartError(`Cannot read the configuration: ${message}`, EXIT.config);
}

/**
 * The journal's folder. One that the operator names is made here: the app may not reach what is around it.
 *
 * @throws {StartError} When it cannot be made.
 */
export async function journalFolder(root: string, path: string | undefined): Promise<string> {
  if (path === undefined) return `${root}/${JOURNAL_FOLDER}`;
  try {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    return await Deno.realPath(path);
  } catch (error) {
    throw new StartError(
      `Cannot use MCP_JOURNAL_PATH=${JSON.stringify(path)}: ${placeProblem(error)}`,
      EXIT.config,
    );
  }
}

/** The files that lie in the root, relative to it. */
async function insideRoot(root: string, files: readonly (string | undefined)[]): Promise<string[]> {
  const real = await Promise.all(
    files.filter((path) => path !== undefined).map((path) => Deno.realPath(path).catch(() => path)),
  );
  return real.flatMap((path) => path.startsWith(`${root}/`) ? [path.slice(root.length + 1)] : []);
}
