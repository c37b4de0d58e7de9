/** Links to a file at a commit on GitHub, GitLab or Bitbucket, from the URL of a remote. Pure. */

/** One place in a repository. */
export interface Place {
  /** Full commit id. */
  commit: string;
  /** Relative to the top of the repository. */
  path: string;
  startLine?: number;
  endLine?: number;
}

/** Makes links into one repository. */
export type PermalinkBase = (place: Place) => string;

interface Remote {
  /** `https://host`, without credentials. */
  origin: string;
  host: string;
  /** Path of the repository, decoded, without `.git`. */
  segments: string[];
}

// Names under which the forges take ssh over port 443.
const SSH_HOSTS: Readonly<Record<string, string>> = {
  "ssh.github.com": "github.com",
  "altssh.gitlab.com": "gitlab.com",
  "altssh.bitbucket.org": "bitbucket.org",
};

// Longer than any forge's; what a hostile configuration may hold is not.
const URL_CHARS_MAX = 2048;

/**
 * A maker of links for a remote's URL (`https://`, `ssh://`, `git://` or `user@host:path`), or `undefined`
 * when it is on no forge that we know. A self-hosted one is known by its host's name.
 */
export function permalinkBase(url: string): PermalinkBase | undefined {
  const remote = url.length > URL_CHARS_MAX ? undefined : parseRemote(url.trim());
  if (!remote) return undefined;
  if (remote.host.includes("github")) return github(remote);
  if (remote.host.includes("gitlab")) return gitlab(remote);
  if (remote.host === "bitbucket.org") return bitbucketCloud(remote);
  return remote.host.includes("bitbucket") ? bitbucketServer(remote) : undefined;
}

function github({ origin, segments }: Remote): PermalinkBase | undefined {
  if (segments.length !== 2) return undefined;
  const base = `${origin}/${encodePath(segments)}/blob`;
  return ({ commit, path, ...lines }) =>
    `${base}/${commit}/${encodePath(path.split("/"))}${anchor("#L", "-L", lines)}`;
}

function gitlab({ origin, segments }: Remote): PermalinkBase | undefined {
  if (segments.length < 2) return undefined;
  const base = `${origin}/${encodePath(segments)}/-/blob`;
  return ({ commit, path, ...lines }) =>
    `${base}/${commit}/${encodePath(path.split("/"))}${anchor("#L", "-", lines)}`;
}

function bitbucketCloud({ origin, segments }: Remote): PermalinkBase | undefined {
  if (segments.length !== 2) return undefined;
  const base = `${origin}/${encodePath(segments)}/src`;
  return ({ commit, path, ...lines }) =>
    `${base}/${commit}/${encodePath(path.split("/"))}${anchor("#lines-", ":", lines)}`;
}

// Bitbucket Data Center clones from /scm/KEY/name.git and shows /projects/KEY/repos/name/browse.
function bitbucketServer({ origin, segments }: Remote): PermalinkBase | undefined {
  const [project = "", name = "", ...rest] = segments[0] === "scm" ? segments.slice(1) : segments;
  if (project === "" || name === "" || rest.length > 0) return undefined;
  const owner = project.startsWith("~") ? ["users", project.slice(1)] : ["projects", project];
  const base = `${origin}/${encodePath([...owner, "repos", name, "browse"])}`;
  return ({ commit, path, ...lines }) =>
    `${base}/${encodePath(path.split("/"))}?at=${commit}${anchor("#", "-", lines)}`;
}

function anchor(
  first: string,
  second: string,
  { startLine, endLine }: Omit<Place, "commit" | "path">,
): string {
  if (startLine === undefined) return "";
  return endLine === undefined || endLine <= startLine
    ? `${first}${startLine}`
    : `${first}${startLine}${second}${endLine}`;
}

function parseRemote(url: string): Remote | undefined {
  const [, scheme, address = "", rest = ""] = /^(https?|ssh|git|git\+ssh):\/\/([^/]+)\/(.+)$/i.exec(url) ??
    [];
  if (scheme !== undefined) return remoteOf({ scheme: scheme.toLowerCase(), address, path: rest });
  // scp form: "user@host:path", with no slash before the colon (else it is a file's name).
  const [, scpAddress = "", scpPath = ""] = /^([^/:]+):(?!\/\/)\/?(.+)$/.exec(url) ?? [];
  return scpAddress === "" ? undefined : remoteOf({ scheme: "ssh", address: scpAddress, path: scpPath });
}

function remoteOf(
  { scheme, address, path }: { scheme: string; address: string; path: string },
): Remote | undefined {
  // What stands before the last "@" is a user or a token: never shown.
  const [, named = "", port] = /^([^:]+)(?::(\d+))?$/.exec(address.slice(address.lastIndexOf("@") + 1)) ?? [];
  const lower = named.toLowerCase();
  const host = SSH_HOSTS[lower] ?? lower;
  // A host without a dot is an alias of the operator's ssh configuration, not a place in the web.
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host)) return undefined;
  const plain = path.replace(/[?#].*$/s, "").split("/");
  while (plain.length > 1 && plain.at(-1) === "") plain.pop();
  const segments = plain.join("/").replace(/\.git$/, "").split("/").map(decode);
  if (segments.some((segment) => segment === undefined || ["", ".", ".."].includes(segment))) {
    return undefined;
  }
  const isWeb = scheme === "https" || scheme === "http";
  const protocol = scheme === "http" && port !== undefined ? "http" : "https";
  const origin = `${protocol}://${host}${isWeb && port !== undefined ? `:${port}` : ""}`;
  return { origin, host, segments: segments.filter((segment) => segment !== undefined) };
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function encodePath(segments: readonly string[]): string {
  return segments.map((segment) => encodeURIComponent(segment.toWellFormed())).join("/");
}
