/**
 * The addresses of resources. The template is of RFC 6570's first level, which every client can fill in: those that
 * know the RFC write a slash in a path as `%2F`, those that only replace text leave it. Both are read.
 */

/** The overview of the repository. */
export const REPO_URI = "lukhas://repo";

const FILE_PREFIX = "lukhas://file/";

/** What stands for the address of a file. */
export const FILE_TEMPLATE = `${FILE_PREFIX}{path}`;

/** The address under which a file is listed: its segments percent-encoded, its slashes as they are. */
export function fileUri(path: string): string {
  return FILE_PREFIX + path.split("/").map(encodeURIComponent).join("/");
}

/**
 * The path that an address names, undefined when it is no file's. `?` and `#` are part of the path: a client that
 * does not encode them can mean nothing else.
 */
export function pathOfUri(uri: string): string | undefined {
  if (!uri.startsWith(FILE_PREFIX)) return undefined;
  try {
    const path = decodeURIComponent(uri.slice(FILE_PREFIX.length));
    // An absolute path would be judged by where the root lies, which is nobody's business.
    return path === "" || path.startsWith("/") ? undefined : path;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
