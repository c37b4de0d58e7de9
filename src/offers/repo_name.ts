/** What a repository is called, without a word of where it lies on this machine. */

/** `https://user@host/…`, `ssh://…`, `git://…`, or `user@host:…`; a path on this machine is none of these. */
const REMOTE =
  /^(?:(?:https?|ssh|git):\/\/(?:[^/@]*@)?[\w.-]+(?::\d+)?\/|(?:[^/@:]+@)?[\w.-]+\.[\w.-]+:\/?)(.+)$/;

/**
 * `owner/name` of a remote's address; undefined when it has none. Nothing but a plain name comes out: an address may
 * hold a password where nobody expects one.
 */
export function ownerAndName(url: string): string | undefined {
  const path = REMOTE.exec(url.trim())?.[1]?.replace(/\/+$/, "").replace(/\.git$/, "");
  const segments = path?.split("/").filter((segment) => segment !== "").slice(-2) ?? [];
  const isPlain = segments.length === 2 && segments.every((segment) => /^[\w~][\w.-]{0,99}$/.test(segment));
  return isPlain ? segments.join("/") : undefined;
}

/** The remote that a clone came from, or the only one. */
export function mainRemote(remotes: ReadonlyMap<string, string>): string | undefined {
  return remotes.get("origin") ?? (remotes.size === 1 ? remotes.values().next().value : undefined);
}
