/** The remotes of the repository, from its configuration. */

import { type ConfigEntry, keyParts } from "./config_entries.ts";

/** Name → URL, after the operator's and the repository's `url.<base>.insteadOf`. The URL may hold credentials. */
export function remotes(config: readonly ConfigEntry[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { key, value } of config) {
    const { section, subsection, variable } = keyParts(key);
    if (section !== "remote" || variable !== "url" || subsection === undefined || !value) continue;
    // Several URLs: the first is the one that is fetched from.
    if (!found.has(subsection)) found.set(subsection, rewritten(value, config));
  }
  return found;
}

// git-config(1), url.<base>.insteadOf: the longest match wins.
function rewritten(url: string, config: readonly ConfigEntry[]): string {
  let best = { from: "", to: "" };
  for (const { key, value } of config) {
    const { section, subsection = "", variable } = keyParts(key);
    if (section !== "url" || variable !== "insteadof" || !value) continue;
    if (url.startsWith(value) && value.length > best.from.length) best = { from: value, to: subsection };
  }
  return best.to + url.slice(best.from.length);
}
