/** Reads what `git config --list --show-scope --show-origin --includes -z` prints. */

/** One value of the configuration, as git sees it. */
export interface ConfigEntry {
  /** `system`, `global`, `local`, `worktree` or `command`. */
  scope: string;
  /** Where it was read: `file:` and a path, or another kind of place. */
  origin?: string;
  /** Section and variable in lower case, the subsection between them as it was written. */
  key: string;
  /** `undefined`: the key stands alone, which means true. */
  value: string | undefined;
}

/** A key in its parts. `core.bare` has no subsection; `filter.a.b.clean` has `a.b`. */
export interface KeyParts {
  section: string;
  subsection: string | undefined;
  variable: string;
}

/** The entries of a listing, in git's order: later ones win. A cut-off last entry is left out. */
export function parseConfigList(listing: string): ConfigEntry[] {
  const fields = listing.split("\0");
  const entries: ConfigEntry[] = [];
  for (let index = 0; index + 3 < fields.length; index += 3) {
    const [scope = "", origin = "", field = ""] = fields.slice(index, index + 3);
    // No key can hold a line break (git refuses one in a subsection), so the first one ends it.
    const end = field.indexOf("\n");
    const key = end < 0 ? field : field.slice(0, end);
    entries.push({ scope, origin, key, value: end < 0 ? undefined : field.slice(end + 1) });
  }
  return entries;
}

/** The last value of a key in any scope; `undefined` when it is absent, empty or stands alone. */
export function lastValue(entries: readonly ConfigEntry[], key: string): string | undefined {
  return entries.findLast((entry) => entry.key === key)?.value || undefined;
}

/** Takes a key apart. */
export function keyParts(key: string): KeyParts {
  const first = key.indexOf(".");
  const last = key.lastIndexOf(".");
  const subsection = first === last ? undefined : key.slice(first + 1, last);
  return { section: key.slice(0, first), subsection, variable: key.slice(last + 1) };
}

/** Whether the repository itself, rather than the operator, says so. */
export function isOfRepository(entry: ConfigEntry): boolean {
  // Anything but the scopes that belong to the operator: a scope that a later git invents counts as foreign.
  return entry.scope !== "system" && entry.scope !== "global";
}

// git reads these while it loads the configuration; what they include is listed key by key.
const INCLUDE = /^include(if\..*)?\.path$/s;

/** Whether a key names a further file to read. */
export function isInclude(key: string): boolean {
  return INCLUDE.test(key);
}
