/** The operator's file of keys: read at the start, and again whenever it may have changed. */
import { parseKeyLines } from "../config/key_lines.ts";
import { KEY_CHARS_MIN, KEYS_FILE_BYTES_MAX, KEYS_SETTLE_MS } from "../core/limits.ts";
import { digestKey } from "./digest_key.ts";
import type { KeyDigest } from "../http/auth.ts";
import { placeProblem } from "../place_problem.ts";
import { systemReason } from "../core/system_reason.ts";

/** A file of keys that cannot be used. The message names the file and the line, and no key. */
export class KeysFileError extends Error {
  override readonly name = "KeysFileError";
}

/** What is known of the keys in a file. */
export interface FileKeys {
  readonly digests: readonly KeyDigest[];
  /** How many can be guessed, by their length. */
  readonly short: number;
}

/** Which file is read, and what else holds. */
export interface KeysFilePlace {
  readonly path: string;
  /** The keys of `LUKHAS_MCP_API_KEYS`. */
  readonly apiKeys: readonly string[];
}

/**
 * Reads the keys in the file.
 *
 * @throws {KeysFileError}
 */
export async function readKeysFile({ path, apiKeys }: KeysFilePlace): Promise<FileKeys> {
  const refused = (reason: string) =>
    new KeysFileError(`LUKHAS_MCP_API_KEYS_FILE=${JSON.stringify(path)}: ${reason}`);
  let text: string;
  try {
    const info = await Deno.stat(path);
    if (!info.isFile) throw refused("it is not a file");
    if (info.size > KEYS_FILE_BYTES_MAX) throw refused(`it has more than ${KEYS_FILE_BYTES_MAX} bytes`);
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof KeysFileError || !(error instanceof Error)) throw error;
    if (error instanceof Deno.errors.NotCapable) throw refused(placeProblem(error));
    throw refused(systemReason(error));
  }
  const { keys, problem } = parseKeyLines(text, { apiKeys });
  if (problem !== undefined) throw refused(problem);
  return {
    digests: await Promise.all(
      keys.map(async ({ key, ...facts }) => ({ ...facts, ...await digestKey(key) })),
    ),
    short: keys.filter(({ key }) => key.length < KEY_CHARS_MIN).length,
  };
}

/** What a watch tells. */
export interface KeysFileListener {
  /** What the file holds: at first, when that has changed, and when somebody asks for it. */
  onKeys(keys: FileKeys): void;
  /** It has changed and cannot be used, told once for each way in which it cannot: the keys of before go on to hold. */
  onProblem(problem: string): void;
}

/** Reads the file again when something changes in its folder, and on SIGHUP; until it is disposed of. */
export function watchKeysFile(place: KeysFilePlace, listener: KeysFileListener): Disposable {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told: string | undefined;
  let looking = Promise.resolve();
  // One after another: of two that overlap, the one with the older file could be heard last.
  const look = () => {
    looking = looking.then(() => readKeysFile(place)).then((keys) => {
      // Where the log lies in the same folder, telling of keys or a problem looks like the next change of the file.
      const now = JSON.stringify(keys);
      if (now !== told) listener.onKeys(keys);
      told = now;
    }, ({ message }) => {
      if (message !== told) listener.onProblem(message);
      told = message;
    });
  };
  // An editor writes in several steps, and a link may be exchanged for another: what counts is how it looks afterwards.
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, KEYS_SETTLE_MS);
  };
  const watcher = watchFolder(place.path, listener.onProblem);
  const watching = (async () => {
    for await (const _ of watcher ?? []) soon();
  })();
  watching.catch((error) => listener.onProblem(String(error)));
  // Who asks for it is told in any case.
  const lookAnyway = () => {
    told = undefined;
    look();
  };
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGHUP", lookAnyway);
  // What has changed since the server was told, nobody has seen.
  look();
  return {
    [Symbol.dispose]() {
      clearTimeout(timer);
      watcher?.close();
      if (Deno.build.os !== "windows") Deno.removeSignalListener("SIGHUP", lookAnyway);
    },
  };
}

/** The folder, because the file itself is replaced as often as it is written. */
function watchFolder(path: string, onProblem: (problem: string) => void): Deno.FsWatcher | undefined {
  const folder = path.includes("/") ? path.slice(0, Math.max(1, path.lastIndexOf("/"))) : ".";
  try {
    return Deno.watchFs(folder, { recursive: false });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    onProblem(`changes of the keys file are seen on SIGHUP alone: ${error.message}`);
    return undefined;
  }
}
