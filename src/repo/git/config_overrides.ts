/** Turns a repository's configuration into the settings that take its dangerous part back. */

import { ToolError } from "../../core/errors.ts";
import { type ConfigEntry, isInclude, isOfRepository, keyParts, lastValue } from "./config_entries.ts";
import { isHarmless, neutralValue, OUTPUT_SETTINGS, SAFE_SETTINGS } from "./config_policy.ts";

/** A key and a value, in the order in which git reads them. */
export type Setting = readonly [key: string, value: string];

// macOS has 1 MiB for arguments and environment together, and the arguments need their part.
const OVERRIDES_BYTES_MAX = 256 * 1024;

// Two names of one variable: the operator's value under either name must win over the repository's.
const SAME_VARIABLE: Readonly<Record<string, string>> = { "gpg.openpgp.program": "gpg.program" };

const SIGNING_KEY = "user.signingkey";

/**
 * What has to be said on top of the configuration so that nothing of the repository's own runs: for each of
 * its keys that is not known to be harmless a neutral value, then the operator's. With `trustHooks` only
 * what our parsers need.
 */
export function overrides(entries: readonly ConfigEntry[], options: { trustHooks: boolean }): Setting[] {
  if (options.trustHooks) return Object.entries(OUTPUT_SETTINGS);
  const settings: Setting[] = [];
  const operators = operatorValues(entries);
  for (const key of new Set(entries.filter(isOfRepository).map((entry) => entry.key))) {
    const parts = keyParts(key);
    if (isInclude(key) || isHarmless(parts)) continue;
    settings.push([key, key === SIGNING_KEY ? committer(entries) : neutralValue(key, parts)]);
    for (const [name, value] of operators.get(canonical(key)) ?? []) settings.push([name, value]);
    // Hooks that are configured rather than files (git 2.54), whatever other keys they have.
    if (parts.section === "hook") settings.push([`hook.${parts.subsection ?? ""}.enabled`, "false"]);
  }
  return [...settings, ...Object.entries(SAFE_SETTINGS), ...Object.entries(OUTPUT_SETTINGS)];
}

/**
 * Settings as environment: exact for every byte of a subsection, which `-c` is not, and seen by the programs
 * that git starts. Throws `unavailable` when they are more than a process can be given.
 */
export function settingsEnvironment(settings: readonly Setting[]): Record<string, string> {
  const env: Record<string, string> = { GIT_CONFIG_COUNT: String(settings.length) };
  let size = 0;
  for (const [index, [key, value]] of settings.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
    size += 48 + 3 * (key.length + value.length);
  }
  if (size <= OVERRIDES_BYTES_MAX) return env;
  const reason = "its local configuration has too many settings that may run programs";
  throw new ToolError(
    "unavailable",
    `Cannot use git safely in this repository: ${reason}; shorten .git/config`,
  );
}

/** Whose key signs when none is named (git-config(1), user.signingKey): the empty value would be taken for a key. */
function committer(entries: readonly ConfigEntry[]): string {
  const field = (name: string) =>
    lastValue(entries, `committer.${name}`) ?? lastValue(entries, `user.${name}`);
  return `${field("name") ?? ""} <${field("email") ?? ""}>`;
}

/** Filters (`filter.<name>`) whose clean or process command only the repository defines. */
export function localFilters(entries: readonly ConfigEntry[]): Set<string> {
  const local = new Set<string>();
  const operators = operatorValues(entries);
  for (const { key } of entries.filter(isOfRepository)) {
    const { section, subsection, variable } = keyParts(key);
    if (section !== "filter" || subsection === undefined) continue;
    // Not only when there is no global filter at all: a neutral `process` would also switch off a global `clean`.
    if ((variable === "clean" || variable === "process") && !operators.has(key)) local.add(subsection);
  }
  return local;
}

function operatorValues(entries: readonly ConfigEntry[]): Map<string, Setting[]> {
  const values = new Map<string, Setting[]>();
  for (const entry of entries) {
    if (isOfRepository(entry)) continue;
    const name = canonical(entry.key);
    const known = values.get(name) ?? [];
    known.push([entry.key, entry.value ?? "true"]);
    values.set(name, known);
  }
  return values;
}

function canonical(key: string): string {
  return SAME_VARIABLE[key] ?? key;
}
