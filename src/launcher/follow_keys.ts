/** Hands on what becomes of the operator's keys while a server runs, and says so: how many, and whose. Never a key. */
import { type Config, isLoopback } from "../config.ts";
import { KEY_CHARS_MIN, LOGGED_KEYS_MAX } from "../core/limits.ts";
import { lineLog, type Log } from "../core/log.ts";
import { digestKey } from "./digest_key.ts";
import type { KeyDigest } from "../http/auth.ts";
import { watchKeysFile } from "./keys_file.ts";
import type { LaunchParts } from "./launch_parts.ts";

/** Who is told of other keys. */
export interface KeysHolder {
  replaceKeys(keys: readonly KeyDigest[]): void;
}

/** Follows the file of keys, where there is one, until it is disposed of. */
export function followKeys(
  holder: KeysHolder,
  { config, parts }: { config: Config; parts: LaunchParts },
): Disposable {
  const { apiKeys, access: { apiKeysFile }, logFormat } = config;
  const writeLine = (line: string) => parts.stderr.write(line);
  const log = lineLog({ format: logFormat, now: parts.clock.now, writeLine });
  const short = apiKeys.filter((key) => key.length < KEY_CHARS_MIN).length;
  if (apiKeysFile === undefined) {
    warnOfShort(short, { config, log });
    return { [Symbol.dispose]: () => {} };
  }
  const fixed = Promise.all(apiKeys.map(digestKey));
  return watchKeysFile({ path: apiKeysFile, apiKeys }, {
    onKeys: async ({ digests, short: shortInFile }) => {
      const keys: KeyDigest[] = [...await fixed, ...digests];
      holder.replaceKeys(keys);
      log({ msg: "keys", count: keys.length, names: namesOf(keys) });
      warnOfShort(short + shortInFile, { config, log });
    },
    onProblem: (problem) => parts.stderr.write(`lukhas-mcp: the keys stay as they are: ${problem}`),
  });
}

/** Who has a key, each once; of very many, the first. */
function namesOf(keys: readonly KeyDigest[]): string[] {
  const names = new Set(keys.flatMap(({ name }) => name === undefined ? [] : [name]));
  return [...names].slice(0, LOGGED_KEYS_MAX);
}

/** On this machine alone, a short key keeps out who is meant to be kept out: a page, or a wrong program. */
function warnOfShort(short: number, { config, log }: { config: Config; log: Log }): void {
  if (short === 0 || isLoopback(config.host) && config.publicUrl === undefined) return;
  const text = `${short} of the keys can be guessed: shorter than ${KEY_CHARS_MIN} characters, ` +
    "and this server is reached from elsewhere; make others with openssl rand -hex 32";
  log({ msg: "note", text });
}
