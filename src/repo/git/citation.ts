/** Commit-pinned links to files that are exactly as HEAD has them. */

import { blobOid, headBlobs, oidAlgorithm } from "./blobs.ts";
import type { ConfigEntry } from "./config_entries.ts";
import { type PermalinkBase, permalinkBase } from "./permalink.ts";
import { remotes } from "./remotes.ts";
import type { GitSession } from "./session.ts";

/** A file as the caller holds it. */
export interface CitedFile {
  /** Relative to the root. */
  path: string;
  bytes: Uint8Array;
}

/** The link to a file, or to lines of it (from 1, both included). */
export type Citation = (startLine?: number, endLine?: number) => string;

/** Links for those of the files that HEAD has byte for byte; none when no remote is on a forge. */
export async function citations(
  session: GitSession,
  files: readonly CitedFile[],
  signal?: AbortSignal,
): Promise<Map<string, Citation>> {
  const cited = new Map<string, Citation>();
  const link = forgeLink(session.config);
  if (!link || files.length === 0) return cited;
  const { head, blobs } = await headBlobs(session, files.map((file) => file.path), signal);
  if (head === null) return cited;
  for (const { path, bytes } of files) {
    if (blobs.get(path) !== blobOid(bytes, oidAlgorithm(head))) continue;
    cited.set(path, linkTo(link, { commit: head, path: session.location.prefix + path }));
  }
  return cited;
}

/** The maker of links for the remote that a configuration names: `origin`, or the only one. */
export function forgeLink(config: readonly ConfigEntry[]): PermalinkBase | undefined {
  const known = remotes(config);
  const url = known.get("origin") ?? (known.size === 1 ? known.values().next().value : undefined);
  return url === undefined ? undefined : permalinkBase(url);
}

/** The link to one file of one commit. */
export function linkTo(link: PermalinkBase, place: { commit: string; path: string }): Citation {
  return (startLine, endLine) => link({ ...place, ...linesOf(startLine, endLine) });
}

function linesOf(startLine: number | undefined, endLine: number | undefined) {
  return {
    ...(startLine === undefined ? {} : { startLine }),
    ...(endLine === undefined ? {} : { endLine }),
  };
}
