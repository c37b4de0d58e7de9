/**
 * The addresses of resources. The templates are of RFC 6570's first level, which every client can fill in: those that
 * know the RFC write a slash in a path as `%2F`, those that only replace text leave it. Both are read.
 */
import type { Subject } from "../store/event.ts";

/** The overview of the repository. */
export const REPO_URI = "lukhas://repo";

const FILE_PREFIX = "lukhas://file/";

/** What stands for the address of a file. */
export const FILE_TEMPLATE = `${FILE_PREFIX}{path}`;

/** What has a record of its own in the release loop. */
export const RECORD_KINDS = ["job", "canary"] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** What stands for the address of a job or a canary. */
export function recordTemplate(kind: RecordKind): string {
  return `lukhas://${kind}/{id}`;
}

/** The address under which a file is listed: its segments percent-encoded, its slashes as they are. */
export function fileUri(path: string): string {
  return FILE_PREFIX + path.split("/").map(encodeURIComponent).join("/");
}

/**
 * The path that an address names, undefined when it is no file's. `?` and `#` are part of the path: a client that
 * does not encode them can mean nothing else.
 */
export function pathOfUri(uri: string): string | undefined {
  const path = decodedAfter(FILE_PREFIX, uri);
  // An absolute path would be judged by where the root lies, which is nobody's business.
  return path?.startsWith("/") ? undefined : path;
}

/** A job or a canary that an address names. */
export interface RecordName {
  readonly kind: RecordKind;
  readonly id: string;
  readonly subject: Subject;
}

/** Undefined when the address is no job's and no canary's. */
export function recordOfUri(uri: string): RecordName | undefined {
  for (const kind of RECORD_KINDS) {
    const id = decodedAfter(`lukhas://${kind}/`, uri);
    if (id !== undefined) return { kind, id, subject: `${kind}/${id}` };
  }
  return undefined;
}

/** What follows the prefix, decoded; undefined for nothing, and for what cannot be decoded. */
function decodedAfter(prefix: string, uri: string): string | undefined {
  if (!uri.startsWith(prefix)) return undefined;
  try {
    return decodeURIComponent(uri.slice(prefix.length)) || undefined;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
