/** What the launcher hands into the cage: digests instead of keys, and of the environment what a child may see. */
import type { Config } from "./config.ts";
import { findProgram } from "./find_program.ts";
import { EXIT, type LaunchParts, StartError } from "./launch_parts.ts";
import type { AppSettings } from "./sandbox.ts";

/** Variables of the operator that a child process gets to see. */
export const CHILD_VARIABLES = [
  "PATH",
  "HOME",
  "LANG",
  "XDG_CONFIG_HOME",
  "SSH_AUTH_SOCK",
  "GNUPGHOME",
] as const;

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

/** @throws {StartError} When git cannot be used safely. */
export async function appSettings(
  { config, root, token, isPrivate, parts }: AppSettingsOptions,
): Promise<AppSettings> {
  const { apiKeys, root: _, ...appConfig } = config;
  const env: Record<string, string> = {};
  for (const name of CHILD_VARIABLES) {
    const value = parts.env(name);
    if (value !== undefined) env[name] = value;
  }
  const localKey = await digestKey(token);
  return {
    config: appConfig,
    root,
    reach: { read: [], write: [], net: [] },
    keys: isPrivate ? [localKey] : await Promise.all(apiKeys.map(digestKey)),
    localKey,
    linkSecret: crypto.getRandomValues(new Uint8Array(32)),
    git: { program: await findGit(env.PATH ?? "", root), env },
    version: parts.version,
    startedAt: parts.startedAt,
  };
}

/** The operator's git. The runtime grants the first one on the PATH, and the repository may have brought that one. */
async function findGit(path: string, root: string): Promise<string | undefined> {
  const program = await findProgram("git", { path, outside: root });
  if (program === undefined) return undefined;
  const { state } = await Deno.permissions.query({ name: "run", command: program });
  if (state === "granted") return program;
  throw new StartError(
    `Cannot use ${program}: another git comes first on the PATH; take the folders of the root off it`,
    EXIT.config,
  );
}

async function digestKey(key: string): Promise<{ sha256: string }> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return { sha256: new Uint8Array(digest).toHex() };
}
