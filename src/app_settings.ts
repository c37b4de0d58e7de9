/** What the launcher hands into the cage: digests instead of keys, and of the environment what a child may see. */
import type { Config } from "./config.ts";
import { operatorsGit } from "./operators_git.ts";
import type { LaunchParts } from "./launch_parts.ts";
import type { AppSettings } from "./sandbox.ts";

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
  const localKey = await digestKey(token);
  return {
    config: appConfig,
    root,
    reach: { read: [], write: [], net: [] },
    keys: isPrivate ? [localKey] : await Promise.all(apiKeys.map(digestKey)),
    localKey,
    linkSecret: crypto.getRandomValues(new Uint8Array(32)),
    git: await operatorsGit(parts.env, root),
    version: parts.version,
    startedAt: parts.startedAt,
  };
}

async function digestKey(key: string): Promise<{ sha256: string }> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return { sha256: new Uint8Array(digest).toHex() };
}
